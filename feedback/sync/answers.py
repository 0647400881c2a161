"""Answers (FeedbackAPI's feedback) as it lists them, and as they stand inside the requests they answer."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from feedback.choices import FeedbackKind
from feedback.models import Feedback, FeedbackRequest
from feedback.sync.copies import Copies, Found
from integrations.feedbackapi import reports
from integrations.text import cut

KINDS = {
    "star-rating": FeedbackKind.STARS,
    "nps": FeedbackKind.NPS,
    "happy": FeedbackKind.HAPPY,
    "csat": FeedbackKind.HAPPY,  # one thing under two words (FACTS 6.5-6)
}
_UNTOLD = (None, "")


class _Answers(Copies):
    model = Feedback
    columns = (
        "type", "kind", "nps_score", "star_rating", "happy", "comments", "platform_name", "customer_id",
        "vendor_customer", "subscriber_name", "subscriber_email", "location_id", "vendor_location", "campaign",
        "campaign_step", "told_at",
    )  # fmt: skip
    moment = "left_at"
    born = (moment, "read_at")

    def born_values(self, row, now):
        return (*super().born_values(row, now), self.read_at(row, now))

    def values(self, row, found):
        return (
            row.type[:40], kind_of(row.type), row.nps_score, row.star_rating, row.happy, row.comments,
            cut(row.platform_name, 200), found.people.get(row.subscriber), row.subscriber,
            cut(row.subscriber_name, 200), row.subscriber_email[:254], found.places.get(row.location), row.location,
            row.campaign, row.campaign_step, timezone.now(),
        )  # fmt: skip

    def after(self, connection, rows):
        """A request may have told of the answer before it came."""
        if not rows:
            return
        answer = Feedback.objects.filter(connection=connection, vendor_id=OuterRef("vendor_feedback"))
        told = FeedbackRequest.objects.filter(connection=connection, feedback=None)
        told = told.filter(vendor_feedback__in=[row.vendor_id for row in rows])
        told.update(feedback=Subquery(answer.values("pk")[:1]))

    def take_nested(self, connection, rows):
        """Answers as requests show them, which may tell less than the list: what is told is taken, the rest stays.

        So it does not matter which of the two is read first. Gives {vendor id: primary key} of all of them.
        """
        rows = list({row.vendor_id: row for row in rows}.values())
        if not rows:
            return {}
        kept = {one.vendor_id: one for one in self._kept(connection, rows)}
        fresh = [row for row in rows if row.vendor_id not in kept]
        more = [(kept[row.vendor_id], row) for row in rows if row.vendor_id in kept]
        changed = [(one.pk, self._both(one, row)) for one, row in more if self._tells_more(one, row)]
        found = Found(connection, [*fresh, *(row for _, row in changed)])
        self.add(connection, fresh, found)
        self.change(connection, changed, found)
        return {one.vendor_id: one.pk for one in self._kept(connection, rows)}

    def _kept(self, connection, rows):
        ids = [row.vendor_id for row in rows]
        return Feedback.objects.filter(connection=connection, vendor_id__in=ids).only("vendor_id", "vendor_raw")

    def _tells_more(self, one, row):
        """Compared as read, not as written: the page spells scores in two ways."""
        known = self.read(one.vendor_raw)
        told = (name for name in row._fields if name not in ("raw", "digest") and getattr(row, name) not in _UNTOLD)
        return any(getattr(row, name) != getattr(known, name) for name in told)

    def _both(self, one, row):
        told = {name: value for name, value in row.raw.items() if value is not None}
        return self.read({**one.vendor_raw, **told})


def kind_of(word):
    """What the vendor's type means to us."""
    return KINDS.get(word.lower().replace("_", "-"), FeedbackKind.OTHER).value


answers = _Answers(reports.feedback)
