"""Rows and cursors in one commit: after a kill at any moment only what was not stored yet is read again."""

import json

from django.db import InterfaceError, OperationalError, transaction
from django.db import connection as database

from integrations.models import SyncProblem, SyncSeen, SyncWindow
from integrations.sync import runs
from integrations.sync.asks import Counts

PROBLEMS_KEPT = 100  # of one run; a list that is bad throughout must not fill the disk
NOTHING_KNOWN = ""  # in the place of an id
RAW_KEPT = 4000  # characters of a record that was set aside
# Not the row's fault: the database is busy or gone. The run is paused and the page read again.
_WEATHER = (OperationalError, InterfaceError)


def store(run, owner, sink, pages, windows=(), later=(), *, track=False):
    """Saves pages: their rows through the sink, ids seen, records set aside, counts, the windows' positions.

    windows  SyncWindows with their position moved on;  later   SyncWindows split off them
    track    note the ids, so that a full run can tell what it did not see
    Raises runs.LeaseLost, and then nothing of it is saved.
    """
    with transaction.atomic(durable=True):
        _wait_for_no_disk()
        rows = _each_once(pages)
        counts = _sunk(sink, rows)
        problems = (*((odd.vendor_id, odd.reason, odd.raw) for page in pages for odd in page.odd), *counts.failed)
        if track:
            _note_seen(run, pages)
        _set_aside(run, problems)
        for window in windows:
            _save(window)
        SyncWindow.objects.bulk_create(later)
        runs.renew(
            run,
            owner,
            requests=len(pages),
            fetched=sum(page.returned for page in pages),
            created=counts.created,
            updated=counts.updated,
            unchanged=counts.unchanged + sum(len(page.rows) for page in pages) - len(rows),
            failed=len(problems),
        )


def _wait_for_no_disk():
    """On PostgreSQL this commit may come to the disk a moment later, unlike a rating's: what a power cut takes with
    it, rows and cursors together, is read again. A killed process loses nothing by it."""
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def _each_once(pages):
    """The rows of all pages; neighbours show the rows of one second twice, and the later one holds."""
    return tuple({row.vendor_id: row for page in pages for row in page.rows}.values())


def begin_tracking(run, gone):
    """Whether this full run must note what it sees. Not where nothing was known when it began: nothing can be gone."""
    if run.requests == 0 and not gone.known():
        SyncSeen.objects.get_or_create(run=run, vendor_id=NOTHING_KNOWN)
    return not SyncSeen.objects.filter(run=run, vendor_id=NOTHING_KNOWN).exists()


def _save(window):
    SyncWindow.objects.filter(pk=window.pk).update(position=window.position, is_done=window.is_done)


def _sunk(sink, rows):
    """What the sink did. What it fails with is halved until the bad row is alone, so that one bad row stops none."""
    if not rows:
        return Counts()
    try:
        with transaction.atomic():
            return sink(rows)
    except _WEATHER:
        raise
    except Exception as error:
        if len(rows) == 1:
            return Counts(failed=((rows[0].vendor_id, _UNSAVED.format(type(error).__name__), rows[0].raw),))
    half = len(rows) // 2
    return _sunk(sink, rows[:half]) + _sunk(sink, rows[half:])


def _note_seen(run, pages):
    ids = [row.vendor_id for page in pages for row in page.rows]
    with database.cursor() as cursor:
        cursor.execute(_SEEN[database.vendor], [run.pk, ids if database.vendor == "postgresql" else json.dumps(ids)])


_UNSAVED = "It could not be saved ({})."
# One value for many ids, so that a page costs one statement whatever its size.
_SEEN = {
    "sqlite": "INSERT INTO integrations_syncseen (run_id, vendor_id) "
    "SELECT %s, value FROM json_each(%s) WHERE true ON CONFLICT DO NOTHING",
    "postgresql": "INSERT INTO integrations_syncseen (run_id, vendor_id) "
    "SELECT %s, id FROM unnest(%s::text[]) AS id ON CONFLICT DO NOTHING",
}


def _set_aside(run, problems):
    """Keeps the first of a run; the rest are only counted."""
    if not problems:
        return
    room = max(PROBLEMS_KEPT - run.problems.count(), 0)
    SyncProblem.objects.bulk_create(
        SyncProblem(run=run, vendor_id=vendor_id[:100], reason=reason[:500], raw=_cut(raw))
        for vendor_id, reason, raw in problems[:room]
    )


def _cut(raw):
    words = repr(raw)
    return raw if len(words) <= RAW_KEPT else {"cut": words[:RAW_KEPT]}
