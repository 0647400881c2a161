"""Deliveries to CCAI: a frozen payload back into the contract, and off it goes."""

from dataclasses import asdict

from integrations import reading
from integrations.ccai.client import Client
from integrations.contracts import CustomerFlags, Delivered, DoNotCallEntry
from integrations.errors import Rejected

CUSTOMER_FLAGS = "ccai.customer_flags"
DO_NOT_CALL = "ccai.do_not_call"
_UNREADABLE = "This delivery's content cannot be read."


def payload_of(flags):
    """A CustomerFlags as the JSON a delivery keeps."""
    return asdict(flags)


def deliver(connection, payload):
    """Send a kept payload; gives Delivered. Raises the errors of `Client.set_flags`."""
    try:
        flags = CustomerFlags(**payload)
    except TypeError as error:
        raise Rejected(_UNREADABLE) from error
    return Client(connection).set_flags(flags)


def do_not_call_payload(entry):
    """A DoNotCallEntry as the JSON a delivery keeps."""
    return asdict(entry) | {"expires_at": entry.expires_at.isoformat() if entry.expires_at else None}


def deliver_do_not_call(connection, payload):
    """Put the kept number on the tenant's list, or take it off: Delivered. Raises Rejected with what its row says."""
    entry, client = _entry(payload), Client(connection)
    if entry.is_listed:
        (row,) = client.add_do_not_call([entry])
    else:
        (row,) = client.remove_do_not_call([entry.phone])
    if not row.is_done:
        raise Rejected(row.sentence, words=row.words, status=200)
    return Delivered(status=200, words=row.status)


def _entry(payload):
    try:
        phone, until, is_listed = payload["phone"], payload.get("expires_at"), payload.get("is_listed", True)
    except (KeyError, TypeError, AttributeError) as error:
        raise Rejected(_UNREADABLE) from error
    moment = reading.moment(until)
    if not isinstance(phone, str) or (until and moment is None):
        raise Rejected(_UNREADABLE)
    return DoNotCallEntry(phone, moment, bool(is_listed))
