"""Local days and times as moments, fast: but for the days on which the clock is changed, a day has one offset."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

DAY = timedelta(days=1)


def zone_of(name):
    """The ZoneInfo of a name; the house's own where it is empty or unknown."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


class Clocks:
    """The clock of each row: the one that was chosen for the file, else that of its location."""

    def __init__(self, options, places):
        self._chosen, self._places, self._made = options.get("zone", ""), places, {}

    def of(self, location):
        """The Clock at a location, by its primary key."""
        name = self._chosen or self._places.zones.get(location, "")
        if name not in self._made:
            self._made[name] = Clock(name)
        return self._made[name]


class Clock:
    """One zone's clock. An hour that comes twice is the first one; one that is left out is counted on through."""

    def __init__(self, name):
        self.zone, self._days = zone_of(name), {}

    def at(self, moment, seconds=None):
        """The UTC datetime of a dates.Moment; `seconds` into the day take the place of its own."""
        seconds = moment.seconds if seconds is None else seconds
        if moment.offset is not None:
            return datetime.combine(moment.day, time(), UTC) + timedelta(seconds=(seconds or 0) - moment.offset)
        known = self._days.get(moment.day)
        if known is None:
            known = self._days[moment.day] = self._learn(moment.day)
        start, is_even = known
        if is_even:
            return start + timedelta(seconds=seconds) if seconds else start
        local = datetime.combine(moment.day, time()) + timedelta(seconds=seconds or 0)
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def _learn(self, day):
        start = datetime.combine(day, time(), self.zone)
        is_even = start.utcoffset() == (start + DAY).utcoffset()
        return start.astimezone(UTC), is_even
