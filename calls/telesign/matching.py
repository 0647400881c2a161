"""Which call an event of TeleSign's is of: by its reference id, else the one that still waits for its id."""

from datetime import timedelta

from calls.choices import CallStatus, EventSource, Kind
from calls.models import Call
from calls.services import events
from calls.telesign import incoming
from customers import phones
from integrations.telesign.client import digits
from integrations.telesign.events import DIALLED, OVER

_WAITING = (CallStatus.PLACING, CallStatus.UNCERTAIN)
# A call that began further from our dial than this is another one to the same number; clocks differ by less.
APART = timedelta(minutes=2)


def by_id(connection, reference_id):
    """The call with this id at TeleSign, or None."""
    return Call.objects.filter(connection=connection, vendor_id=reference_id).first()


def call_of(connection, event, received_at):
    """The Call of an Event; a new one for an incoming call, None where no call of ours fits.

    An answer to our dial may be lost, late or without an id: then the number that was rung tells which call it was.
    """
    known = by_id(connection, event.reference_id)
    if known:
        return known
    if event.is_incoming:
        return incoming.begin(connection, event, received_at)
    return _adopted(connection, event)


def is_of_joined_phone(call, event):
    """Whether a `dial_completed` is about the phone we joined the call with, and not about the customer's."""
    if event.name != DIALLED:
        return False
    if call.kind == Kind.INCOMING:
        return True
    theirs = call.number.e164 if call.number else ""
    return bool(call.agent_number) and event.to_number == call.agent_number != theirs


def _adopted(connection, event):
    """The one call to this number that has no id yet: one number has at most one such call."""
    if event.name not in (DIALLED, OVER) or not event.to_number:
        return None
    waiting = Call.objects.filter(connection=connection, vendor_id=None, status__in=_WAITING)
    call = waiting.select_for_update(of=("self",)).filter(number__e164=event.to_number).first()
    if call is None or not _may_be(call, event):
        return None
    Call.objects.filter(pk=call.pk).update(vendor_id=event.reference_id, why="", vendor_words="")
    text = f"TeleSign told of a call to {phones.display(event.to_number)}: it is this one"
    events.note(call, "adopted", text, dedupe=f"adopted:{event.reference_id}", source=EventSource.TELESIGN)
    call.refresh_from_db()
    return call


def _may_be(call, event):
    shown = digits(call.reported_outbound_number or call.outbound_number)
    if shown and event.from_number and shown != digits(event.from_number):
        return False
    return event.created_at is None or abs(event.created_at - call.asked_at) <= APART
