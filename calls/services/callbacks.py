"""Planning a call, and changing a plan: promised to somebody, moved, given to a colleague, cancelled.

What a wrap-up does to planned calls stands in `tries`, handing one over to CCAI in `handover`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from calls import clocks, planned, retry_plans
from calls.choices import WAITS, CallbackOrigin, CallbackState, Kind
from calls.models import Callback, CallbackEvent
from customers.models import Location, PhoneNumber
from integrations import options
from integrations.models import Connection
from integrations.text import clean

FARTHEST = timedelta(days=366)  # whoever promises more than a year ahead has mistyped it
REPLACED = "Replaced by a later promise."
OVER = "That time is over: choose a later one."
TOO_FAR = "That is more than a year ahead."
AT_CCAI = "CCAI rings them by itself then. Its API can neither move nor cancel a scheduled call."


class CannotPlan(Exception):
    """Nothing was planned; `str()` says why, `param` names the field."""

    def __init__(self, sentence, param="at"):
        super().__init__(sentence)
        self.param = param


class CannotChange(Exception):
    """The planned call stays as it is; `str()` says why."""


@dataclass(frozen=True)
class Whom:
    """Who is to be called: a number, a ticket where none is known, and whose number it is as far as known."""

    number: object = None
    customer: object = None
    ticket_id: str = ""
    location: object = None

    @classmethod
    def of_call(cls, call):
        """Who a call was with."""
        customer = call.customer
        number = call.number or (customer.phone if customer else None)
        location = call.location or (customer.location if customer else None)
        return cls(number, customer, "" if number else call.ticket_id, location)

    @classmethod
    def of_customer(cls, customer):
        return cls(customer.phone, customer, "", customer.location)

    @property
    def account(self):
        return self.location.account if self.location else None


@dataclass(frozen=True)
class Wish:
    """When somebody is to be called (aware), by whom (a user, None = anyone), and what to say then."""

    at: datetime
    owner: object = None
    note: str = ""
    reason: str = field(default="")


def check_time(at, now=None):
    """Raises CannotPlan for a time that is over or too far ahead."""
    now = now or timezone.now()
    if at <= now:
        raise CannotPlan(OVER)
    if at > now + FARTHEST:
        raise CannotPlan(TOO_FAR)


def promise(by, whom, wish, intent="", from_call=None):
    """Plan a call that somebody was promised: the Callback. The same `intent` gives the first one.

    One that was promised before is replaced. Raises CannotPlan.
    """
    if not (whom.number or whom.ticket_id):
        raise CannotPlan("There is no number to call back: add one first.", "customer")
    first = _first(intent)
    if first:
        return first
    check_time(wish.at)
    try:
        return _promise(by, whom, wish, intent, from_call)
    except IntegrityError as error:  # two at once about a ticket, which has no number to wait for each other at
        first = _first(intent)
        if first:
            return first
        raise CannotPlan("Somebody else has just planned this call. Look again.") from error


def _first(intent):
    return Callback.objects.filter(intent=intent).first() if intent else None


@transaction.atomic
def _promise(by, whom, wish, intent, from_call):
    hold(whom)
    first, before = _first(intent), _open_promise(whom)
    if first:
        return first
    if before and planned.is_with_ccai(before):
        raise CannotPlan(AT_CCAI)
    if before:
        end(before, REPLACED, by)
    return plan(CallbackOrigin.PROMISE, whom, wish, by, intent=intent or None, from_call=from_call)


def hold(whom):
    """One writer a number: two wrap-ups, a wrap-up and a promise wait for each other here."""
    if whom.number:
        PhoneNumber.objects.select_for_update().only("pk").get(pk=whom.number.pk)


def _open_promise(whom):
    return waiting_to(whom).filter(origin=CallbackOrigin.PROMISE, location=whom.location).first()


def waiting_to(whom):
    """Planned calls to the same number (or ticket), of the same client account."""
    if whom.number is None:
        return Callback.objects.waiting().filter(number=None, ticket_id=whom.ticket_id)
    rows = Callback.objects.waiting().filter(number=whom.number)
    if whom.location is None:
        return rows.filter(location=None)
    if whom.account is None:
        return rows.filter(location=whom.location) | rows.filter(location=None)
    mates = Location.objects.filter(account=whom.account)
    return rows.filter(location__in=mates) | rows.filter(location=None)


def plan(origin, whom, wish, by, row=None, **more):
    """Write a planned call, in the transaction of whoever holds the number; `row` is used again where given."""
    row = row or Callback()
    at, outside = clocks.in_hours(wish.at, whom.customer, whom.number, whom.location)
    facts = {
        "origin": origin,
        "state": CallbackState.OPEN,
        "customer": whom.customer,
        "number": whom.number,
        "ticket_id": whom.ticket_id,
        "location": whom.location,
        "zone": _zone(whom),
        "moved": outside,
        "reason": clean(wish.reason)[:300],
        "note": clean(wish.note)[:500],
        "made_by": by,
        "made_at": timezone.now(),
        "wants_ccai": origin == CallbackOrigin.PROMISE and wish.owner is None and ccai_takes_them(),
        "settled_by": None,
        "done_at": None,
        "cancelled_at": None,
        "cancelled_by": None,
        "why": "",
    }
    word = "moved" if row.pk else "made"
    for name, value in (facts | _times(at, wish.owner, whom) | more).items():
        setattr(row, name, value)
    row.save()
    note(row, word, row.moved, by)
    return row


def _zone(whom):
    clock = clocks.clock_of(whom.customer, whom.number, whom.location)
    return clock.zone if clock.is_theirs else ""


def _times(at, owner, whom):
    minutes = retry_plans.plan_for(whom.account).release_minutes
    # Who is given a late one has as long as anybody: it counts from now.
    released = max(at, timezone.now()) + timedelta(minutes=minutes) if owner and minutes else None
    return {"promised_at": at, "owner": owner, "released_at": released}


def ccai_takes_them():
    """Whether an admin has chosen that CCAI rings for callbacks that are anyone's."""
    return bool(options.of(Connection.objects.of("ccai")).get("callbacks"))


def note(row, word, text="", by=None):
    """One line of its history."""
    CallbackEvent.objects.create(callback=row, word=word, text=text[:500], promised_at=row.promised_at, by=by)


def end(row, why, by=None, settled_by=None, done_at=None):
    """Close a planned call: done at `done_at` (aware), else cancelled. `why` is a sentence, "" where none is needed."""
    now = timezone.now()
    facts = {"state": CallbackState.DONE, "done_at": done_at, "why": why[:300], "settled_by": settled_by}
    if done_at is None:
        facts |= {"state": CallbackState.CANCELLED, "cancelled_at": now, "cancelled_by": by}
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
    note(row, "done" if done_at else "cancelled", why, by)


# --- A person's word on one of them -----------------------------------------------------------


def cancel(row, by, why):
    """Nobody is to be called any more. Raises CannotChange."""
    why = clean(why).strip()
    if not why:
        raise CannotChange("Say why they are not called.")
    with transaction.atomic():
        row = _to_change(row)
        end(row, why, by)
        audit.record(by, "cancelled a callback", row, reason=why[:300])
    return row


def move(row, by, at, note_text=None):
    """Another time (aware), and what to say. Raises CannotPlan and CannotChange."""
    with transaction.atomic():
        row = _to_change(row)
        if at != row.promised_at:
            check_time(at)
            whom = whom_of(row)
            at, row.moved = clocks.in_hours(at, row.customer, row.number, row.location)
            for name, value in _times(at, row.owner, whom).items():
                setattr(row, name, value)
        row.note = row.note if note_text is None else clean(note_text)[:500]
        row.save(update_fields=["promised_at", "released_at", "moved", "note"])
        note(row, "moved", row.moved, by)
    return row


def give(row, by, owner):
    """Make it somebody's (a user) or anyone's (None). Raises CannotChange."""
    with transaction.atomic():
        row = _to_change(row)
        for name, value in _times(row.promised_at, owner, whom_of(row)).items():
            setattr(row, name, value)
        row.wants_ccai = row.wants_ccai and owner is None
        row.save(update_fields=["owner", "released_at", "wants_ccai"])
        note(row, "given", f"To {owner}" if owner else "To anyone", by)
        audit.record(by, "gave a callback to somebody", row, {"owner": ["", str(owner or "anyone")]})
    return row


def whom_of(row):
    """The Whom of a Callback."""
    return Whom(row.number, row.customer, row.ticket_id, row.location)


def _to_change(row):
    """The row, held, where it can still be changed. Raises CannotChange."""
    row = Callback.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state not in WAITS:
        raise CannotChange(f"It is over: {row.get_state_display().lower()}.")
    call = planned.carried_out_by(row)
    if planned.is_with_ccai(row):
        raise CannotChange(AT_CCAI if row.state == CallbackState.HANDED_OVER else planned.taken_words(call))
    if call and call.kind != Kind.SCHEDULED:  # CCAI's is over and nobody wrapped it up: a person may go on
        raise CannotChange(planned.taken_words(call))
    return row
