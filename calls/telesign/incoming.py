"""Calls that customers make to a number leased from TeleSign: kept as calls of nobody, and answered by a command."""

import hashlib

from django.db import IntegrityError, transaction

from calls.choices import CallStatus, EventSource, Kind, Provider
from calls.models import Call
from calls.services import events
from customers import phones
from customers.models import Customer


def begin(connection, event, received_at):
    """The Call of an incoming call, made by whichever of its events comes first. Known to exactly one customer: theirs.

    A number that is in an open call of ours already can be in no second one; it is added when this call is over.
    """
    number = _number(event.from_number)
    customer = _only_customer(number)
    call = Call(
        intent=f"telesign:{hashlib.sha256(event.reference_id.encode()).hexdigest()[:40]}",
        provider=Provider.TELESIGN,
        kind=Kind.INCOMING,
        connection=connection,
        vendor_id=event.reference_id,
        customer=customer,
        location=customer.location if customer else None,
        number=number,
        reported_outbound_number=event.to_number,
        status=CallStatus.RINGING,
        created_at=received_at,
    )
    if not _inserted(call):
        known = Call.objects.filter(connection=connection, vendor_id=event.reference_id).first()
        if known:
            return known
        call.number = None
        call.save(force_insert=True)
    events.note(call, "called_us", _words(event), dedupe="called_us", source=EventSource.TELESIGN, at=received_at)
    return call


def _inserted(call):
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def add_number(call, event):
    """Whose call it was, where the number could not be written when it began."""
    if call.number_id is None and call.kind == Kind.INCOMING and call.state.is_final:
        Call.objects.filter(pk=call.pk).update(number=_number(event.from_number))


def _number(text):
    try:
        return phones.get_number(phones.parse(text).e164) if text else None
    except phones.PhoneProblem:
        return None  # withheld, or no number a telephone has


def _only_customer(number):
    found = list(Customer.objects.filter(phone=number, gone_at=None)[:2]) if number else []
    return found[0] if len(found) == 1 else None


def _words(event):
    caller = phones.display(event.from_number) if event.from_number else "A withheld number"
    return f"{caller} called {phones.display(event.to_number)}" if event.to_number else f"{caller} called"
