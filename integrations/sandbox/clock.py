"""The sandbox's clock: somebody's clock, put forward by hand as far as a test likes."""

from datetime import UTC, datetime, timedelta


def utcnow():
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


def milliseconds(moment):
    """The moment cut to milliseconds, as every stamp of CCAI is printed."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment):
    """`2019-06-07T01:27:30.406Z`, as CCAI prints an aware moment; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse(text):
    """An aware moment from ISO 8601; no zone means UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Clock:
    """`base()` plus what `advance` has added, cut to milliseconds."""

    def __init__(self, base=utcnow, skew=0.0):
        self._base = base
        self.skew = skew

    def now(self):
        """The sandbox's time, aware, in UTC."""
        return milliseconds(self._base() + timedelta(seconds=self.skew))

    def advance(self, seconds):
        """Put the clock forward by `seconds`; it never goes back."""
        if seconds < 0:
            raise ValueError("A clock goes forward only.")
        self.skew += seconds
