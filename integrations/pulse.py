"""The pulse: one task under a lease that, twice a second, wakes due deliveries and looks at what is live.

django-q2's own scheduler looks every 30 seconds, which is too slow for a call. The pulse lasts while
anything is live or soon due, in runs of 25 seconds, and is started by whoever saves something.
"""

import logging
import secrets
import time
from datetime import timedelta

from django.utils import timezone

from integrations import doorbell, leases, outbox
from integrations.models import Lease

log = logging.getLogger(__name__)
RUN = 25  # seconds; shorter than the task timeout, so that a run ends by itself
BEAT = 0.5  # seconds; with the panel's own half second the agent is a second behind the vendor at most
HOLD = 35  # seconds the lease outlives a beat: a tick may wait for a vendor's whole deadline
SOON = timedelta(seconds=60)  # the sweep's period: what is due later it will find itself
REWAKE = 10  # seconds until a ring that nobody answered is repeated
RINGS = 50  # rows rung for in one beat, of one vendor; more wait for the next beat
HEARTBEAT = "heartbeat"
# The schedule says every minute and its scheduler looks every 30 s; one missed beat is not a death.
HEARTBEAT_LASTS = 120
COMPLAIN_EVERY = 60  # seconds, in one process
_ticking = {}
_complained = {}


def on(name, live, tick):
    """Registers something to look at: while `live()` is true, `tick()` is called each beat. In `ready()`.

    Both may read the database; `tick` may call a vendor, outside transactions, and swallows its own weather.
    """
    _ticking[name] = (live, tick)


def start():
    """Make sure that the pulse runs. Cheap when it does."""
    doorbell.start_pulse()


def run(seconds=RUN, beat=BEAT):
    """One run: beats until nothing is left to do or the time is up, then hands over. False: another one runs."""
    owner = secrets.token_hex(16)
    if not leases.take(doorbell.PULSE, owner, HOLD):
        return False
    show_life()
    try:
        _beat_until(time.monotonic() + seconds, beat, owner)
    finally:
        leases.release(doorbell.PULSE, owner)
    if is_needed():  # looked at after the release: who saved meanwhile saw a pulse and rang for none
        start()
    return True


def _beat_until(end, beat, owner):
    rung = {}
    while True:
        wake_due(rung)
        _tick_all()
        if time.monotonic() + beat >= end or not is_needed() or not leases.take(doorbell.PULSE, owner, HOLD):
            return
        time.sleep(beat)


def is_needed():
    """Whether anything is live, or a delivery is due within a minute."""
    due_at = outbox.next_due_at()
    return bool(due_at and due_at <= timezone.now() + SOON) or any(_is_live(name) for name in _ticking)


def wake_due(rung):
    """Rings for due rows, each vendor's oldest first, so that a long queue of one starves no other.

    `rung` maps pk → when we last rang, so that a row in the queue is not rung for each second.
    """
    now = time.monotonic()
    for pk in _due_by_vendor():
        if now - rung.get(pk, -REWAKE) >= REWAKE:
            rung[pk] = now
            doorbell.wake(pk)


def _due_by_vendor():
    vendors = outbox.due().order_by().values_list("connection__vendor", flat=True).distinct()
    queues = [list(outbox.due().filter(connection__vendor=v).values_list("pk", flat=True)[:RINGS]) for v in vendors]
    longest = max(map(len, queues), default=0)
    return [queue[n] for n in range(longest) for queue in queues if n < len(queue)]


def _tick_all():
    for name, (_, tick) in _ticking.items():
        if _is_live(name):
            try:
                tick()
            except Exception:
                _complain("The tick of %s failed", name)


def _is_live(name):
    try:
        return bool(_ticking[name][0]())
    except Exception:
        _complain("Whether %s is live could not be said", name)
        return False


def _complain(words, name):
    """The failure being handled, with its traceback, once a minute: a beat a second must not fill the disk."""
    if time.monotonic() - _complained.get((words, name), -COMPLAIN_EVERY) >= COMPLAIN_EVERY:
        _complained[words, name] = time.monotonic()
        log.exception(words, name)


def show_life():
    """A sign of life that only a running task can give."""
    until = timezone.now() + timedelta(seconds=HEARTBEAT_LASTS)
    Lease.objects.update_or_create(name=HEARTBEAT, defaults={"until": until})


def worker_is_alive():
    """Whether a worker ran a task lately."""
    return leases.is_held(HEARTBEAT)
