"""Small words about wrap-ups and deliveries for this room's templates."""

import re

from django import template
from django.utils import timezone

from accounts.choices import LetterState
from feedback import chips, request_status, selectors
from feedback.choices import Issue, Outcome
from feedback.inbox import moods
from integrations.text import cut

register = template.Library()
# A number as it is written into payloads: a plus and 7 to 15 digits.
_NUMBER = re.compile(r"^\+\d{7,15}$")
SHOWN_DIGITS = 2


@register.filter
def capped(count, most):
    """A count that went no further than one past `most`: “999+”."""
    return f"{most:,}+" if count > most else f"{count:,}"


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
