"""The same failure ten thousand times: said often enough to be seen, not so often that it fills the disk.

By process and in memory: what is left out is told with the next line that is written.
"""

import logging
import time

SAID = 20  # lines a minute about one thing: its beginning is read in full, the rest is more of the same
PERIOD = 60  # seconds
KEYS = 1000  # things remembered at once; a process that fails in more ways than that starts counting anew
_counted = {}


def log(logger, level, key, message, *args, exc_info=False):
    """Writes the line unless enough were written about `key` in this minute; the next minute's first says how many."""
    left_out = _left_out(key)
    if left_out is None:
        return
    if left_out:
        message, args = f"{message} (and %d more like it, not written)", (*args, left_out)
    logger.log(level, message, *args, exc_info=exc_info)


def exception(logger, key, message, *args):
    """As `log`, for an exception of ours, with its traceback."""
    log(logger, logging.ERROR, key, message, *args, exc_info=True)


def forget():
    """Starts counting anew."""
    _counted.clear()


def _now():
    return time.monotonic()


def _left_out(key):
    """How many lines about it were left out before this one; None when this one is left out too."""
    now = _now()
    began, times, left_out = _counted.get(key, (now, 0, 0))
    if now - began >= PERIOD:
        began, times = now, 0
    if len(_counted) >= KEYS and key not in _counted:
        forget()
    is_said = times < SAID
    _counted[key] = (began, times + 1, 0 if is_said else left_out + 1)
    return left_out if is_said else None
