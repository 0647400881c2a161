"""What becomes of imports that nobody goes on with: a dead worker's are gone on with, forgotten ones let go."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from customers.imports import files, work
from customers.imports.choices import OVER, WORKED, ImportState
from customers.imports.models import Import, RejectedRow

FILE_KEPT = timedelta(days=1)  # of an import nobody touches: it holds people's data
REJECTS_KEPT = timedelta(days=30)  # so long the rows that were not taken can be had
FORGOTTEN = "Nobody went on with it for a day, so its file was removed."


def look_after():
    """Harmless at any time, and as often as one likes."""
    now = timezone.now()
    free = Q(lease_until=None, changed_at__lt=now - work.LEASE) | Q(lease_until__lt=now)
    for run in Import.objects.filter(free, state__in=WORKED, changed_at__gte=now - FILE_KEPT):
        work.ring(run)
    _expire(now)
    RejectedRow.objects.filter(run__ended_at__lt=now - REJECTS_KEPT).delete()
    _remove_strays(now)


def _expire(now):
    forgotten = Import.objects.exclude(state__in=OVER).filter(changed_at__lt=now - FILE_KEPT)
    for run in forgotten:
        live = Import.objects.filter(pk=run.pk, changed_at=run.changed_at)
        if live.update(state=ImportState.EXPIRED, reason=FORGOTTEN, ended_at=now, owner=""):
            files.forget_once_committed(run)


def _remove_strays(now):
    """Files whose import is over or was never begun: a process died in between."""
    for path in files.folder().iterdir():
        if path.stat().st_mtime < (now - FILE_KEPT).timestamp():
            uuid = path.name.partition(".")[0]
            if not Import.objects.exclude(state__in=OVER).filter(uuid=uuid).exists():
                path.unlink(missing_ok=True)
