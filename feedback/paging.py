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


def page(queryset, cursor="", size=PAGE, by="created_at", cap=COUNT_CAP):
    """One Page of `queryset` by (the time `by`, pk), newest first. A cursor nobody gave out means the first page.

    `cap`: how far is counted; where most rows are looked at in vain, less far.
    """
    count = capped(queryset.order_by().values("pk"), cap)
    return page_of(Walk(queryset.filter, by), cursor, count, cap, size)


def capped(rows, cap):
    """How many, at most one more than the cap."""
    return rows[: cap + 1].count()


def page_of(walk, cursor, count, cap, size=PAGE):
    """One Page of what is walked along (a Walk or the like): `count` rows in all, at most one more than `cap`."""
    toward, edge = _read(cursor)
    rows, more = walk.newer(edge, size) if toward == "n" else walk.older(edge, size)
    has_newer, has_older = (more, edge is not None) if toward == "n" else (edge is not None, more)
    return Page(
        rows=rows,
        newer=_write("n", *walk.place(rows[0])) if rows and has_newer else "",
        older=_write("o", *walk.place(rows[-1])) if rows and has_older else "",
        count=count,
        cap=cap,
    )


@dataclass(frozen=True)
class Walk:
    """Rows along an index, by (the time `by`, pk); they may be such pairs themselves.

    `narrowed(q)`: the rows with one more condition, as `filter` of a queryset gives them.
    `along`: fields that say the same as (`by`, pk) on a joined row, where an index has them in this order.
    """

    narrowed: object
    by: str
    along: tuple = ()

    def place(self, row):
        """(time, key) of a row: where it stands."""
        return row if isinstance(row, tuple) else (getattr(row, self.by), row.pk)

    def older(self, edge, size):
        """At most `size` rows behind the edge, (time, key) or None, newest first; and whether there are more."""
        at, pk = self.along or (self.by, "pk")
        found = self.narrowed(older_than(*edge, at, pk) if edge else Q())
        rows = list(found.order_by(f"-{at}", f"-{pk}")[: size + 1])
        return rows[:size], len(rows) > size

    def newer(self, edge, size):
        """The same of rows before the edge: those next to it."""
        at, pk = self.along or (self.by, "pk")
        found = self.narrowed(newer_than(*edge, at, pk) if edge else Q())
        rows = list(found.order_by(at, pk)[: size + 1])
        return rows[:size][::-1], len(rows) > size


def older_than(at, pk, by="created_at", key="pk"):
    """The rows after this one in a list with the newest first."""
    # The last part looks idle and is what lets the index be used (50 ms against 1 at 500,000 deep).
    return (Q(**{f"{by}__lt": at}) | Q(**{by: at, f"{key}__lt": pk})) & Q(**{f"{by}__lte": at})


def newer_than(at, pk, by="created_at", key="pk"):
    """The rows before it."""
    return (Q(**{f"{by}__gt": at}) | Q(**{by: at, f"{key}__gt": pk})) & Q(**{f"{by}__gte": at})


def _write(toward, at, pk):
    return f"{toward}~{at.isoformat()}~{pk}"


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
