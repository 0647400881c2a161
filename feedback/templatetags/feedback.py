"""Small words about wrap-ups and deliveries for this room's templates."""

import re
from dataclasses import dataclass

from django import template
from django.utils import timezone

from accounts.choices import LetterState
from calls.choices import WRAPPABLE
from feedback import chips, request_status, selectors
from feedback.choices import Issue, Outcome
from feedback.inbox import moods
from integrations.choices import DeliveryState
from integrations.text import cut

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


@register.filter
def capped(count, most):
    """A count that went no further than one past `most`: “999+”."""
    return f"{most:,}+" if count > most else f"{count:,}"


@dataclass(frozen=True)
class Row:
    """One line of the calls list, worked out from what the query prefetched."""

    rating: object
    is_unfinished: bool
    sent: object
    tone: str
    icon: str
    at: object
    when: str


@register.simple_tag
def row(call, by="created_at"):
    """What the line of a call shows beside the call's own fields. `by`: which of its times is shown."""
    rating = getattr(call, "rating", None)
    tone, icon = TONES.get(call.state.tone, ("", "phone-off"))
    waits = rating is None and call.status in WRAPPABLE and call.wrap_up_due_at is not None
    at = getattr(call, by or "created_at")
    return Row(rating, waits, sent(rating) if rating else None, tone, icon, at, chips.clock_time(at))


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


# (seconds below which it is so, how many make one, what one is called)
_AGES = (
    (3600, 60, "minute"),
    (86_400, 3600, "hour"),
    (60 * 86_400, 86_400, "day"),
    (730 * 86_400, 30.44 * 86_400, "month"),
    (float("inf"), 365.25 * 86_400, "year"),
)


@register.filter
def age(at):
    """How long ago, in one word and a number: “just now”, “3 hours ago”, “14 months ago”."""
    seconds = (timezone.now() - at).total_seconds()
    if seconds < 60:
        return "just now" if seconds > -60 else "later"
    size, name = next((size, name) for below, size, name in _AGES if seconds < below)
    count = int(seconds // size)
    return f"{count} {name}{'' if count == 1 else 's'} ago"


@register.filter
def plain(number):
    """A decimal without zeros at its end: 4.50 gives "4.5"."""
    return f"{number.normalize():f}"


@register.filter
def start(text, length):
    """The beginning of a text, and “…” where there is more of it."""
    return f"{cut(text, length).rstrip()}…" if len(text) > length else text


@register.simple_tag
def score(answer):
    """The score of a private answer: words, tone, icon, stars."""
    return moods.score_of(answer)


@register.filter
def outcome_names(values):
    """Outcomes as people call them, in one line."""
    return ", ".join(str(dict(Outcome.choices).get(value, value)) for value in values)


@register.inclusion_tag("_badge.html")
def letter_badge(letter):
    """How a mail to one of us stands."""
    state = LetterState(letter.state)
    more = chips.clock_time(letter.sent_at) if letter.sent_at else ""
    return {"label": state.label, "tone": state.tone, "icon_name": state.icon, "more": more}


@register.filter
def issue_names(values):
    """Issues as people call them, in one line."""
    return ", ".join(str(dict(Issue.choices).get(value, value)) for value in values)


@register.simple_tag
def request_shown(request):
    """How a request for feedback stands: a badge, a time, and why."""
    return request_status.shown(request)


@register.filter
def looked_at(batch):
    """How many customers of a list had their turn."""
    return batch.total - len(batch.customers)


@register.simple_tag
def request_of(delivery):
    return selectors.request_of(delivery)


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
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_mask(part)}" for name, part in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(str(_mask(item)) for item in value) or "–"
    return "–" if value in (None, "") else str(value)
