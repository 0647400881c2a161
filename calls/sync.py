"""Following calls by the vendor's own list of what changed, and finding the ones whose answer was lost.

    tail       calls changed since the cursor, a few seconds over; reports applied, cursor saved with them
    reconcile  calls of ours without an id, sought in the list from the moment they were asked on

A page is a keyset: after a full page the next one is asked from the last stamp on, since a call that
changes meanwhile moves to the list's end and would shift the pages under us.
"""

from datetime import UTC, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from calls import selectors, webhooks
from calls.choices import CallStatus, EventSource
from calls.models import Call, CallEvent
from calls.services import events, placing, reports
from integrations import connections, outages, rates, vendors
from integrations.errors import Misconfigured, RateLimited, VendorError
from integrations.models import Connection, SyncCursor

RESOURCE = "calls"
OVERLAP = timedelta(seconds=5)  # changes may show up a little late, or in the same millisecond
FIRST_LOOK = timedelta(minutes=10)  # how far back the very first tail reads
PAGES = 5  # of 100 calls in one beat: about what one second allows beside dials and flags
EARLY = timedelta(seconds=5)  # the vendor's clock may be behind ours
LAG = timedelta(seconds=30)  # how late a new call may show up in the list
RECONCILE_EVERY = 3  # seconds
LOOKS = 2  # complete ones that must miss a call: one may have fallen between two pages
NEWS_EVERY = timedelta(seconds=10)  # a look that brought no change is written down this often
AGENTS_KEPT = 3600  # seconds; people join a tenant by the day
AGENTS_ASKED_EVERY = 60  # seconds, where somebody is missing from the list
NOT_FOUND = "Not found at CCAI: it probably did not ring. You decide."
NEVER_FINISHED = "Nobody finished this call in the CCAI adapter within ten minutes."


# --- What the pulse asks ------------------------------------------------------------------------


def anything_live():
    """Whether some call may change at the vendor, or be found there."""
    connection = Connection.objects.of("ccai")
    return connection.can_send and (selectors.live_calls().exists() or selectors.calls_without_id(connection).exists())


def tick():
    """One beat. What a vendor does to us is written down and never raised."""
    connection = Connection.objects.of("ccai")
    sweep()
    outage = outages.of(connection)
    if not outage.is_resting:
        _ask(connection, outage)
    webhooks.match_waiting()


def _ask(connection, outage):
    try:
        tail(connection)
        if cache.add(f"calls-reconcile-{connection.pk}", True, RECONCILE_EVERY):
            reconcile(connection)
    except Misconfigured as error:
        connections.pause(connection, error.sentence)
    except VendorError as error:
        outage.goes_on(connection, error.sentence)
    else:
        outage.ends(connection)


def sweep():
    """Turns calls whose asking process is gone into `uncertain`; frees agents of what is too old to be found."""
    now = timezone.now()
    for call in Call.objects.filter(status=CallStatus.NEEDS_AGENT, asked_at__lt=now - selectors.LOST_FOR_GOOD):
        _close_unfinished(call, now)
    return placing.give_up_waiting(timezone.now() - timedelta(seconds=placing.deadline()))


# --- Tailing --------------------------------------------------------------------------------------


def tail(connection):
    """Apply what changed since the cursor; the number of our calls that changed.

    Skips the beat when the second's requests are spent. Raises the other drawn errors.
    """
    cursor, _ = SyncCursor.objects.get_or_create(connection=connection, resource=RESOURCE)
    start = (parse_datetime(cursor.value) if cursor.value else timezone.now() - FIRST_LOOK) - OVERLAP
    began, changed = timezone.now(), 0
    try:
        for page in _pages(connection, start):
            connections.note_ok(connection)
            changed += _take_in(connection, cursor, page)
    except RateLimited as error:
        _keep_quiet(connection, error)
        return changed
    _note_no_news(connection, began)
    return changed


@transaction.atomic
def _take_in(connection, cursor, page):
    """One page and the cursor behind it, in one commit."""
    ours = _known(connection, page)
    news = [report for report in page if report.vendor_id in ours and report.raw != ours[report.vendor_id].raw]
    changed = sum(reports.apply_report(ours[report.vendor_id], report) for report in news)
    newest = max((report.at for report in page if report.at), default=None)
    if newest and stamp(newest) > cursor.value:
        cursor.value, cursor.read_at = stamp(newest), timezone.now()
        cursor.save(update_fields=["value", "read_at"])
    return changed


def _known(connection, page):
    ids = [report.vendor_id for report in page]
    return {call.vendor_id: call for call in Call.objects.filter(connection=connection, vendor_id__in=ids)}


def _pages(connection, start):
    """Lists of CallReports changed from `start` (aware) on, oldest change first; ends after PAGES of them."""
    client, since, number = vendors.client(connection), stamp(start), 1
    for _ in range(PAGES):
        page, more = client.calls_since(since, number)
        yield page
        if not more:
            return
        last = max((stamp(report.at) for report in page if report.at), default=since)
        since, number = (last, 1) if last > since else (since, number + 1)


def _keep_quiet(connection, error):
    """A 429 of the vendor's holds everybody on the tenant; our own bucket grows back by itself."""
    if error.status:
        rates.hold(connection, error.retry_after or 1)  # CCAI says no time: the limit is one second's


def _note_no_news(connection, began):
    """A whole look that showed no change is news too: "still so at 14:02"."""
    quiet = selectors.live_calls().filter(connection=connection, vendor_id__isnull=False)
    quiet.filter(last_report_at__lt=began - NEWS_EVERY).update(last_report_at=began)


def stamp(moment):
    """A moment as CCAI prints it, in UTC, cut to milliseconds: texts of this form sort as the times do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


# --- Finding what was lost ------------------------------------------------------------------------


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
        pages = list(_pages(connection, min(call.asked_at for call in waiting) - EARLY))
    except RateLimited as error:
        _keep_quiet(connection, error)
        return 0
    seen = {report.vendor_id: report for page in pages for report in page}
    adopted, resembled = _adopt(connection, waiting, list(seen.values()))
    if len(pages) < PAGES:  # else the list may go on
        _note_absence([call for call in waiting if call.pk not in resembled], began)
    return len(adopted)


def _is_lost(call):
    """While the asking request still waits, its answer decides: it names the call, the list only resembles it."""
    answered_by = call.asked_at + timedelta(seconds=settings.PLACE_DEADLINE + 2)
    return call.status != CallStatus.PLACING or answered_by < timezone.now()


def _adopt(connection, waiting, seen):
    """Adopt the pairs that are certain: pks of our calls that have their id now, and of those that any fits."""
    known = set(_known(connection, seen))
    free = [report for report in seen if report.vendor_id not in known]
    fits = [(call, report) for call in waiting for report in free if may_be(call, report)]
    for_call = _count(call.pk for call, _ in fits)
    for_report = _count(report.vendor_id for _, report in fits)
    certain = [(call, report) for call, report in fits if for_call[call.pk] == for_report[report.vendor_id] == 1]
    for call, _ in fits:
        if for_call[call.pk] > 1:
            _note_choice(call)
    return {call.pk for call, report in certain if reports.adopt(call, report)}, set(for_call)


def _count(values):
    counts = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def may_be(call, report):
    """Whether a vendor's call may be this call of ours: same agent, outbound, made when we asked for it."""
    if report.created_at is None or "outbound" not in report.call_type.lower():
        return False
    if call.ticket_id and report.out_ticket_id and call.ticket_id != report.out_ticket_id:
        return False
    window = selectors.ADAPTER_WINDOW if call.status == CallStatus.NEEDS_AGENT else selectors.ANSWER_WINDOW
    in_time = call.asked_at - EARLY <= report.created_at <= call.asked_at + window
    return in_time and bool(report.agent_id) and report.agent_id == agent_id(call.connection, call.agent.ccai_email)


def agent_id(connection, email):
    """CCAI's id of the agent with this e-mail, "" when it knows none. Asked rarely, kept an hour."""
    key, email = f"ccai-agents-{connection.pk}", email.lower()
    agents = cache.get(key) or {}
    if email not in agents and cache.add(f"{key}-asked", True, AGENTS_ASKED_EVERY):
        agents = {agent.email: agent.vendor_id for agent in vendors.client(connection).agents()}
        cache.set(key, agents, AGENTS_KEPT)
    return agents.get(email, "")


def _note_choice(call):
    text = "More than one of CCAI's calls fits this one: we do not choose"
    if events.note(call, "several_fit", text, dedupe="several_fit"):
        Call.objects.filter(pk=call.pk, vendor_id=None).update(why=f"{text}. You decide whether it rang.")


def _note_absence(missing, began):
    """Count the complete looks that did not find a call; after the second one it is said."""
    for call in missing:
        if call.status == CallStatus.NEEDS_AGENT:
            _close_unfinished(call, began)
        elif call.status == CallStatus.UNCERTAIN and began > call.asked_at + LAG:
            _count_look(call)


def _count_look(call):
    before = CallEvent.objects.filter(call=call, word="not_found").count()
    if before < LOOKS:
        events.note(call, "not_found", "Not in CCAI's list", dedupe=f"not_found:{before + 1}")
    if before + 1 == LOOKS:
        Call.objects.filter(pk=call.pk, status=CallStatus.UNCERTAIN, vendor_id=None).update(why=NOT_FOUND)


@transaction.atomic
def _close_unfinished(call, began):
    """An agent who never acted in the adapter must be able to dial again."""
    if began < call.asked_at + selectors.ADAPTER_WINDOW + LAG:
        return
    waiting = Call.objects.filter(pk=call.pk, status=CallStatus.NEEDS_AGENT, vendor_id=None)
    if waiting.update(status=CallStatus.REFUSED, why=NEVER_FINISHED, ended_at=began):
        events.note(call, "unfinished", NEVER_FINISHED, dedupe="unfinished", source=EventSource.US)
