"""Quiet hours: when a message may reach somebody, by the clock where they are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# A clock that is put forward may carry the end of one night into the next; more than this nobody has.
NIGHTS = 3


def is_quiet(at, zone, quiet_from, quiet_until):
    """Whether `at` (aware) lies in the quiet hours of a zone (IANA name). Equal times mean there are none."""
    clock = at.astimezone(ZoneInfo(zone)).time()
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def next_time(at, zone, quiet_from, quiet_until):
    """`at` itself outside the quiet hours, else when they end there. Aware, in UTC: two times of one zone are compared
    by what the clock shows, which is wrong in the hour it shows twice."""
    local = at.astimezone(ZoneInfo(zone))
    for _ in range(NIGHTS):
        if not is_quiet(local, zone, quiet_from, quiet_until):
            break
        local = _end(local, quiet_until)
    return local.astimezone(UTC)


def _end(local, quiet_until):
    """The next time that clock shows `quiet_until`; where it shows it twice, or never, the later reading."""
    day = local.date() if local.time() < quiet_until else local.date() + timedelta(days=1)
    shown = datetime.combine(day, quiet_until)
    readings = (shown.replace(tzinfo=local.tzinfo, fold=fold) for fold in (0, 1))
    last = max(readings, key=lambda reading: reading.timestamp())
    return datetime.fromtimestamp(last.timestamp(), local.tzinfo)
