"""Reviews as FeedbackAPI lists them."""

from django.utils import timezone

from feedback.models import Review
from feedback.sync.copies import Copies
from integrations.feedbackapi import reports
from integrations.text import cut


class _Reviews(Copies):
    model = Review
    columns = (
        "location_id", "vendor_location", "title", "description", "platform", "platform_name", "rating", "url",
        "reviewer_name", "reviewer_url", "told_at",
    )  # fmt: skip
    moment = "written_at"
    born = (moment, "read_at")

    def born_values(self, row, now):
        return (*super().born_values(row, now), self.read_at(row, now))

    def values(self, row, found):
        return (
            found.places.get(row.location), row.location, row.title, row.description, row.platform,
            cut(row.platform_name, 200), row.rating, row.url[:2000], cut(row.reviewer_name, 200),
            row.reviewer_url[:2000], timezone.now(),
        )  # fmt: skip


reviews = _Reviews(reports.review)


def note_location_gone(location):
    """FeedbackAPI has deleted a location: its reviews are no longer active there. Here they stay, marked."""
    Review.objects.filter(location=location, gone_at=None).update(gone_at=timezone.now())
