"""Small words about wrap-ups and deliveries for this room's templates."""

import re
from dataclasses import dataclass

from django import template

from calls.choices import WRAPPABLE
from feedback import chips, selectors
from integrations.choices import DeliveryState

register = template.Library()
# Which tone of a call's status is which tone of a badge, and its icon.
TONES = {
    "busy": ("info", "phone"),
    "wait": ("warn", "clock"),
    "good": ("good", "check"),
    "bad": ("bad", "circle-alert"),
}
# A number as it is written into payloads: a plus and 7 to 15 digits.
_NUMBER = re.compile(r"^\+\d{7,15}$")
SHOWN_DIGITS = 2


@dataclass(frozen=True)
class Row:
    """One line of the calls list, worked out from what the query prefetched."""

    rating: object
    is_unfinished: bool
    sent: object
    tone: str
    icon: str
    when: str


@register.simple_tag
def row(call):
    """What the line of a call shows beside the call's own fields."""
    rating = getattr(call, "rating", None)
    tone, icon = TONES.get(call.state.tone, ("", "phone-off"))
    waits = rating is None and call.status in WRAPPABLE and call.wrap_up_due_at is not None
    return Row(rating, waits, sent(rating) if rating else None, tone, icon, chips.clock_time(call.created_at))


@dataclass(frozen=True)
class Sent:
    label: str
    tone: str
    icon: str


def sent(rating):
    """How the legs of a rating stand, all in one word; None when none had to be sent."""
    states = [leg.delivery.state for leg in rating.legs.all() if leg.revision == rating.revision]
    if DeliveryState.PARKED in states:
        return Sent("Needs a person", "bad", "triangle-alert")
    if DeliveryState.PENDING in states:
        return Sent("Waiting", "warn", "clock")
    return Sent("Delivered", "good", "check") if DeliveryState.DELIVERED in states else None


@register.filter
def when(at):
    """A time of today as 14:02, an earlier one with its day, in the reader's zone."""
    return chips.clock_time(at)


@register.simple_tag
def chip_of(delivery):
    return chips.of(delivery)


@register.simple_tag
def call_of(delivery):
    return selectors.call_of(delivery)


@register.filter
def masked(payload):
    """(name, text) of a payload with phone numbers masked but for their last two digits."""
    return [(str(name).replace("_", " "), _mask(value)) for name, value in payload.items()]


def _mask(value):
    if isinstance(value, str) and _NUMBER.match(value):
        return "…" + value[-SHOWN_DIGITS:]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(_mask(item)) for item in value) or "–"
    return "–" if value in (None, "") else str(value)
