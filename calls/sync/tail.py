"""Following calls by the vendor's own list of what changed: reports applied, the cursor saved with them.

A page is a keyset: after a full page the next one is asked from the last stamp on, since a call that
changes meanwhile moves to the list's end and would shift the pages under us.
"""

from datetime import UTC, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from calls import selectors
from calls.models import Call
from calls.services import reports, taking_in
from integrations import connections, rates, vendors
from integrations.errors import RateLimited
from integrations.models import SyncCursor

RESOURCE = "calls-tail"
OVERLAP = timedelta(seconds=5)  # changes may show up a little late, or in the same millisecond
FIRST_LOOK = timedelta(minutes=10)  # how far back the very first tail reads
PAGES = 5  # of 100 calls in one beat: about what one second allows beside dials and flags
EARLY = timedelta(seconds=5)  # the vendor's clock may be behind ours
NEWS_EVERY = timedelta(seconds=10)  # a look that brought no change is written down this often


def tail(connection):
    """Apply what changed since the cursor; the number of our calls that changed.

    Skips the beat when the second's requests are spent. Raises the other drawn errors.
    """
    cursor, _ = SyncCursor.objects.get_or_create(connection=connection, resource=RESOURCE)
    start = (parse_datetime(cursor.value) if cursor.value else timezone.now() - FIRST_LOOK) - OVERLAP
    began, changed = timezone.now(), 0
    try:
        for page in pages(connection, start):
            connections.note_ok(connection)
            taking_in.learn_agents(connection, page)
            changed += _take_in(connection, cursor, page)
    except RateLimited as error:
        keep_quiet(connection, error)
        return changed
    _note_no_news(connection, began)
    return changed


@transaction.atomic
def _take_in(connection, cursor, page):
    """One page and the cursor behind it, in one commit."""
    changed = take_in(connection, page)
    newest = max((report.at for report in page if report.at), default=None)
    if newest and stamp(newest) > cursor.value:
        cursor.value, cursor.read_at = stamp(newest), timezone.now()
        cursor.save(update_fields=["value", "read_at"])
    return changed


def take_in(connection, page):
    """Applies what is new in a page of CallReports to those of our calls it is about; how many it changed or made.

    Calls nobody placed here become ours where they are ours to know (services/taking_in.py).
    """
    ours = known(connection, page)
    news = [report for report in page if report.vendor_id in ours and report.raw != ours[report.vendor_id].raw]
    changed = sum(reports.apply_report(ours[report.vendor_id], report) for report in news)
    return changed + taking_in.take_in(connection, [report for report in page if report.vendor_id not in ours])


def known(connection, page):
    ids = [report.vendor_id for report in page]
    return {call.vendor_id: call for call in Call.objects.filter(connection=connection, vendor_id__in=ids)}


def pages(connection, start):
    """Lists of CallReports changed from `start` (aware) on, oldest change first; ends after PAGES of them."""
    client, since, number = vendors.client(connection), stamp(start), 1
    for _ in range(PAGES):
        page, more = client.calls_since(since, number)
        yield page
        if not more:
            return
        last = max((stamp(report.at) for report in page if report.at), default=since)
        since, number = (last, 1) if last > since else (since, number + 1)


def keep_quiet(connection, error):
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
