"""The work on an export, in turns: by one worker at a time, and gone on with where one died.

The row remembers how far the file is (cursor, bytes). What was appended and not remembered is cut off by whoever goes
on: through a kill no call stands in it twice, and none is missing. What moves meanwhile: rows.py.
"""

import logging
import time
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from accounts import audit
from accounts.models import User
from feedback.explorer.exports import files, rows, sight
from feedback.explorer.exports.choices import LIVE, ExportState, FileFormat
from feedback.explorer.exports.errors import CannotExport, LeaseLost
from feedback.models import CallExport
from integrations import owners

log = logging.getLogger(__name__)
TURN = 15  # seconds a task works; well inside its time-out, and then it rings for the next turn
WORKBOOK_TIME = 60 * 60  # seconds for the one part that cannot be gone on with
LEASE = timedelta(seconds=60)  # renewed with every portion
KEPT = timedelta(days=1)
NO_ROOM = "The file could not be written: {}. Ask for it again once an admin has made room."
OUR_FAULT = "Something went wrong while it was written. Ask for it again; an admin finds the reason in the log."
# Not the export's fault: the database is busy or gone, and the schedule goes on later.
_WEATHER = (OperationalError, InterfaceError)


def start(by, filters, format):
    """A CallExport of these filters, on its way. The same one asked twice while it is written is one."""
    query, words = filters.address().removeprefix("?"), ", ".join(label for *_, label in filters.applied())
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=by.pk)  # two presses are taken one after the other
        same = CallExport.objects.filter(owner=by, format=format, query=query, state__in=LIVE).first()
        if same:
            return same
        zone = timezone.get_current_timezone_name()
        export = CallExport.objects.create(owner=by, format=format, query=query, words=words, zone=zone)
        ring(export)
    return export


def cancel(export):
    """Stops it and deletes what was written. Harmless where it has ended."""
    live = CallExport.objects.filter(pk=export.pk, state__in=LIVE)
    if live.update(state=ExportState.CANCELLED, ended_at=timezone.now(), worker=""):
        files.forget(export)


def ring(export):
    """Have a worker go on with it, once what is being written is written."""
    pk, extra = export.pk, {"timeout": WORKBOOK_TIME} if export.is_spooled else {}

    def call():  # a function with a name: Django cannot log the failure of a partial
        async_task("feedback.tasks.write_export", pk, **extra)

    transaction.on_commit(call, robust=True)


def go_on(pk):
    """A worker's turn, and a ring for the next where it is not done."""
    if turn(pk):
        ring(CallExport.objects.get(pk=pk))


def turn(pk, seconds=TURN):
    """One turn at an export. Whether there is more to do."""
    worker = _claim(pk)
    if not worker:
        return False
    export = CallExport.objects.select_related("owner").get(pk=pk)
    zone = ZoneInfo(export.zone)
    try:
        with timezone.override(zone), _failing(export, worker):
            if export.is_spooled and files.is_whole(export):
                return _convert(export, worker)
            return _append(export, worker, zone, time.monotonic() + seconds)
    except LeaseLost:
        return False
    finally:
        CallExport.objects.filter(pk=pk, worker=worker).update(worker="", lease_until=None)


def _claim(pk):
    """A token of ours, or None when somebody else has it in hand."""
    export = CallExport.objects.filter(pk=pk, state__in=LIVE).first()
    if export is None:
        return None
    token, now = owners.sign(), timezone.now()
    free = Q(worker="") | Q(lease_until__lte=now)
    if owners.is_dead(export.worker):
        free |= Q(worker=export.worker)
    claimed = CallExport.objects.filter(free, pk=pk, state__in=LIVE)
    return token if claimed.update(worker=token, lease_until=now + LEASE, state=ExportState.RUNNING) else None


def _write(export, worker, **changes):
    """Changes the row while it is ours, and holds it for another lease. Raises LeaseLost."""
    held = CallExport.objects.filter(pk=export.pk, worker=worker, state=ExportState.RUNNING)
    if not held.update(lease_until=timezone.now() + LEASE, **changes):
        raise LeaseLost
    for name, value in changes.items():
        setattr(export, name, value)


@contextmanager
def _failing(export, worker):
    """What cannot be written ends with a sentence."""
    try:
        yield
    except (LeaseLost, *_WEATHER):
        raise
    except CannotExport as why:
        _fail(export, worker, str(why))
    except OSError as error:
        log.exception("export %s could not be written", export.pk)
        _fail(export, worker, NO_ROOM.format(error.strerror or "the disk refused it"))
    except Exception:
        log.exception("export %s failed", export.pk)
        _fail(export, worker, OUR_FAULT)


def _fail(export, worker, why):
    _write(export, worker, state=ExportState.FAILED, why=why[:300], ended_at=timezone.now())
    files.forget(export)


def _append(export, worker, zone, end):
    filters = rows.filters_of(export)
    if not sight.covers(export.owner, export.sight):
        raise CannotExport(rows.OTHERS_NOW)  # of what stands in it already
    _write(export, worker, sight=sight.of(export.owner))
    if export.total is None:
        _write(export, worker, total=rows.count(filters))
    with files.appending(export) as file:
        if not export.size:
            heads = files.as_bytes(export, (), zone, with_heads=True)
            _appended(export, worker, file, heads, cursor="", done=0, is_spooled=False)
        for calls, cursor in rows.chunks(filters, export.cursor):
            lines = files.as_bytes(export, calls, zone, with_heads=False)
            _appended(export, worker, file, lines, cursor=cursor, done=export.done + len(calls))
            if time.monotonic() > end:
                return True
        if export.format == FileFormat.CSV:
            return _finish(export, worker, export.size)
        _write(export, worker, is_spooled=True)
        return True


def _appended(export, worker, file, lines, **changes):
    """Into the file first: what the row does not know of is cut off, and what it knows of is there."""
    file.write(lines)
    file.flush()
    _write(export, worker, size=file.tell(), **changes)


def _convert(export, worker):
    size = files.make_workbook(export, lambda: _write(export, worker))
    _finish(export, worker, size)
    files.spool_of(export).unlink(missing_ok=True)
    return False


def _finish(export, worker, size):
    with transaction.atomic():
        _write(export, worker, state=ExportState.DONE, size=size, ended_at=timezone.now())
        said = {"filters": ["", export.words or "none"], "rows": ["", str(export.done)]}
        audit.record(export.owner, "exported calls", export, said)
    return False


def still_theirs(export):
    """Whether the owner may still have the file. Where they may see less than it holds, it is deleted."""
    if sight.covers(export.owner, export.sight):
        return True
    _let_go(export, why=rows.OTHERS_NOW)
    return False


def _let_go(export, **changes):
    files.forget(export)
    CallExport.objects.filter(pk=export.pk, state=ExportState.DONE).update(state=ExportState.GONE, **changes)


# --- what the schedule does


def look_after():
    """Goes on where a worker died, and deletes files after a day, or when their owner may see less. Harmless at any
    time."""
    now = timezone.now()
    for export in CallExport.objects.filter(state__in=LIVE):
        is_held = export.lease_until and export.lease_until > now and not owners.is_dead(export.worker)
        if not is_held:
            ring(export)
    for export in CallExport.objects.filter(state=ExportState.DONE).select_related("owner"):
        if still_theirs(export) and export.ended_at < now - KEPT:
            _let_go(export)
    _remove_strays(now)


def _remove_strays(now):
    """What a process left that was ended between two steps."""
    for path in files.folder().iterdir():
        if path.stat().st_mtime < (now - KEPT).timestamp():
            kept = CallExport.objects.filter(file_name=path.name.partition(".")[0], state__in=[*LIVE, "done"])
            if not kept.exists():
                path.unlink(missing_ok=True)
