"""Who reads pages while others are stored: the caller itself, threads or, of a long list, a process of its own.

Threads are enough where the vendor is what is waited for. Where its pages come quickly, reading them and storing them
are both work for the processor, which Python's threads take turns at; a process reads on the other core meanwhile.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import NamedTuple

from integrations import errors
from integrations.sync import keyset

SECONDS_AHEAD = 0.5  # no longer than people watch a number stand still


class Read(NamedTuple):
    """What came of one turn: `at` is the position behind the last of the pages, `quickest` the least seconds a page."""

    at: keyset.Position
    pages: list
    error: errors.VendorError | None
    quickest: float


def read_on(source, at, most):
    """Up to `most` pages from a position, which moves past each page that came. It touches no database."""
    pages, quickest, error, now = [], float("inf"), None, time.monotonic()
    ends = now + SECONDS_AHEAD
    try:
        while not at.done and len(pages) < most and (not pages or now < ends):
            page = source.fetch(keyset.next_ask(at))
            now, before = time.monotonic(), now
            quickest = min(quickest, now - before)
            keyset.advance(at, page, [_seconds(source.stamp(row)) for row in page.rows])
            pages.append(page)
    except errors.VendorError as broken:
        error = broken
    return Read(at, pages, error, quickest)


def _seconds(stamp):
    return None if stamp is None else int(stamp.timestamp())


class Readers:
    """`width` threads; one at a time needs none, and is then the caller's own turn."""

    def __init__(self, source, width):
        self.source = source
        self.threads = ThreadPoolExecutor(width, thread_name_prefix="sync") if width > 1 else None
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for pool in filter(None, (self.threads, self.process)):
            pool.shutdown(cancel_futures=True)

    def submit(self, at, most, apart=False):
        """A Future of the Read. `apart`: in a process, where there may be one."""
        if apart and self.threads and may_have_a_process():
            return self._submit_apart(at, most)
        if self.threads:
            return self.threads.submit(read_on, self.source, at, most)
        future = Future()
        future.set_result(read_on(self.source, at, most))
        return future

    def _submit_apart(self, at, most):
        self.process = self.process or _process(self.source)
        try:
            return self.process.submit(_read_apart, at, most)
        except BrokenProcessPool as broken:  # killed while nothing was asked of it
            future = Future()
            future.set_exception(broken)
            return future

    def result(self, future, at):
        """What `submit` gave a Future of. A process that was killed is a vendor that did not answer: asked again."""
        try:
            return future.result()
        except BrokenProcessPool:
            self.process = None
            return Read(at, [], errors.NotSent("The process that was reading has been ended."), float("inf"))


def may_have_a_process():
    """Not a worker of the queue, which may have no children, nor a machine where a copy of a process is no copy."""
    return sys.platform == "linux" and not multiprocessing.current_process().daemon


def _process(source):
    """A copy of this process, so that the source need not be told to it."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("fork"), _begin, (source,))


_source = None


def _begin(source):
    """In the process: Ctrl-C is for who started it, and it ends with that one however that ends."""
    global _source
    _source = source
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent():
    wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


def _read_apart(at, most):
    return read_on(_source, at, most)
