"""A vendor that cannot be read: asked more seldom until it can, and said without filling the disk.

For what asks again and again by itself, one asker a connection (the pulse's tick). What it knows stands in the
cache, because the next run of the pulse is another process.
"""

import logging
from dataclasses import asdict, dataclass

from django.core.cache import cache
from django.utils import timezone

from integrations import connections

log = logging.getLogger(__name__)
LONGEST_REST = 5  # seconds: an agent who waits for news of a call does not wait longer for the vendor's return
SAY_EVERY = 60  # seconds between two lines of the log about one outage
KEPT = 3600  # seconds; an outage nobody looked at for an hour is another one


@dataclass
class Outage:
    """How often in a row it failed, and when (seconds since 1970) it is asked and said next."""

    key: str
    times: int = 0
    ask_at: float = 0
    say_at: float = 0

    @property
    def is_resting(self):
        """Whether it is too early to ask again."""
        return _now() < self.ask_at

    def goes_on(self, connection, sentence):
        """It failed (again): noted on the connection, said when it begins and once a minute."""
        connections.note_error(connection, sentence)
        self.times += 1
        # A hiccup costs no beat; after it a second more each time.
        self.ask_at = _now() + (min(self.times, LONGEST_REST) if self.times > 1 else 0)
        if _now() >= self.say_at:
            so_far = "" if self.times == 1 else f" since {self.times} tries"
            log.warning("%s cannot be read%s: %s", connection, so_far, sentence)
            self.say_at = _now() + SAY_EVERY
        cache.set(self.key, asdict(self), KEPT)

    def ends(self, connection):
        """It could be read. Nothing is done where nothing was wrong."""
        if self.times:
            log.warning("%s can be read again (failures: %d)", connection, self.times)
            cache.delete(self.key)


def of(connection):
    """The Outage of a connection; one without failures while all is well. One read of the cache."""
    key = f"outage-{connection.pk}"
    return Outage(**(cache.get(key) or {"key": key}))


def _now():
    return timezone.now().timestamp()
