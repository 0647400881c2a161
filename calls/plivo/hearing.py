"""A callback about a call that we placed, applied. Its address names the call, and Plivo signed the address."""

from urllib.parse import parse_qs

from calls.choices import CallStatus, EventSource, Provider
from calls.models import Call
from calls.plivo import joining, legs, looking
from calls.services import events, reports
from calls.status.plivo import DIALLING
from integrations.contracts import CallReport
from integrations.errors import SetAside
from integrations.models import Connection
from integrations.plivo import addresses
from integrations.plivo.legs import parse

_WAITING = (CallStatus.PLACING, CallStatus.UNCERTAIN)


def apply(event):
    """Applies a stored HookEvent to its call. Raises SetAside, with the reason, where it can change nothing."""
    which = event.headers["Hook"]
    told = parse(which, parse_qs(event.body, keep_blank_values=True), Connection.objects.of("plivo").time_zone)
    call = Call.objects.select_for_update(of=("self",)).filter(uuid=event.headers["Call"], provider=Provider.PLIVO)
    call = call.select_related("number").first()
    if call is None:
        raise SetAside("We placed no call that has this address.")
    _recognise(call, told)
    if which in addresses.WANT_INSTRUCTIONS:
        joining.must_wait(call)
    call = legs.take_in(call, told, event.received_at)
    if which in addresses.WANT_INSTRUCTIONS:
        dialling = CallReport(call.vendor_id, DIALLING, at=event.received_at)
        reports.apply_report(call, dialling, source=EventSource.PLIVO)
    looking.follow(call)


def _recognise(call, told):
    """The call must be the one Plivo told us of; one whose answer was lost is found by this very callback."""
    theirs = {told.request_uuid, told.parent_uuid} - {""}
    if call.vendor_id in theirs:
        return
    if call.vendor_id:
        raise SetAside("It is about another call of Plivo’s than the one we asked for.")
    if call.status not in _WAITING:
        raise SetAside("This call was closed before Plivo told of it.")
    found = told.request_uuid or told.parent_uuid
    reports.take_id(call, found)
    events.note(call, "adopted", f"Plivo called us back: its call {found} is this one", dedupe=f"adopted:{found}")
    call.refresh_from_db()
