"""How a delivery looks to people: a word, a colour, a time and why."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from integrations.choices import AttemptOutcome, DeliveryState

SOON = timedelta(minutes=1)  # what waits longer says until when
# The last word of a kind's name, as people say it of a thing.
_DEEDS = {
    "create": "new {}",
    "upsert": "new {}",
    "update": "changed {}",
    "delete": "deleted {}",
    "invite": "invited {}",
}


@dataclass(frozen=True)
class Chip:
    """One delivery, or where a row stands. `can_change` = it may look different in a second."""

    vendor: str
    label: str
    tone: str
    icon: str
    more: str = ""
    why: str = ""
    theirs: str = ""
    is_double: bool = False
    can_change: bool = False
    delivery: object = None


def of(delivery, vendor=""):
    """One delivery as a Chip; reads its prefetched attempts."""
    chip = BY_STATE[delivery.state](delivery)
    return Chip(
        vendor=vendor or str(delivery.connection),
        delivery=delivery,
        is_double=delivery.maybe_double,
        can_change=delivery.state == DeliveryState.PENDING,
        **chip,
    )


def _pending(delivery):
    last = _last_try(delivery)
    if delivery.is_leased:
        return {"label": "Sending", "tone": "info", "icon": "send"}
    if not delivery.connection.can_send:
        why = delivery.connection.paused_why if delivery.connection.is_paused else "This connection is switched off"
        return {"label": "Waiting", "tone": "warn", "icon": "pause", "why": why}
    if last is None:
        is_later = delivery.not_before > timezone.now() + SOON
        more = clock_time(delivery.not_before) if is_later else ""
        return {"label": "Waiting", "tone": "", "icon": "clock", "more": more, "why": delivery.reason}
    said = delivery.reason or last.sentence or last.get_outcome_display()
    more = clock_time(delivery.not_before)
    if last.outcome == AttemptOutcome.NOT_SENT and not delivery.tries:  # held back before the vendor was asked
        return {"label": "Waiting", "tone": "", "icon": "clock", "more": more, "why": said}
    return {"label": "Next try", "tone": "warn", "icon": "refresh-cw", "more": more, "why": said, "theirs": last.words}


def _delivered(delivery):
    more = clock_time(delivery.done_at)
    return {"label": "Delivered", "tone": "good", "icon": "check", "more": more, "why": delivery.note}


def _parked(delivery):
    last = _last_try(delivery)
    theirs = last.words if last else ""
    return {
        "label": "Needs a person",
        "tone": "bad",
        "icon": "triangle-alert",
        "why": delivery.reason,
        "theirs": theirs,
    }


def _superseded(delivery):
    return {"label": "Replaced", "tone": "", "icon": "replace", "why": delivery.reason}


def _not_applicable(delivery):
    return {"label": "Not applicable", "tone": "", "icon": "minus", "why": delivery.reason}


BY_STATE = {
    DeliveryState.PENDING: _pending,
    DeliveryState.DELIVERED: _delivered,
    DeliveryState.PARKED: _parked,
    DeliveryState.SUPERSEDED: _superseded,
    DeliveryState.NOT_APPLICABLE: _not_applicable,
}


def _last_try(delivery):
    """The latest finished attempt, from what was prefetched."""
    finished = [attempt for attempt in delivery.attempts.all() if attempt.ended_at]
    return finished[-1] if finished else None


def deed_of(kind):
    """ "feedbackapi.location_create" as "new location"; "" for a kind whose name says no such deed."""
    thing, _, deed = kind.rpartition(".")[2].rpartition("_")
    return _DEEDS[deed].format(thing.replace("_", " ")) if thing and deed in _DEEDS else ""


def clock_time(at):
    """ "14:02" in the reader's zone, with the day when it is not today; "" for None."""
    if at is None:
        return ""
    return clock_words(timezone.localtime(at), timezone.localdate())


def clock_words(local, today):
    """The same of a moment in the reader's zone, where `today` (a date) is known."""
    hour = f"{local.hour:02}:{local.minute:02}"
    return hour if local.date() == today else f"{local.day} {local:%b} {hour}"
