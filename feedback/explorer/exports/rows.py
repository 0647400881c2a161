"""The calls of an export, portion by portion: as its owner may see them now, newest first.

A period such as "7 days" is counted from when they asked. Portions are read one after the other, each behind the last
call of the one before: a call whose date changes meanwhile (one that ends while the file is written) may move from
what is still to come to what is past, and then stands in no portion, or the other way round and stands in two. No
snapshot is held for hours to prevent it; the file says on its page between which moments it was read.
"""

from datetime import datetime

from django.db.models import Prefetch
from django.http import QueryDict

from calls.models import DATED, Call
from feedback.explorer.exports.errors import CannotExport
from feedback.explorer.filters import CallFilters
from feedback.models import Feedback, FeedbackRequest, RatingLeg

CHUNK = 500  # calls a portion: what is in memory at a time
COUNTED_TO = 100_000  # for the bar; past it, counting costs more than it tells
OTHERS_NOW = "What you may see has changed since you asked. Look at the list again, and ask from there."
NOT_YOURS = "Whoever asked for it does not work here any more."


def filters_of(export):
    """The filters as the owner has them now. Raises CannotExport where one of them is theirs no more: without it
    the file would hold other calls than the list did."""
    if not export.owner.is_active:
        raise CannotExport(NOT_YOURS)
    given = QueryDict(export.query)
    filters = CallFilters(given, user=export.owner, now=export.asked_at)
    if set(given) != set(filters.chosen()):
        raise CannotExport(OTHERS_NOW)
    return filters


def count(filters):
    """How many there are, at most one more than COUNTED_TO."""
    return filters.search.calls().order_by().values("pk")[: COUNTED_TO + 1].count()


def chunks(filters, cursor=""):
    """(calls, the cursor behind the last of them), from the cursor on."""
    edge = _read(cursor) if cursor else None
    while True:
        keys, edge = filters.search.after(edge, CHUNK)
        if not keys:
            return
        found = _whole(Call.objects.annotate(dated=DATED)).in_bulk(keys)
        yield [found[key] for key in keys if key in found], f"{edge[0].isoformat()}~{edge[1]}"
        if len(keys) < CHUNK:
            return


def _read(cursor):
    at, _, pk = cursor.partition("~")
    return datetime.fromisoformat(at), int(pk)


def _whole(calls):
    """With all that the columns read: the same number of queries for one call and for five hundred."""
    legs = RatingLeg.objects.select_related("delivery").only("rating", "revision", "leg", "delivery__state")
    answers = Feedback.objects.only(*ANSWER, "call")
    asked = FeedbackRequest.objects.filter(feedback__isnull=False).select_related("feedback")
    asked = asked.only("call", "feedback", *(f"feedback__{name}" for name in ANSWER))
    related = calls.select_related("agent", "customer", "number", "location__account", "rating__saved_by")
    # What vendors showed of each is never in the file, and is most of the bytes.
    return related.defer("raw", "vendor_words", "customer__vendor_raw", "location__vendor_raw").prefetch_related(
        Prefetch("rating__legs", queryset=legs),
        Prefetch("answers", queryset=answers),
        Prefetch("feedback_requests", queryset=asked),
    )


ANSWER = ("source", "left_at", "nps_score", "star_rating", "happy", "comments")
