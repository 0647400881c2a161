"""Who reads which list now: what is asked for stands in the runs' rows, one worker at a time goes on with them.

    ask      begins a run of a list (a button, the schedule); a worker is rung for
    rounds   a worker's turn: runs that wait, the longest waiting first, SLICE seconds each
    go       one list in this process until it ends or cannot go on (the command)

One worker of the cluster reads lists, so that a long sync leaves the others to deliveries; the rows remember
what was asked, so a lost ring costs a minute.
"""

import logging
import secrets
import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from integrations import alerts, connections, doorbell, leases, outages, rates
from integrations.choices import SyncState
from integrations.errors import Misconfigured
from integrations.models import Connection, SyncRun
from integrations.sync import runs
from integrations.sync.asks import AlreadyRunning, CannotRun
from integrations.sync.engine import Engine, refuse_inside_a_transaction
from integrations.sync.plans import plan_of, plans

log = logging.getLogger(__name__)
TURN = 20  # seconds; with a vendor's whole deadline (15) behind it still shorter than the task's time-out (40)
SLICE = 8  # seconds of one run while others wait: the first sync of a big list must not hold up the opt-outs
WORTH_BEGINNING = 2  # seconds; less of a turn is left to the next one
HOLD = 60  # seconds the lease outlives a slice and the longest exchange
# A night that nobody was there to see is made up for; the schedule's own hour comes first.
FULL_AT_LEAST_EVERY = timedelta(hours=26)


def ask(plan, *, full=False, by=None, trusted=False):
    """Sees to it that a run of this list is under way; gives it. A worker is rung for.

    full      from the beginning, also in the place of an incremental run that waits
    by        the person who pressed the button
    trusted   that person has looked: what this full run misses counts as gone, however much it is

    Raises CannotRun when the connection is off or paused, AlreadyRunning (with the run) when somebody reads this
    list this very moment and less than was asked for.
    """
    connection, full = connection_of(plan), plan.full or full or trusted
    runs.refuse_a_closed(connection)
    run = runs.live(connection, plan.name)
    if run is None or (full and not run.is_full):
        run, owner = runs.take(connection, plan.name, full, started_by=by, is_trusted=trusted)
        runs.put_down(run, owner)
    elif by:
        _hasten(run, trusted)
    transaction.on_commit(doorbell.go_on_syncing, robust=True)
    return run


def _hasten(run, trusted):
    """A person wants it now: a paused run rests no longer."""
    hastened = SyncRun.objects.filter(pk=run.pk, owner="").update(
        lease_until=timezone.now(), is_trusted=run.is_trusted or trusted
    )
    if trusted and not hastened:
        raise AlreadyRunning(run)


def wish(plan, *, full=False):
    """The schedule's `ask`: where it cannot be now, the next one asks again."""
    try:
        ask(plan, full=full)
    except (CannotRun, AlreadyRunning) as cannot:
        log.debug("%s is not read now: %s", plan.label, cannot)  # its page says so


def is_full_due(plan):
    """Whether no full pass of this list began for more than a day."""
    of_this_list = SyncRun.objects.filter(connection__vendor=plan.vendor, resource=plan.name, is_full=True)
    lately = timezone.now() - FULL_AT_LEAST_EVERY
    return plan.nightly and not of_this_list.filter(started_at__gte=lately).exists()


def connection_of(plan):
    return Connection.objects.of(plan.vendor)


def go(plan, *, full=False, seconds=None, progress=None):
    """Reads one list in this process, for `seconds` at most, and gives its SyncRun as `sync.run` does.

    Raises AlreadyRunning, and CannotRun when the connection is off, paused or not set up.
    """
    refuse_inside_a_transaction()
    connection = connection_of(plan)
    run, owner = runs.take(connection, plan.name, plan.full or full)
    return _work(plan, connection, run, owner, seconds, progress)


def _work(plan, connection, run, owner, seconds, progress=None):
    run.connection = connection
    try:
        source, sink = plan.source(connection), plan.sink(connection)
    except Misconfigured as error:
        runs.pause(run, owner, error.sentence)
        raise CannotRun(error.sentence) from error
    engine = Engine(
        run,
        owner,
        source,
        sink,
        gone=plan.gone(connection) if plan.gone and run.is_full else None,
        windows=plan.windows,
        seconds=seconds,
        progress=progress,
        nap=time.sleep,
    )
    engine.go()
    if run.state in (SyncState.COMPLETE, SyncState.INCOMPLETE, SyncState.RUNNING):
        connections.note_ok(connection_of(plan))  # as it stands now, an error met on the way included
    return run


# --- The workers' turns -----------------------------------------------------------------------


def rounds(seconds=TURN):
    """One worker's turn at what waits; hands over to the next when something is left. False: another one is at it."""
    owner = secrets.token_hex(16)
    if not leases.take(doorbell.SYNC, owner, HOLD):
        return False
    try:
        _go_round(time.monotonic() + seconds, owner)
    finally:
        leases.release(doorbell.SYNC, owner)
    if waiting().exists():  # looked at after the release: who asked meanwhile saw a worker and rang for none
        doorbell.go_on_syncing()
    return True


def _go_round(ends, owner):
    while leases.take(doorbell.SYNC, owner, HOLD):
        left, run = ends - time.monotonic(), waiting().first()
        if run is None or left < WORTH_BEGINNING:
            return
        _slice(run, min(left, SLICE))


def _slice(run, seconds):
    try:
        _note(go(plan_of(run.resource), seconds=seconds))
    except AlreadyRunning:
        return  # the command has just taken it
    except CannotRun as cannot:
        log.debug("%s is not read: %s", run, cannot)
    except Exception:  # a bug of ours in one list stops no other; the run says so and rests
        log.exception("The run %s met a bug of ours", run.pk)


def _note(run):
    """The end of a slice, for the log: once when a trouble begins, once a minute while it lasts, once at its end."""
    if run.state == SyncState.PAUSED:
        outages.of(run.connection).goes_on(run.connection, f"{run.resource}: {run.reason}")
        alerts.tell()
    elif run.state != SyncState.ABANDONED:
        outages.of(run.connection).ends(run.connection)


def waiting():
    """Runs a worker may go on with now, the longest waiting first. A paused one rests for its last lease."""
    now = timezone.now()
    free = Q(owner="") | Q(lease_until__lte=now)
    rested = ~Q(state=SyncState.PAUSED) | Q(lease_until__lte=now)
    may_speak = Q(connection__is_on=True, connection__paused_at=None) & rates.not_held(now)
    mine = Q(resource__in=[plan.name for plan in plans()], state__in=runs.LIVE)
    return SyncRun.objects.filter(free, rested, may_speak, mine).order_by("lease_until", "pk")
