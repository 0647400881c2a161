"""The run: asks pages, window beside window, and stores what has come with its cursors in one commit.

Fetching happens in threads, or a process (readers.py), that never touch the database; everything else in the
caller's. Of a long list some pages are read ahead while others are stored, so a commit holds what was waiting. How a
failure ends:

    our own limit, 429         wait as asked, holding the connection; too long a wait pauses the run
    5xx, time-out, no answer   the same page again, TRIES times, then the run is paused
    the token is refused       the connection is paused, once, and the run with it
    the vendor says no         the run is paused with its words

A paused run is gone on with by whoever runs the list next. A run that met an error is never complete.
"""

import logging
import time
from concurrent.futures import FIRST_COMPLETED, wait

from django.db import connection as database

from integrations import connections, errors, rates
from integrations.choices import SyncState
from integrations.models import SyncRun, SyncWindow
from integrations.outbox.verdicts import internal_error
from integrations.sync import keyset, runs, storing, vanished
from integrations.sync.asks import PER_PAGE
from integrations.sync.quiet import quietly
from integrations.sync.readers import Readers

log = logging.getLogger(__name__)
TRIES = 5  # of one page
BACKOFF = (1, 2, 4, 8)  # seconds between them
LONGEST_NAP = 30  # seconds; a vendor that wants more gets it, but no worker waits for it
ROWS_WORTH_SPLITTING = 4 * PER_PAGE  # a window with less than this left is quicker read than divided
# Pages read before they are stored, of all windows together: ten pages a commit cost a fifth of ten commits, and
# more would be memory. What is not stored is read again after a kill, so of a window no more than a tenth of what
# it has left.
MOST_AHEAD = 20
LONG = 10 * PER_PAGE  # rows; of a shorter list the next page is asked when the one before is stored
VERY_LONG = 5_000  # rows; of such a list a process of its own reads quick pages
QUICK = 0.02  # seconds a page; where it takes less, more threads than two only wait for one another


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
        self.quickest = float("inf")  # seconds a page took, of those that came last

    def go(self):
        """Works until the run ends, is paused, or the worker's time is over."""
        try:
            self.tracks = self.gone is not None and storing.begin_tracking(self.run, self.gone)
            with quietly():
                self._read_all()
            if self.is_time_over:
                runs.put_down(self.run, self.owner)
            else:
                self._finish()
        except runs.LeaseLost:
            log.info("The run of %s went to another worker", self.run)
        except Stopped as stopped:
            runs.pause(self.run, self.owner, str(stopped))
        except (KeyboardInterrupt, SystemExit):  # Ctrl-C, or the work queue's time-out: nobody's fault
            runs.put_down(self.run, self.owner)
            raise
        except BaseException as error:
            runs.pause(self.run, self.owner, internal_error(error))
            raise
        self.run.refresh_from_db()

    @property
    def is_time_over(self):
        return self.ends is not None and time.monotonic() >= self.ends

    def _finish(self):
        trouble = self._trouble() or (vanished.sweep(self) if self.tracks else "")
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
        with Readers(self.source, self.width) as readers:
            asked = {}
            while (waiting or asked) and not self.is_time_over:
                self._ask_all(readers, waiting, asked)
                came = wait(asked, return_when=FIRST_COMPLETED).done
                taken = [self._taken(readers, asked.pop(one), one) for one in came]
                self._store(readers, taken, waiting, asked)

    def _ask_all(self, readers, waiting, asked):
        while waiting and len(asked) < self._useful():
            window = waiting.pop(0)
            ahead = self._ahead(window.at)
            self.wait_for_a_token()
            asked[readers.submit(window.at, ahead, self._is_for_a_process(readers, asked))] = window

    def _ahead(self, at):
        """How many pages to read before the first of them is stored."""
        if at.way != keyset.KEYSET or not at.remaining or rates.is_limited(self.run.connection):
            return 1
        return max(min(at.remaining // LONG, MOST_AHEAD // self._useful()), 1)

    def _is_for_a_process(self, readers, asked):
        """Whether a process reads on. It begins while no thread is at work: what one holds would be held there too."""
        may_be = readers.process or not asked
        return may_be and (self.run.expected or 0) >= VERY_LONG and self.quickest <= QUICK

    def _useful(self):
        """How many requests under way at once are worth it."""
        return self.width if self.quickest > QUICK else min(self.width, 2)

    def _taken(self, readers, window, future):
        """(window, its pages, error or None), the window as it stands now."""
        window.at, pages, error, quickest = readers.result(future, window.at)
        self.quickest = quickest if pages else self.quickest
        window.position, window.is_done = window.at.kept(), window.at.done
        return window, pages, error

    def _store(self, readers, taken, waiting, asked):
        """Stores what came; what is to be asked next joins `waiting`, and is asked meanwhile where it is read ahead."""
        later, going_on = [], [window for window, _, _ in taken if not window.is_done]
        for window in (window for window, pages, _ in taken if pages):
            self.tries.pop(window.pk, None)
            busy = len(asked) + len(waiting) + len(going_on) + len(later)
            later += self._split(window, self._useful() - busy)
        failed = [window for window, _, error in taken if error]
        waiting += [window for window in going_on if window not in failed] + later
        if readers.threads and (self.run.expected or 0) >= LONG:
            self._ask_all(readers, waiting, asked)
        self._save(taken, later)
        for window, _, error in taken:
            if error:
                self.endure(error, window.pk)
                waiting.append(window)

    def _save(self, taken, later):
        pages = [page for _, pages, _ in taken for page in pages]
        if not pages:
            return
        if self.run.expected is None and pages[0].total_count is not None:
            self.run.expected = pages[0].total_count
            SyncRun.objects.filter(pk=self.run.pk, owner=self.owner).update(expected=self.run.expected)
        windows = [window for window, pages, _ in taken if pages]
        storing.store(self.run, self.owner, self.sink, pages, windows, later, track=self.tracks)
        self._tell()

    def _split(self, window, idle):
        """A window's later parts for `idle` threads that have nothing to do."""
        at = window.at
        parts = min(idle + 1, (at.remaining or 0) // ROWS_WORTH_SPLITTING + 1)
        found = [] if parts < 2 else keyset.halves(at, parts)
        window.position = at.kept()
        return [_window(self.run, position) for position in found]

    # --- patience --------------------------------------------------------------------------------

    def wait_for_a_token(self):
        """The connection's turn to speak. Raises Stopped when that takes too long."""
        while True:
            try:
                return rates.take(self.run.connection, reserve=self.source.reserve)
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


def _window(run, position):
    window = SyncWindow(run=run, position=position.kept())
    window.at = position
    return window


def refuse_inside_a_transaction():
    if database.in_atomic_block:
        raise RuntimeError("A sync commits page by page: it cannot run inside a transaction.")
