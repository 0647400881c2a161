"""A week of hours in which people may be called, by the clock on the wall where they are. Knows no database."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

MONDAY_TO_SUNDAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# A week repeats after seven days; the eighth is what a clock put forward or back may add.
LOOK_AHEAD = 8


def read_clock(text):
    """ "08:30" as a time; "24:00" is midnight at the day's end. Raises ValueError."""
    return time(0) if text == "24:00" else time.fromisoformat(text)


def in_words(days):
    """Seven ["08:00", "21:00"] or None as people read them: [("Monday to Saturday", "08:00 to 21:00"), …]."""
    groups = []
    for name, hours in zip(MONDAY_TO_SUNDAY, days, strict=True):
        if groups and groups[-1][2] == hours:
            groups[-1][1] = name
        else:
            groups.append([name, name, hours])
    return [(first if first == last else f"{first} to {last}", _said(hours)) for first, last, hours in groups]


def _said(hours):
    if hours is None:
        return "no calls"
    begins, ends = read_clock(hours[0]), read_clock(hours[1])
    if begins == ends:
        return "all day" if begins == time(0) else f"all day from {begins:%H:%M}"
    return f"{begins:%H:%M} to {'24:00' if ends == time(0) else f'{ends:%H:%M}'}"


@dataclass(frozen=True)
class Week:
    """`days`: seven of (from, until) or None, Monday first; `rest` a (from, until) of every day, or None.

    `until` not after `from` lies on the next day; the same time twice is a whole day.
    """

    days: tuple
    rest: tuple | None = None

    @classmethod
    def read(cls, days, rest=None):
        """From seven ["08:00", "21:00"] or None, as they are stored, and two times or None."""
        return cls(tuple(one and (read_clock(one[0]), read_clock(one[1])) for one in days), rest)

    def is_open(self, wall):
        """Whether calls are allowed when a clock on the wall shows `wall` (its zone does not matter)."""
        clock = wall.time()
        if self.rest and self.rest[0] <= clock < self.rest[1]:
            return False
        today, before = self.days[wall.weekday()], self.days[wall.weekday() - 1]
        if today and today[0] <= clock and (clock < today[1] or _crosses(today)):
            return True
        return bool(before and _crosses(before) and clock < before[1])

    def openings(self):
        """The times of day at which it may open."""
        found = {one[0] for one in self.days if one}
        return found | ({self.rest[1]} if self.rest else set())


def _crosses(day):
    return day[1] <= day[0]


def all_open(clocks, moment):
    """Whether every (ZoneInfo, Week) of `clocks` is open at `moment` (aware)."""
    return all(week.is_open(moment.astimezone(zone)) for zone, week in clocks)


def first_open(clocks, moment):
    """The first moment from `moment` (aware) on at which all of `clocks` are open, in UTC; None: never.

    Something opens only where a clock shows an opening time or is put forward or back, so those are looked at.
    """
    moment = moment.astimezone(UTC)
    later = {at for zone, week in clocks for at in _changes(zone, week, moment) if at > moment}
    return next((at for at in (moment, *sorted(later)) if all_open(clocks, at)), None)


def _changes(zone, week, moment):
    """Moments from about `moment` on at which a week in a zone may open."""
    first = moment.astimezone(zone).date()
    for days in range(LOOK_AHEAD + 1):
        day = first + timedelta(days=days)
        for clock in week.openings():
            for fold in (0, 1):  # where a clock shows it twice, both
                yield datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC)
        yield from _put_forward_or_back(zone, moment + timedelta(days=days))


def _put_forward_or_back(zone, start):
    """When in the day from `start` (UTC) a zone's clock is changed, to the second."""
    end = start + timedelta(days=1)
    before = _offset(zone, start)
    if _offset(zone, end) == before:
        return
    while end - start > timedelta(seconds=1):
        middle = (start + (end - start) / 2).replace(microsecond=0)
        if middle <= start:
            break
        start, end = (middle, end) if _offset(zone, middle) == before else (start, middle)
    yield end.replace(microsecond=0)


def _offset(zone, moment):
    return moment.astimezone(zone).utcoffset()
