"""Calls in the vendor's list that nobody placed here, and which of them become ours:

    a call that one of our people answered
    what follows a call of ours: CCAI calls back after a failure
    a voicemail that nobody has heard

Never one that may be a call of ours whose answer was lost: looking for those (sync/lost.py) comes first.
"""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from calls.selectors import waiting_for_id
from calls.services import events, reports, whose
from integrations import pulse, repeats
from integrations.ccai import directory

log = logging.getLogger(__name__)
# A call CCAI only changes now (a rating, a note) may be years old; one of yesterday was missed in an outage.
LOOK_BACK = timedelta(days=1)
_UNHEARD = ("voicemail", "voicemail_received")


def learn_agents(connection, page):
    """Before a page of CallReports is taken in: agents that are not known yet are asked for, once a minute at most.

    Asks the vendor, so it must be called outside a transaction; never raises for what the vendor does.
    """
    missing = {report.agent_id for report in page if report.agent_id}
    missing -= set(directory.agents_kept(connection)) if missing else set()
    if missing:
        directory.agent(connection, vendor_id=min(missing))  # its list has the others too


def take_in(connection, found):
    """Make Calls of those of the CallReports that become ours; none of them is known yet. How many were made.

    Call it in a transaction. One that cannot be made is logged, and stops no other.
    """
    wanted = _wanted(connection, [report for report in found if _is_recent(report)])
    waiting = list(waiting_for_id(connection)) if wanted else []
    agents = directory.agents_kept(connection) if waiting else {}
    safe = [pair for pair in wanted if not _may_be_lost(pair[0], waiting, agents)]
    return sum(_try(connection, *pair) for pair in safe)


def _is_recent(report):
    return report.created_at is not None and report.created_at > timezone.now() - LOOK_BACK


def _wanted(connection, recent):
    """[(report, the call of ours it follows, or None)] of those that are ours to know."""
    parents = _parents(connection, {report.parent_id for report in recent if report.parent_id})
    answered = [report for report in recent if report.connected_at and not _is_outbound(report)]
    ours = whose.people(connection, {report.agent_id for report in answered}) if answered else {}
    found = []
    for report in recent:
        parent = parents.get(report.parent_id)
        # Dialled in CCAI's own adapter: of those only what follows a call of ours.
        by_itself = not _is_outbound(report) and (
            report.status in _UNHEARD or (report.connected_at and report.agent_id in ours)
        )
        if parent or by_itself:
            found.append((report, parent))
    return found


def _is_outbound(report):
    return "outbound" in report.call_type.lower()


def _parents(connection, ids):
    calls = Call.objects.filter(connection=connection, vendor_id__in=ids) if ids else ()
    return {call.vendor_id: call for call in calls}


def _may_be_lost(report, waiting, agents):
    """Whether a call of ours without an id could be this one. Clocks are not trusted here: any time is near enough."""
    return any(_resembles(report, call, agents) for call in waiting)


def _resembles(report, call, agents):
    words = report.call_type.lower()
    if not words:
        return True
    if call.kind != Kind.OUTBOUND:
        return "(api)" in words and not _is_outbound(report)
    agent = agents.get(report.agent_id)
    return _is_outbound(report) and (agent is None or agent.email == call.agent.ccai_email.lower())


def _try(connection, report, parent):
    try:
        with transaction.atomic():
            return _make(connection, report, parent)
    except Exception:
        repeats.exception(
            log, ("taken in", report.vendor_id), "Call %s of CCAI could not be taken in", report.vendor_id
        )
        return False


def _make(connection, report, parent):
    """The row, held by nobody's constraint until the report says whose it is. False: another process was quicker."""
    try:
        with transaction.atomic():
            call = Call.objects.create(**_fields(connection, report, parent))
    except IntegrityError:
        return False
    events.note(call, "taken_in", _words(report, parent), dedupe="taken_in")
    if parent:
        whose.note_child(parent, call)
    reports.apply_report(call, report)
    transaction.on_commit(pulse.start, robust=True)
    return True


def _fields(connection, report, parent):
    return {
        "intent": f"ccai-{connection.pk}-{report.vendor_id}"[:64],
        "provider": Provider.CCAI,
        "connection": connection,
        "kind": _kind(report),
        "vendor_id": report.vendor_id,
        "status": CallStatus.QUEUED,
        "created_at": min(report.created_at, timezone.now()),
        "ticket_id": report.out_ticket_id[:64],
        "lang": str(report.raw.get("lang") or "en")[:10],
        "menu_id": report.menu_id[:40],
        "menu_name": report.menu_name[:200],
        "scheduled_at": report.scheduled_at,
        "parent": parent,
        "customer": parent and parent.customer,
        "location": parent and parent.location,
    }


def _kind(report):
    if "outbound" in report.call_type.lower():
        return Kind.OUTBOUND
    return Kind.SCHEDULED if report.scheduled_at else Kind.INCOMING


def _words(report, parent):
    if parent:
        return f"Found in CCAI’s list: it follows call {parent.pk}"
    return "Found in CCAI’s list: a voicemail" if report.status in _UNHEARD else "Found in CCAI’s list: answered there"
