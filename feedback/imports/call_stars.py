"""What customers said of calls in a file: answers of stars, one a call, beside those given by a key of the phone."""

from django.utils import timezone

from customers.models import Customer
from feedback.choices import FeedbackKind, FeedbackSource
from feedback.models import Feedback
from feedback.sync.copies import NEWS
from integrations.sync import upsert

_COLUMNS = (
    "source", "kind", "call_id", "star_rating", "comments", "left_at", "customer_id", "location_id",
    "subscriber_name", "read_at",
)  # fmt: skip
_CHANGED = ("star_rating", "comments", "left_at", "customer_id", "location_id", "subscriber_name", "told_at")


class Stars:
    """Takes [(call's primary key, what is said of it, stars or None, comments)]. `said` as calls.SAID."""

    def __init__(self):
        self.table = upsert.Table(Feedback, _COLUMNS)

    def add(self, rows):
        """Of calls that have none yet."""
        rows = [row for row in rows if row[2] is not None]
        if not rows:
            return
        names, old = _names({row[1][_CUSTOMER] for row in rows}), timezone.now() - NEWS
        source, kind = FeedbackSource.FILE.value, FeedbackKind.STARS.value
        self.table.insert(
            [
                (
                    source, kind, pk, stars, comments, said[_ENDED], said[_CUSTOMER], said[_LOCATION],
                    names.get(said[_CUSTOMER], ""), said[_ENDED] if said[_ENDED] < old else None,
                )
                for pk, said, stars, comments in rows
            ]
        )  # fmt: skip

    def change(self, rows, dry):
        """Of calls that are known: which of them have other stars now, by primary key."""
        rows = [row for row in rows if row[2] is not None]
        if not rows:
            return set()
        kept = Feedback.objects.filter(source=FeedbackSource.FILE, call__in=[row[0] for row in rows])
        there = {one.call_id: one for one in kept.only("call_id", *_CHANGED)}
        new = [row for row in rows if row[0] not in there]
        changed = [one for pk, *row in rows if (one := there.get(pk)) and _is_other(one, *row)]
        if not dry:
            self.add(new)
            upsert.Table(Feedback, _CHANGED).update_objects(changed)
        return {row[0] for row in new} | {one.call_id for one in changed}


def _is_other(answer, said, stars, comments):
    """Whether an answer differs from what a row says, which it then says."""
    wished = {
        "star_rating": stars,
        "comments": comments or answer.comments,
        "left_at": said[_ENDED],
        "customer_id": said[_CUSTOMER] or answer.customer_id,
        "location_id": said[_LOCATION] or answer.location_id,
    }
    differs = any(getattr(answer, name) != value for name, value in wished.items())
    for name, value in wished.items():
        setattr(answer, name, value)
    answer.told_at = timezone.now()  # what is unhappy now may open a case
    return differs


def _names(customers):
    return dict(Customer.objects.filter(pk__in=customers - {None}).values_list("pk", "name"))


# Places in calls.SAID, which this module stands left of.
_ENDED, _CUSTOMER, _LOCATION = 4, 7, 8
