"""How soon reviews are answered. How many are is `review_reply_rate` of feedback/metrics.py."""

from feedback import medians
from feedback.figures import Metric
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
    """The Figure of a Scope, by the day a review was written. Two queries.

    As `review_reply_rate` counts them: a review is of nobody's call, and what is gone counts no more.
    """
    rows = Review.objects.filter(scope.of_places(), scope.within("written_at"), replied_at__isnull=False, gone_at=None)
    if scope.agent or scope.provider or not scope.user.is_supervisor:
        rows = rows.none()
    return medians.hours(HOURS_TO_REPLY, rows, "written_at", "replied_at", rows.count())
