"""Pages of a list by name or by time, as a keyset: as fast on the last page as on the first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.db.models import Q

from integrations.text import clean

PAGE = 50
_NEXT = "\x1f"  # between name and id in a page's cursor: no name holds it


@dataclass(frozen=True)
class NamePage:
    """Rows of one page, the cursor of the next one ("" when there is none), and whether it is the first."""

    rows: list
    next: str
    is_first: bool

    @property
    def says(self):
        return f"{len(self.rows)} shown"


def by_name(queryset, after="", size=PAGE):
    """One NamePage of rows with a name. A cursor nobody gave out means the first page."""
    name, _, pk = clean(after).partition(_NEXT)
    edge = pk.isascii() and pk.isdigit() and len(pk) <= 18
    if edge:
        queryset = queryset.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(pk)))
    rows = list(queryset.order_by("name", "pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return NamePage(rows, f"{rows[-1].name}{_NEXT}{rows[-1].pk}" if more else "", not edge)


def by_time(queryset, after="", by="created_at", newest_first=False, size=PAGE):
    """One NamePage of rows in the order of the time `by`. A cursor nobody gave out means the first page."""
    edge = _read_time(after)
    order = [f"-{by}", "-pk"] if newest_first else [by, "pk"]
    if edge:
        at, pk = edge
        way = "lt" if newest_first else "gt"
        # The last part looks idle and is what lets the index be used.
        beyond = Q(**{f"{by}__{way}": at}) | Q(**{by: at, f"pk__{way}": pk})
        queryset = queryset.filter(beyond & Q(**{f"{by}__{way}e": at}))
    rows = list(queryset.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return NamePage(rows, f"{getattr(rows[-1], by).isoformat()}{_NEXT}{rows[-1].pk}" if more else "", not edge)


def _read_time(cursor):
    """(time, pk) of a cursor, or None."""
    at, _, pk = clean(cursor).partition(_NEXT)
    try:
        at = datetime.fromisoformat(at)
        at.astimezone(UTC)  # the database keeps UTC, and there the first and last hours of time overflow
    except (ValueError, OverflowError):
        return None
    is_id = pk.isascii() and pk.isdigit() and len(pk) <= 18
    return (at, int(pk)) if is_id and at.tzinfo else None


def address_of(cursor):
    """ "?after=…", or "" for no cursor."""
    return f"?{urlencode({'after': cursor})}" if cursor else ""
