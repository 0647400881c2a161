"""Days as a chart shows them: each of its own, or by week or month where there are too many."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

DAYS, WEEKS = 92, 2 * 366  # so many days at most are shown one by one, and week by week


@dataclass(frozen=True)
class Buckets:
    """`each`: "day", "week" or "month"; `starts`: the first day of each, in order."""

    each: str
    starts: list

    @classmethod
    def of(cls, scope):
        days = scope.days
        each = "day" if len(days) <= DAYS else "week" if len(days) <= WEEKS else "month"
        return cls(each, list(dict.fromkeys(_start(each, day) for day in days)))

    def sums(self, days):
        """[Counter] of each bucket from {day: Counter}; days outside are left out."""
        found = {start: Counter() for start in self.starts}
        for day, counts in days.items():
            if (start := _start(self.each, day)) in found:
                found[start].update(counts)
        return [found[start] for start in self.starts]


def _start(each, day):
    if each == "month":
        return date(day.year, day.month, 1)
    return day - timedelta(days=day.weekday()) if each == "week" else day
