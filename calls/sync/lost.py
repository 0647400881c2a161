"""Finding the calls of ours whose answer was lost: sought in the vendor's list from the moment they were asked on.

A call is adopted when exactly one of the vendor's fits it and it alone. One that two complete looks,
later than it could show up, did not find is said to be not found: a person decides.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from calls import selectors
from calls.choices import CallStatus, EventSource, Kind
from calls.models import Call
from calls.services import events, reports
from calls.sync import pairs
from calls.sync.tail import EARLY, PAGES, keep_quiet, known, pages, stamp
from integrations.ccai import directory
from integrations.errors import RateLimited

LAG = timedelta(seconds=30)  # how late a new call may show up in the list
NOT_FOUND = pairs.not_found("CCAI")
NEVER_FINISHED = "Nobody finished this call in the CCAI adapter within ten minutes."


def reconcile(connection):
    """Look for calls of ours without an id in the vendor's list and adopt what fits; the number adopted.

    A call is adopted when exactly one of the vendor's fits it and it alone. One that two complete looks,
    later than it could show up, did not find is said to be not found: a person decides.
    """
    waiting = [call for call in selectors.calls_without_id(connection) if _is_lost(call)]
    if not waiting:
        return 0
    began = timezone.now()
    try:
        found = list(pages(connection, min(call.asked_at for call in waiting) - EARLY))
    except RateLimited as error:
        keep_quiet(connection, error)
        return 0
    seen = {report.vendor_id: report for page in found for report in page}
    adopted, resembled = _adopt(connection, waiting, list(seen.values()))
    if len(found) < PAGES:  # else the list may go on
        _note_absence([call for call in waiting if call.pk not in resembled], began)
    return len(adopted)


def _is_lost(call):
    """While the asking request still waits, its answer decides: it names the call, the list only resembles it."""
    answered_by = call.asked_at + timedelta(seconds=settings.PLACE_DEADLINE + 2)
    return call.status != CallStatus.PLACING or answered_by < timezone.now()


def _adopt(connection, waiting, seen):
    """Adopt the pairs that are certain: pks of our calls that have their id now, and of those that any fits."""
    ids = set(known(connection, seen))
    free = [report for report in seen if report.vendor_id not in ids]
    fits = [(call, report) for call in waiting for report in free if may_be(call, report)]
    certain, resembled = pairs.certain(fits, name=lambda report: report.vendor_id)
    return {call.pk for call, report in certain if reports.adopt(call, report)}, resembled


def may_be(call, report):
    """Whether a vendor's call may be this call of ours: of its kind, made when we asked for it, for whom we asked."""
    window = selectors.ADAPTER_WINDOW if call.status == CallStatus.NEEDS_AGENT else selectors.ANSWER_WINDOW
    if report.created_at is None or not call.asked_at - EARLY <= report.created_at <= call.asked_at + window:
        return False
    if call.ticket_id and report.out_ticket_id and call.ticket_id != report.out_ticket_id:
        return False
    return _is_agents(call, report) if call.kind == Kind.OUTBOUND else _is_menus(call, report)


def _is_agents(call, report):
    """An outbound call CCAI rang this agent for; also the one an agent finished in the adapter."""
    if "outbound" not in report.call_type.lower() or not report.agent_id:
        return False
    known = directory.agent(call.connection, email=call.agent.ccai_email)
    return known is not None and known.vendor_id == report.agent_id


def _is_menus(call, report):
    """A call for a queue names no agent yet: it is known by its menu, its time and the call it follows."""
    if "(api)" not in report.call_type.lower() or "outbound" in report.call_type.lower():
        return False  # a customer's own call to that menu is none of ours
    parent = (call.parent.vendor_id or "") if call.parent else ""
    return (
        (not call.menu_id or call.menu_id == report.menu_id)
        and _when(call.scheduled_at) == _when(report.scheduled_at)
        and (call.kind != Kind.SCHEDULED or not parent or parent == report.parent_id)
        and _number_fits(call, report)
    )


def _when(moment):
    return stamp(moment) if moment else ""


def _number_fits(call, report):
    """The object tells no number dialled; what it knows the customer by is often one."""
    theirs = report.end_user_identifier
    return not (call.number and theirs.startswith("+")) or theirs == call.number.e164


def _note_absence(missing, began):
    """Count the complete looks that did not find a call; after the second one it is said."""
    for call in missing:
        if call.status == CallStatus.NEEDS_AGENT:
            close_unfinished(call, began)
    pairs.note_absence([call for call in missing if began > call.asked_at + LAG])


@transaction.atomic
def close_unfinished(call, began):
    """An agent who never acted in the adapter must be able to dial again."""
    if began < call.asked_at + selectors.ADAPTER_WINDOW + LAG:
        return
    waiting = Call.objects.filter(pk=call.pk, status=CallStatus.NEEDS_AGENT, vendor_id=None)
    if waiting.update(status=CallStatus.REFUSED, why=NEVER_FINISHED, ended_at=began):
        events.note(call, "unfinished", NEVER_FINISHED, dedupe="unfinished", source=EventSource.US)
