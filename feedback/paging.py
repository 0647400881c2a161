"""Pages of a list by keyset: as fast on the last page as on the first, and rows do not slip between."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

COUNT_CAP = 10_000  # counting on costs more than it tells; capped it is 1 ms
PAGE = 50
LAST = "last"  # the cursor of the last page: the same keyset, read from its end


@dataclass(frozen=True)
class Page:
    """`rows` newest first; `newer`, `older` and `last` are cursors or "" ; `count` at most `cap` + 1."""

    rows: list
    newer: str
    older: str
    count: int
    cap: int = COUNT_CAP

    @property
    def last(self):
        """The cursor of the last page, "" when this is it or the next one is."""
        return LAST if self.older and self.count > 2 * PAGE else ""

    @property
    def says(self):
        """How many there are, in words that stay true beyond the cap."""
        return f"more than {self.cap:,}" if self.count > self.cap else f"{self.count:,}"

    @property
    def shown(self):
        return f"{len(self.rows)} of {self.says}"


def page(queryset, cursor="", size=PAGE, by="created_at", cap=COUNT_CAP, along=None, narrowed=None, counted=None):
    """One Page of `queryset` by (the time `by`, pk), newest first. A cursor nobody gave out means the first page.

    `cap`: how far is counted; where most rows are looked at in vain, less far.
    `along`: fields that say the same as (`by`, pk) on a joined row, where an index has them in this order.
    `narrowed(q)`: the queryset with one more condition, where `filter` would join that row a second time.
    `counted`: (how many, the cap), where somebody has counted.
    """
    toward, edge = _read(cursor)
    walk = _Walk(narrowed or queryset.filter, *(along or (by, "pk")), size)
    rows, more = walk.newer(edge) if toward == "n" else walk.older(edge)
    has_newer, has_older = (more, edge is not None) if toward == "n" else (edge is not None, more)
    count, cap = counted or (queryset.order_by().values("pk")[: cap + 1].count(), cap)
    return Page(
        rows=rows,
        newer=_write("n", rows[0], by) if rows and has_newer else "",
        older=_write("o", rows[-1], by) if rows and has_older else "",
        count=count,
        cap=cap,
    )


@dataclass(frozen=True)
class _Walk:
    """Rows by (`at`, `pk`); each way gives `size` of them, newest first, and whether there are more that way."""

    narrowed: object
    at: str
    pk: str
    size: int

    def older(self, edge):
        found = self.narrowed(older_than(*edge, self.at, self.pk) if edge else Q())
        rows = list(found.order_by(f"-{self.at}", f"-{self.pk}")[: self.size + 1])
        return rows[: self.size], len(rows) > self.size

    def newer(self, edge):
        found = self.narrowed(newer_than(*edge, self.at, self.pk) if edge else Q())
        rows = list(found.order_by(self.at, self.pk)[: self.size + 1])
        return rows[: self.size][::-1], len(rows) > self.size


def older_than(at, pk, by="created_at", key="pk"):
    """The rows after this one in a list with the newest first."""
    # The last part looks idle and is what lets the index be used (50 ms against 1 at 500,000 deep).
    return (Q(**{f"{by}__lt": at}) | Q(**{by: at, f"{key}__lt": pk})) & Q(**{f"{by}__lte": at})


def newer_than(at, pk, by="created_at", key="pk"):
    """The rows before it."""
    return (Q(**{f"{by}__gt": at}) | Q(**{by: at, f"{key}__gt": pk})) & Q(**{f"{by}__gte": at})


def _write(toward, row, by):
    return f"{toward}~{getattr(row, by).isoformat()}~{row.pk}"


def _read(cursor):
    """("o" | "n", (time, pk)); ("o", None) is the first page and ("n", None) the last."""
    if cursor == LAST:
        return "n", None
    try:
        toward, at, pk = cursor.split("~")
        at, pk = datetime.fromisoformat(at), int(pk)
        at.astimezone(UTC)  # the database keeps UTC, and there the first and last hours of time overflow
    except (ValueError, OverflowError):
        return "o", None
    # Numbers beyond a database's are nobody's cursor.
    if toward not in ("o", "n") or at.tzinfo is None or not 0 < pk < 2**63:
        return "o", None
    return toward, (at, pk)
