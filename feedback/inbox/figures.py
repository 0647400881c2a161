"""How soon reviews are answered. How many are is `review_reply_rate` of feedback/metrics.py."""

from statistics import median

from feedback.figures import Figure, Metric
from feedback.models import Review

HOURS_TO_REPLY = Metric(
    "median_hours_to_reply",
    "Hours to reply",
    "median of the hours from a review to when it was marked as answered",
    "hours_to_reply",
    "replied_reviews",
    "answered",
    times=1,
    unit="h",
    source="reviews",
    better="down",
    leaves_out="reviews nobody has marked as answered: FeedbackAPI does not report replies",
)


def hours_to_reply(scope):
    """The Figure of a Scope, by the day a review was written; a median is of no sums, so the rows are read.

    As `review_reply_rate` counts them: a review is of nobody's call, and what is gone counts no more.
    """
    rows = Review.objects.filter(scope.of_places(), scope.within("written_at"), replied_at__isnull=False, gone_at=None)
    if scope.agent or scope.provider or not scope.user.is_supervisor:
        rows = rows.none()
    spans = rows.order_by().values_list("written_at", "replied_at")
    hours = [(replied - written).total_seconds() / 3600 for written, replied in spans]
    return Figure(HOURS_TO_REPLY, median(hours) if hours else None, len(hours), len(hours))
