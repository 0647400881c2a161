"""Finding the calls of ours whose answer was lost in Plivo's lists, of ended calls and of live ones. Never by dialling.

A call that rang the same phone from the same caller id when we asked is ours, where exactly one fits and it alone.
Plivo's callbacks find it too, and surer: their address has our reference (hearing.py).
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from calls import selectors
from calls.choices import CallStatus, EventSource
from calls.models import Call
from calls.plivo import legs, looking
from calls.services import reports
from calls.sync import pairs
from integrations import reading, vendors
from integrations.contracts import CallReport

EARLY = timedelta(seconds=5)  # Plivo's clock may be behind ours
LAG = timedelta(seconds=30)  # how late a call may show up in a list
MOST_LIVE = 20  # live calls of the account that are looked at; one that has more is not ours to search through


def reconcile(connection):
    """Look for calls of ours without an id and adopt what fits; the number adopted. Raises the client's errors."""
    waiting = [call for call in selectors.calls_without_id(connection) if _is_lost(call)]
    if not waiting:
        return 0
    began = timezone.now()
    seen, is_whole = _seen(vendors.client(connection).calls, connection, waiting)
    fits = [(call, told) for call in waiting for told in seen if may_be(call, told)]
    certain, resembled = pairs.certain(fits, name=lambda told: told.call_uuid)
    adopted = [call for call, told in certain if _adopt(call, told)]
    if is_whole:
        missing = [call for call in waiting if call.pk not in resembled]
        pairs.note_absence([call for call in missing if began > call.asked_at + LAG])
    return len(adopted)


def _is_lost(call):
    answered_by = call.asked_at + timedelta(seconds=settings.PLACE_DEADLINE + 2)
    return call.status == CallStatus.UNCERTAIN or answered_by < timezone.now()


def _seen(calls, connection, waiting):
    """(LegReports of the agents' sides that are no known call's, whether all were looked at)."""
    ids = calls.going_on()
    known = _known(connection, ids)
    new = [uuid for uuid in ids if uuid not in known]
    seen = [calls.live(uuid) for uuid in new[:MOST_LIVE]]
    since = min(call.asked_at for call in waiting) - EARLY
    for number in {call.agent_number for call in waiting}:
        # The stamp of the list's filters is the account's own time (FACTS 2).
        stamp = since.astimezone(reading.zone_of(connection.time_zone)).strftime("%Y-%m-%d %H:%M:%S")
        seen += calls.ended(to_number=number.lstrip("+"), end_time__gte=stamp)
    told = {one.call_uuid: one for one in seen if one}
    known = _known(connection, list(told))
    return [one for uuid, one in told.items() if uuid not in known], len(new) <= MOST_LIVE


def _known(connection, uuids):
    return set(Call.objects.filter(connection=connection, vendor_id__in=uuids).values_list("vendor_id", flat=True))


def may_be(call, told):
    """Whether a call of Plivo's may be this one: it rang the agent's phone from our caller id when we asked."""
    if told.side != "agent" or told.to_number != call.agent_number or told.started_at is None:
        return False
    asked = call.outbound_number or next(iter(call.connection.caller_ids), "")
    in_time = call.asked_at - EARLY <= told.started_at <= call.asked_at + selectors.ANSWER_WINDOW
    return in_time and (not told.from_number or told.from_number == asked)


def _adopt(call, told):
    sight = CallReport(told.request_uuid or told.call_uuid, "queued", at=told.started_at, raw=told.raw)
    if not reports.adopt(call, sight, EventSource.PLIVO, same="phone"):
        return False
    legs.take_in(call, told, timezone.now())
    looking.begin()
    return True
