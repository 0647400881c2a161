"""When people call: by the hour and the weekday where the customer is, a little more each month."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 425  # fourteen months
GROWTH = 0.6  # by how much the last day is busier than the first
TODAY = 0.004  # of all calls, at least
WEEK = (1.1, 1.08, 1.0, 1.0, 0.95, 0.35, 0.12)  # Monday first
HOURS = {8: 3, 9: 8, 10: 11, 11: 10, 12: 6, 13: 7, 14: 10, 15: 11, 16: 9, 17: 6, 18: 4, 19: 2}  # by the local clock


def days(calls, until):
    """[(date, how many)] for so many calls, the oldest day first; the last is the date of `until` in UTC."""
    last = until.date()
    dates = [last - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    weights = [WEEK[day.weekday()] * (1 + GROWTH * n / DAYS) for n, day in enumerate(dates)]
    elapsed = (until - datetime.combine(last, time(), UTC)).total_seconds() / 86_400
    rest = sum(weights[:-1])
    weights[-1] = max(weights[-1] * elapsed, TODAY * rest / (1 - TODAY))
    bounds = [round(calls * part / sum(weights)) for part in itertools.accumulate(weights)]
    return [(day, bound - before) for day, bound, before in zip(dates, bounds, [0, *bounds], strict=False)]


class Day:
    """One local date at many places: where and at which hour its calls are."""

    def __init__(self, day, places, until):
        self.hours = {zone: _hours(day, zone) for zone in {place.zone for place in places}}
        self.slots, self.sums = self._open(places, until.timestamp())

    def _open(self, places, end):
        """[(place's number, begin)] of the hours that lie before `end`, with the running sums of their weights."""
        slots, weights = [], []
        for number, place in enumerate(places):
            for hour, begin in self.hours[place.zone]:
                if begin < end - 3600:
                    slots.append((number, begin))
                    weights.append(HOURS[hour] * place.weight)
        return slots, list(itertools.accumulate(weights))

    def moments(self, dice, count):
        """So many (seconds since 1970, place's number), in order of time; none where the day has not begun anywhere."""
        if not self.slots:
            return []
        chosen = dice.choices(self.slots, cum_weights=self.sums, k=count)
        return sorted((begin + int(dice.random() * 3600), place) for place, begin in chosen)


def _hours(day: date, zone):
    """[(hour, its begin in seconds since 1970)] of a date by that clock, daylight saving and all."""
    place = ZoneInfo(zone)
    return [(hour, int(datetime.combine(day, time(hour), place).timestamp())) for hour in HOURS]
