"""What the tests of this room begin with: an ended call, and what a page posts about it."""

from datetime import timedelta

from django.utils import timezone

from calls.choices import CallStatus
from customers.models import NumberLookup
from feedback import services
from feedback.forms import RatingForm
from tests.world import make_call

PLIVO_ID = "b38149eb-b8fe-45d5-85b2-78ee4424788f"  # plivo_call_feedback.txt
RESPONSE_ID = "T_b5d031b8-e8a3-4eef-8fa8-d87d3b7e386f"  # trestle_phone_feedback.txt
CANARY = "<script>alert('canary')</script>"


def ended_call(agent, customer, **fields):
    """A call that was connected and ended two minutes ago, its wrap-up due in three."""
    now = timezone.now()
    defaults = {
        "status": CallStatus.COMPLETED,
        "vendor_id": None,
        "connected_at": now - timedelta(minutes=6),
        "ended_at": now - timedelta(minutes=2),
        "talk_seconds": 240,
        "wrap_up_due_at": now + timedelta(minutes=3),
    }
    return make_call(agent, customer, **(defaults | fields))


def unanswered_call(agent, customer, **fields):
    return ended_call(
        agent, customer, **({"status": CallStatus.NO_ANSWER, "connected_at": None, "talk_seconds": None} | fields)
    )


def known_everywhere(agent, customer, vendor_id="397", **fields):
    """An ended call that every vendor knows: all legs but the survey are sent."""
    NumberLookup.objects.get_or_create(number=customer.phone, response_id=RESPONSE_ID)
    return ended_call(agent, customer, vendor_id=vendor_id, **({"carrier_uuid": PLIVO_ID} | fields))


GOOD = {"outcome": "reached", "right_party": "true", "quality": "5", "notes": "", "flags_shown": "1"}


def posted(**changes):
    """A good call as the page posts it, with changes."""
    return GOOD | changes


def data(call, **changes):
    """A good call as a valid form's cleaned data."""
    fields = {"outcome": "reached", "right_party": True, "quality": 5} | changes
    form = RatingForm({name: value for name, value in fields.items() if value is not None}, call=call)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def save(call, by=None, **changes):
    """A saved Rating, by the call's agent unless said otherwise."""
    reason = changes.pop("reason", "")
    return services.save_rating(call, by or call.agent, data(call, **changes), reason=reason)


def leg(rating, name):
    """The Delivery of one leg of the rating's present revision."""
    return rating.legs.get(revision=rating.revision, leg=name).delivery
