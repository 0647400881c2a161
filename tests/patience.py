"""Waiting for something that another process or thread does: by looking, never by hoping."""

import threading
import time

import pytest

LOOK_EVERY = 0.05  # seconds
GIVE_UP = 40  # seconds; only a broken test waits this long, so slow machines change nothing


def until(is_so, what="it is so", but_see=None, give_up=GIVE_UP):
    """Waits until `is_so()` is true and returns its value; fails the test, with the process's words, if never."""
    pause, end = threading.Event(), time.monotonic() + give_up
    while not (value := is_so()):
        if time.monotonic() > end or (but_see and not but_see.is_running):
            pytest.fail(f"Waited in vain until {what}." + (f"\n{but_see.words()[-4000:]}" if but_see else ""))
        pause.wait(LOOK_EVERY)
    return value
