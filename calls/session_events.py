"""CCAI's session events, applied: a hint to read the list of calls, and the two things which that does not tell.

Those are the number of a customer who called, and the agent's wrap-up there, kept as a note. A call's status is
never theirs to say. They may come late, doubled, in any order, with a clock an hour off, or about calls that are
none of ours: nothing else depends on them.
"""

from datetime import timedelta

from django.utils import timezone

from calls import sync
from calls.choices import EventSource
from calls.models import Call
from calls.services import events, reports, whose
from integrations.ccai import session_events
from integrations.choices import HookState
from integrations.contracts import CallReport
from integrations.models import Connection

NOT_OURS = "No call of ours has this id so far."
CLOCK_OFF = timedelta(minutes=10)  # a stamp further from its arrival says more of a clock than of the event


def apply(event):
    """Applies a stored HookEvent: None when it is done with, UNMATCHED while its note waits for a call.

    Raises inbox.SetAside for what is about no call.
    """
    told = session_events.parse(event.body)
    connection = Connection.objects.of(event.vendor)
    if event.state == HookState.RECEIVED:  # not when an old one is looked at again
        sync.hint(connection)
    if told.number:
        whose.remember_number(connection, told.call_ids[0], told.number)
    call = _call_of(connection, told)
    if call is None:
        event.reason = NOT_OURS
        return HookState.UNMATCHED if told.disposition else None
    event.reason = ""
    if told.number and call.number_id is None:
        reports.apply_report(call, CallReport(vendor_id=call.vendor_id, status=""))  # what was remembered is taken
    if told.disposition:
        _note(call, told, event)
    return None


def _call_of(connection, told):
    known = {call.vendor_id: call for call in Call.objects.filter(connection=connection, vendor_id__in=told.call_ids)}
    return next((known[vendor_id] for vendor_id in told.call_ids if vendor_id in known), None)


def _note(call, told, event):
    """Once for each wording: a session that is told twice under two ids is not noted twice."""
    events.note(
        call,
        "disposition",
        f"Wrapped up at CCAI: {told.disposition}",
        dedupe=f"disposition:{told.disposition}",
        source=EventSource.CCAI,
        at=_believable(told.at, event.received_at),
        raw=told.raw,
    )


def _believable(at, arrived):
    return at if at and abs(at - arrived) <= CLOCK_OFF and at <= timezone.now() else arrived
