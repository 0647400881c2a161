"""How a leg looks to people: a word, a colour, a time and why."""

from dataclasses import dataclass

from django.utils import timezone

from feedback.choices import Leg, Outcome
from integrations.choices import DeliveryState


@dataclass(frozen=True)
class Chip:
    """One leg to show. `can_change` = it may look different in a second."""

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


def of_rating(rating):
    """The chips of the rating's present revision, in the order of the legs."""
    return _in_order(_legs(rating).filter(revision=rating.revision))


def _legs(rating):
    return rating.legs.select_related("delivery__connection").prefetch_related("delivery__attempts")


def _in_order(legs):
    rows = {row.leg: row.delivery for row in legs}
    return [of(rows[leg], leg.label) for leg in Leg if leg in rows]


@dataclass(frozen=True)
class Version:
    """One earlier state of a wrap-up."""

    number: int
    by: object
    at: object
    words: str
    notes: str
    chips: list


def earlier_versions(rating):
    """What stood before the present revision, newest first, each with where it went."""
    revisions = rating.revisions.filter(number__lt=rating.revision).select_related("by").order_by("-number")
    legs = list(_legs(rating).filter(revision__lt=rating.revision))
    return [
        Version(
            number=revision.number,
            by=revision.by,
            at=revision.at,
            words=in_words(revision.data),
            notes=revision.data.get("notes") or "",
            chips=_in_order([leg for leg in legs if leg.revision == revision.number]),
        )
        for revision in revisions
    ]


def in_words(data):
    """One revision's data in a line: outcome, right person, quality."""
    outcome = data.get("outcome")
    words = [Outcome(outcome).label if outcome in Outcome.values else str(outcome)]
    if data.get("right_party") is not None:
        words.append("right person" if data["right_party"] else "not the right person")
    if data.get("quality"):
        words.append(f"{float(data['quality']):g} of 5")
    return ", ".join(words)


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
        return {"label": "Waiting", "tone": "", "icon": "clock", "why": delivery.reason}
    said = last.sentence or last.get_outcome_display()
    more = clock_time(delivery.not_before)
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


def clock_time(at):
    """ "14:02" in the reader's zone, with the day when it is not today; "" for None."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localdate()
    return f"{local:%H:%M}" if local.date() == today else f"{local.day} {local:%b %H:%M}"
