"""One customer's story: calls, what was asked, what was answered; newest first, page by page.

Public reviews are not in it: FeedbackAPI says of none whose it is, and we do not guess.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from calls.models import Call
from feedback.models import Feedback, FeedbackRequest
from feedback.request_status import with_status

SHOWS = 20
LONGEST_CURSOR = 80


@dataclass(frozen=True)
class Entry:
    """One line. `kind` is "call", "request" or "answer", `row` the call, request or Feedback."""

    at: datetime
    kind: str
    row: object


@dataclass(frozen=True)
class Story:
    entries: list
    older: str  # a cursor, "" at the end


# In the order in which they stand when they are of one instant: the answer above what it answers.
KINDS = ("answer", "request", "call")
AT = {"answer": "left_at", "request": "requested_at", "call": "created_at"}


def of(customer, cursor=""):
    """The Story of a customer from the cursor on; one that nobody gave out means from the newest."""
    edge = _read(cursor)
    found = [entry for kind in KINDS for entry in _some(kind, _rows(kind, customer), edge)]
    found.sort(key=lambda entry: (-entry.at.timestamp(), KINDS.index(entry.kind), -entry.row.pk))
    shown = found[:SHOWS]
    return Story(shown, _write(shown[-1]) if len(found) > SHOWS else "")


def _rows(kind, customer):
    if kind == "call":
        return Call.objects.filter(customer=customer).select_related("agent", "rating")
    if kind == "request":
        rows = with_status(FeedbackRequest.objects.filter(customer=customer)).defer("vendor_raw")
        return rows.select_related("template", "requested_by", "cancelled_by", "delivery")
    return Feedback.objects.filter(customer=customer).select_related("location").defer("vendor_raw")


def _some(kind, rows, edge):
    """The entries of one kind that come after the edge, one more than are shown."""
    at = AT[kind]
    if edge:
        rows = rows.filter(_after(kind, at, *edge))
    return [Entry(getattr(row, at), kind, row) for row in rows.order_by(f"-{at}", "-pk")[: SHOWS + 1]]


def _after(kind, at, time, last, pk):
    """Rows of `kind` that stand under the row `pk` of kind `last` at `time`."""
    mine, others = KINDS.index(kind), KINDS.index(last)
    same = Q(**{at: time}) & (Q(pk__lt=pk) if mine == others else Q() if mine > others else Q(pk=None))
    return Q(**{f"{at}__lt": time}) | same


def _write(entry):
    return f"{entry.kind}~{entry.at.isoformat()}~{entry.row.pk}"


def _read(cursor):
    """(time, kind, pk) or None."""
    try:
        kind, at, pk = cursor[:LONGEST_CURSOR].split("~")
        at, pk = datetime.fromisoformat(at), int(pk)
        at.astimezone(UTC)  # the database keeps UTC, and there the first and last hours of time overflow
    except (ValueError, OverflowError):
        return None
    is_ours = kind in KINDS and at.tzinfo is not None and 0 < pk < 2**63
    return (at, kind, pk) if is_ours else None
