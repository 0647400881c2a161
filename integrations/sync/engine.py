"""The run: asks pages, window beside window, and stores each with its cursor in one commit.

Fetching happens in threads that never touch the database; everything else in the caller's. How a failure ends:

    our own limit, 429         wait as asked, holding the connection; too long a wait pauses the run
    5xx, time-out, no answer   the same page again, TRIES times, then the run is paused
    the token is refused       the connection is paused, once, and the run with it
    the vendor says no         the run is paused with its words

A paused run is gone on with by whoever runs the list next. A run that met an error is never complete.
"""

import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.db import connection as database

from integrations import connections, errors, rates
from integrations.choices import SyncState
from integrations.models import SyncRun, SyncWindow
from integrations.outbox.verdicts import internal_error
from integrations.sync import keyset, runs, storing, vanished
from integrations.sync.asks import PER_PAGE

log = logging.getLogger(__name__)
TRIES = 5  # of one page
BACKOFF = (1, 2, 4, 8)  # seconds between them
LONGEST_NAP = 30  # seconds; a vendor that wants more gets it, but no worker waits for it
ROWS_WORTH_SPLITTING = 4 * PER_PAGE  # a window with less than this left is quicker read than divided


class Stopped(Exception):
    """The run cannot go on now; `str()` is the reason, in words."""


class Engine:
    """One worker's turn at one run. See `sync.run` for its arguments."""

    def __init__(self, run, owner, source, sink, *, gone, windows, seconds, progress, nap):
        self.run, self.owner, self.source, self.sink = run, owner, source, sink
        self.gone = gone if run.is_full else None
        self.width = max(windows, 1)
        self.ends = None if seconds is None else time.monotonic() + seconds
        self.progress = progress
        self.nap = nap
        self.tries = {}  # of what is being asked: window pk -> failed tries

    def go(self):
        """Works until the run ends, is paused, or the worker's time is over."""
        try:
            self._read_all()
            if self.is_time_over:
                runs.put_down(self.run, self.owner)
            else:
                self._finish()
        except runs.LeaseLost:
            log.info("The run of %s went to another worker", self.run)
        except Stopped as stopped:
            runs.pause(self.run, self.owner, str(stopped))
        except BaseException as error:
            runs.pause(self.run, self.owner, internal_error(error))
            raise
        self.run.refresh_from_db()

    @property
    def is_time_over(self):
        return self.ends is not None and time.monotonic() >= self.ends

    def _finish(self):
        trouble = self._trouble() or (vanished.sweep(self) if self.gone else "")
        if self.is_time_over and trouble is None:
            runs.put_down(self.run, self.owner)
        elif trouble:
            runs.end(self.run, self.owner, SyncState.INCOMPLETE, trouble)
        else:
            runs.end(self.run, self.owner, SyncState.COMPLETE)

    def _trouble(self):
        """Why a window could not be read to its end, or ""."""
        positions = self.run.windows.values_list("position", flat=True)
        return next((kept["trouble"] for kept in positions if kept["trouble"]), "")

    def _tell(self):
        if self.progress:
            self.run.refresh_from_db()
            self.progress(self.run)

    # --- pages -----------------------------------------------------------------------------------

    def _read_all(self):
        """Every window to its end, `width` requests at a time."""
        waiting = list(self.run.windows.filter(is_done=False))
        for window in waiting:
            window.at = keyset.Position.of(window.position)
        with _Threads(self.width) as threads:
            asked = {}
            while (waiting or asked) and not self.is_time_over:
                while waiting and len(asked) < self.width:
                    window = waiting.pop(0)
                    asked[self._ask(threads, window)] = window
                for future in wait(asked, return_when=FIRST_COMPLETED).done:
                    waiting += self._take(future, asked.pop(future), self.width - len(asked) - len(waiting))

    def _ask(self, threads, window):
        self.wait_for_a_token()
        return threads.submit(self.source.fetch, keyset.next_ask(window.at))

    def _take(self, future, window, idle):
        """Stores what came; gives the windows to ask next: this one unless it is done, and those split off it."""
        try:
            page = future.result()
        except errors.VendorError as error:
            self.endure(error, window.pk)
            return [window]
        self.tries.pop(window.pk, None)
        later = self._store(window, page, idle)
        return [window] * (not window.is_done) + later

    def _store(self, window, page, idle):
        at = window.at
        if self.run.expected is None and page.total_count is not None:
            self.run.expected = page.total_count
            SyncRun.objects.filter(pk=self.run.pk, owner=self.owner).update(expected=page.total_count)
        keyset.advance(at, page, [_seconds(self.source.stamp(row)) for row in page.rows])
        later = self._split(at, idle)
        window.position, window.is_done = at.kept(), at.done
        storing.store(self.run, self.owner, self.sink, page, window, later, track=self.gone is not None)
        self._tell()
        return later

    def _split(self, at, idle):
        """A window's later parts for workers that have nothing to do."""
        parts = min(idle, (at.remaining or 0) // ROWS_WORTH_SPLITTING + 1)
        found = [] if parts < 2 else keyset.halves(at, parts)
        return [_window(self.run, position) for position in found]

    # --- patience --------------------------------------------------------------------------------

    def wait_for_a_token(self):
        """The connection's turn to speak. Raises Stopped when that takes too long."""
        while True:
            try:
                return rates.take(self.run.connection)
            except errors.RateLimited as too_fast:
                self._nap(too_fast.retry_after, too_fast.sentence)

    def endure(self, error, what):
        """Waits before `what` is tried again, or raises Stopped: patience is over, or a person must act."""
        self._count_a_request()
        connections.note_error(self.run.connection, error.sentence)
        if isinstance(error, errors.Misconfigured):
            connections.pause(self.run.connection, error.sentence)
            raise Stopped(error.sentence)
        if not isinstance(error, (errors.Unavailable, errors.Uncertain)):
            raise Stopped(f"{error.sentence} {error.words}".strip())
        self.tries[what] = tries = self.tries.get(what, 0) + 1
        if tries >= TRIES:
            raise Stopped(f"Given up after {tries} tries: {error.sentence}")
        pause = max(BACKOFF[min(tries, len(BACKOFF)) - 1], getattr(error, "retry_after", None) or 0)
        if isinstance(error, errors.RateLimited):
            rates.hold(self.run.connection, pause)
        self._nap(pause, error.sentence)

    def _nap(self, seconds, why):
        left = LONGEST_NAP if self.ends is None else min(self.ends - time.monotonic(), LONGEST_NAP)
        if seconds > left:
            raise Stopped(why)
        runs.renew(self.run, self.owner)
        self.nap(seconds)

    def _count_a_request(self):
        runs.renew(self.run, self.owner, requests=1)


class _Threads:
    """Where requests run. One at a time needs no thread, and is then the caller's own turn."""

    def __init__(self, width):
        self.pool = ThreadPoolExecutor(width, thread_name_prefix="sync") if width > 1 else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def submit(self, deed, *arguments):
        if self.pool:
            return self.pool.submit(deed, *arguments)
        future = Future()
        try:
            future.set_result(deed(*arguments))
        except errors.VendorError as error:
            future.set_exception(error)
        return future


def _window(run, position):
    window = SyncWindow(run=run, position=position.kept())
    window.at = position
    return window


def _seconds(stamp):
    return None if stamp is None else int(stamp.timestamp())


def refuse_inside_a_transaction():
    if database.in_atomic_block:
        raise RuntimeError("A sync commits page by page: it cannot run inside a transaction.")
