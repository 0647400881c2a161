"""What comes back, for the tests of this room: rows as a sync leaves them."""

import itertools

from django.utils import timezone

from feedback.choices import FeedbackKind
from feedback.models import Feedback, FeedbackRequest, Review
from tests.world import connection

_counter = itertools.count(1)
ARABIC = "خدمة ممتازة"
TURNED = "\u202egro.live//:sptth"  # reads as an address, from the right


def make_review(location=None, **fields):
    """A review of `location`; of one we do not know when it is None."""
    fields.setdefault("connection", connection("feedbackapi"))
    fields.setdefault("vendor_id", f"rev{next(_counter)}")
    fields.setdefault("written_at", timezone.now())
    fields.setdefault("rating", 5)
    fields.setdefault("platform", "dfar5V")
    fields.setdefault("platform_name", "The Review Site")
    if location is None:
        fields.setdefault("vendor_location", "lost77")
    return Review.objects.create(location=location, **fields)


def make_feedback(location=None, customer=None, **fields):
    """An answer of `customer` at `location`: NPS 9 unless said otherwise."""
    fields.setdefault("connection", connection("feedbackapi"))
    fields.setdefault("vendor_id", f"ans{next(_counter)}")
    fields.setdefault("left_at", timezone.now())
    fields.setdefault("kind", FeedbackKind.NPS)
    if fields["kind"] == FeedbackKind.NPS:
        fields.setdefault("nps_score", 9)
    if customer:
        fields.setdefault("subscriber_name", customer.name)
    return Feedback.objects.create(location=location, customer=customer, **fields)


def make_request(call=None, feedback=None, **fields):
    """A request for feedback after `call`, answered by `feedback`."""
    fields.setdefault("connection", connection("feedbackapi"))
    fields.setdefault("vendor_id", f"req{next(_counter)}")
    fields.setdefault("customer", call.customer if call else None)
    fields.setdefault("location", call.location if call else None)
    return FeedbackRequest.objects.create(call=call, feedback=feedback, **fields)
