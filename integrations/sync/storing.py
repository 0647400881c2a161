"""Rows and cursor in one commit: after a kill at any moment at most one page is read again."""

from django.db import InterfaceError, OperationalError, transaction

from integrations.models import SyncProblem, SyncSeen, SyncWindow
from integrations.sync import runs
from integrations.sync.asks import Counts

PROBLEMS_KEPT = 100  # of one run; a list that is bad throughout must not fill the disk
RAW_KEPT = 4000  # characters of a record that was set aside
# Not the row's fault: the database is busy or gone. The run is paused and the page read again.
_WEATHER = (OperationalError, InterfaceError)


def store(run, owner, sink, page, window, later=(), *, track=False):
    """Saves a page: its rows through the sink, ids seen, records set aside, counts, the window's position.

    window   the SyncWindow with its position moved on, or None;  later   SyncWindows split off it
    track    note the ids, so that a full run can tell what it did not see
    Raises runs.LeaseLost, and then nothing of it is saved.
    """
    with transaction.atomic(durable=True):
        counts = _sunk(sink, page.rows)
        problems = (*((odd.vendor_id, odd.reason, odd.raw) for odd in page.odd), *counts.failed)
        if track:
            _note_seen(run, page.rows)
        _set_aside(run, problems)
        if window is not None:
            _save(window)
        SyncWindow.objects.bulk_create(later)
        runs.renew(
            run,
            owner,
            requests=1,
            fetched=page.returned,
            created=counts.created,
            updated=counts.updated,
            unchanged=counts.unchanged,
            failed=len(problems),
        )


def _save(window):
    SyncWindow.objects.filter(pk=window.pk).update(position=window.position, is_done=window.is_done)


def _sunk(sink, rows):
    """What the sink did. Where it fails with a page it gets the rows one by one, so that one bad row stops none."""
    if not rows:
        return Counts()
    try:
        with transaction.atomic():
            return sink(rows)
    except _WEATHER:
        raise
    except Exception:
        return sum((_sunk_alone(sink, row) for row in rows), Counts())


def _sunk_alone(sink, row):
    try:
        with transaction.atomic():
            return sink((row,))
    except _WEATHER:
        raise
    except Exception as error:
        return Counts(failed=((row.vendor_id, f"It could not be saved ({type(error).__name__}).", row.raw),))


def _note_seen(run, rows):
    SyncSeen.objects.bulk_create([SyncSeen(run=run, vendor_id=row.vendor_id) for row in rows], ignore_conflicts=True)


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
