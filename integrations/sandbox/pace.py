"""A rate limit: so many requests in any second of real time."""

import threading
import time


class Pace:
    """A sliding second, shared by every thread that serves. `clock` gives monotonic seconds."""

    def __init__(self, clock=time.monotonic):
        self._lock, self._clock = threading.Lock(), clock
        self._seen = []  # when requests were let in, in monotonic seconds

    def exceeded(self, rate):
        """Whether one more request is too many at `rate` a second (None: no limit); else it is counted."""
        if rate is None:
            return False
        with self._lock:
            now = self._clock()
            recent = [moment for moment in self._seen if moment > now - 1]
            full = len(recent) >= rate
            self._seen = recent if full else [*recent, now]
            return full
