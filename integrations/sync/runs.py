"""A run's row: begun or taken up again by one worker at a time, and ended. Every write names the owner."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from integrations import owners
from integrations.choices import SyncState
from integrations.models import Connection, SyncCursor, SyncRun, SyncSeen, SyncWindow
from integrations.sync.asks import AlreadyRunning, CannotRun
from integrations.sync.keyset import Position

LIVE = (SyncState.RUNNING, SyncState.PAUSED)
# A worker renews with every page; longer than the longest exchange and the longest nap between two.
LEASE = timedelta(seconds=90)
# Rows may appear late with an older stamp: 2 % of rows up to 600 s late were missed in 50 of 50 simulated
# runs with an overlap of 300 s, and in none with 900 s.
OVERLAP = 900  # seconds
KEPT = 500  # runs of one list; nothing-new runs each five minutes fill that in two days
FULL_TAKES_ITS_PLACE = "A full run took its place."
ABANDONED = "Abandoned by a person."


class LeaseLost(Exception):
    """Somebody else has the run now: nothing more may be written."""


def take(connection, resource, full, **new):
    """(run, owner token) of the live run of this list, or of a new one. A live full run is gone on with anyway.

    new   columns of a run that is begun: started_by, is_trusted
    Raises AlreadyRunning when somebody has it in hand, CannotRun when the connection is off or paused.
    """
    row = Connection.objects.get(pk=connection.pk)
    refuse_a_closed(row)
    run = fault = None
    for _ in range(2):  # once more where another worker ended, or began, one in between
        try:
            run, fault = live(row, resource) or _begin(row, resource, full, new), None
        except IntegrityError as error:  # another worker was quicker, if there is a run of its then
            fault = error
            continue
        owner = run and _claim(run)
        if owner and full and not run.is_full:
            end(run, owner, SyncState.ABANDONED, FULL_TAKES_ITS_PLACE)
        elif owner:
            run.refresh_from_db()
            return run, owner
    found = live(row, resource)
    if found is None and fault:
        raise fault
    raise AlreadyRunning(found or run)  # which may have ended this very moment


def refuse_a_closed(connection):
    """Raises CannotRun, in words, when the connection as given is off or paused."""
    if not connection.is_on:
        raise CannotRun(f"{connection} is switched off.")
    if connection.is_paused:
        raise CannotRun(f"{connection} is paused: {connection.paused_why}")


def live(connection, resource):
    """The run of this list that goes on, or None."""
    return SyncRun.objects.filter(connection=connection, resource=resource, state__in=LIVE).first()


def _begin(connection, resource, full, new):
    """A new run with its first window. Raises IntegrityError when another worker was quicker."""
    upper = int(timezone.now().timestamp()) + 1
    lower = None if full else _where_the_last_ended(connection, resource)
    with transaction.atomic():
        run = SyncRun.objects.create(
            connection=connection,
            resource=resource,
            is_full=full or lower is None,
            lower=lower,
            upper=upper,
            **new,
        )
        SyncWindow.objects.create(run=run, position=Position(lower, upper).kept())
    return run


def _where_the_last_ended(connection, resource):
    """The last complete run's upper bound less the overlap, never the newest row's stamp; None at first."""
    value = SyncCursor.objects.filter(connection=connection, resource=resource).values_list("value", flat=True).first()
    return int(value) - OVERLAP if value else None


def _claim(run):
    """An owner token, or None when somebody else holds the run."""
    owner, now = owners.sign(), timezone.now()
    free = Q(owner="") | Q(lease_until__lte=now)
    if owners.is_dead(run.owner):
        free |= Q(owner=run.owner)
    claimed = SyncRun.objects.filter(free, pk=run.pk, state__in=LIVE).update(
        owner=owner, lease_until=now + LEASE, state=SyncState.RUNNING, reason=""
    )
    return owner if claimed else None


def renew(run, owner, **raised):
    """Holds the run for another lease and raises its counts. Raises LeaseLost; call it in the rows' transaction."""
    held = SyncRun.objects.filter(pk=run.pk, owner=owner, state=SyncState.RUNNING)
    if not held.update(lease_until=timezone.now() + LEASE, **{name: F(name) + by for name, by in raised.items() if by}):
        raise LeaseLost


def pause(run, owner, reason):
    """The run stands where it is; whoever runs this list next goes on with it."""
    _held(run, owner).update(state=SyncState.PAUSED, reason=reason[:500], owner="")


def put_down(run, owner):
    """The worker has had its time; the run goes on later."""
    _held(run, owner).update(owner="")


def end(run, owner, state, reason=""):
    """Ends a run. Only a complete one moves the point from which the next one starts."""
    with transaction.atomic():
        ended = _held(run, owner).update(state=state, reason=reason[:500], owner="", ended_at=timezone.now())
        if not ended:
            raise LeaseLost
        if state == SyncState.COMPLETE:
            SyncCursor.objects.update_or_create(
                connection=run.connection,
                resource=run.resource,
                defaults={"value": str(run.upper), "read_at": timezone.now()},
            )
        _forget_windows(run)
        _forget_old(run)


def abandon(run):
    """A person ends it where it stands; whoever works on it writes nothing more. Whether it was live."""
    ended = SyncRun.objects.filter(pk=run.pk, state__in=LIVE).update(
        state=SyncState.ABANDONED, reason=ABANDONED, owner="", ended_at=timezone.now()
    )
    if ended:
        _forget_windows(run)
    return bool(ended)


def _forget_windows(run):
    SyncSeen.objects.filter(run=run).delete()
    SyncWindow.objects.filter(run=run).delete()


def _held(run, owner):
    return SyncRun.objects.filter(pk=run.pk, owner=owner)


def _forget_old(run):
    same = SyncRun.objects.filter(connection=run.connection_id, resource=run.resource)
    oldest_kept = same.order_by("-started_at", "-pk").values_list("started_at", flat=True)[KEPT : KEPT + 1].first()
    if oldest_kept:
        same.filter(started_at__lte=oldest_kept).exclude(state__in=LIVE).delete()
