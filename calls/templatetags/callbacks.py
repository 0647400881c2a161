"""Planned calls in words."""

import uuid

from django import template
from django.utils import timezone

from calls import clocks, planned
from calls.choices import CallbackState

register = template.Library()


@register.filter
def planned_at(row):
    """When, by the customer's clock: "Tue 14:10 their time"; by the reader's where nobody knows theirs."""
    zone = row.zone or timezone.get_current_timezone_name()
    said = clocks.say(row.promised_at, zone)
    return f"{said} their time" if row.zone and not _same_clock(row) else said


@register.filter
def own_clock(row):
    """The same on the reader's clock, "" where that shows the same."""
    if not row.zone or _same_clock(row):
        return ""
    return clocks.say(row.promised_at, timezone.get_current_timezone_name())


def _same_clock(row):
    return clocks.shown(row.promised_at, row.zone) == clocks.shown(
        row.promised_at, timezone.get_current_timezone_name()
    )


@register.simple_tag
def press():
    """The key of one press of a button: twice the same is one call."""
    return uuid.uuid4().hex


@register.filter
def tries_of(row):
    """ "2 of 3", "" for a promise."""
    return f"{row.try_number} of {row.tries}" if row.is_retry else ""


@register.simple_tag
def callback_line(row):
    """One planned call in a line: "Next try Tue 14:10, 2 of 3.", "Ana calls them back tomorrow 10:00."."""
    at = planned_at(row)
    if row.state == CallbackState.CANCELLED:
        return f"Not called {at}: {row.why or 'cancelled.'}"
    if row.state == CallbackState.DONE:
        return f"Called back. It was planned for {at}."
    if row.state == CallbackState.HANDED_OVER:
        return f"CCAI rings them {at}. It cannot be moved or cancelled there."
    if row.is_retry:
        return f"Next try {at}, {tries_of(row)}."
    return f"{row.owner or 'Anyone'} calls them back {at}."


@register.filter
def whose(row):
    """Whose it is: "Yours" is for the template to say; here the name, "anyone’s", and since when."""
    if row.owner_id is None:
        return "Anyone’s"
    if row.is_anyones:
        return f"Was {row.owner}’s, since {clocks.say(row.released_at, timezone.get_current_timezone_name())} anyone’s"
    return f"{row.owner}’s"


@register.filter
def is_overdue(row):
    """Whether its time is over by more than people take for punctual."""
    waits = row.state == CallbackState.OPEN and not getattr(row, "taken", None)
    return waits and row.promised_at + planned.OVERDUE_AFTER < timezone.now()


@register.filter
def on_it(row):
    """Who has it right now, in a sentence; "" for nobody. Of rows with `taken` prefetched."""
    return planned.taken_words(row.taken[0]) if getattr(row, "taken", None) else ""
