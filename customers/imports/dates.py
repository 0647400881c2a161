"""Days and moments, as any program writes them.

    read(text, day_first, today)   a Moment, or None where the text says none
    Order                          whether the day or the month comes first, told from a whole column

A number is a spreadsheet's count of days since the end of 1899, or seconds (or their thousandths) since 1970.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets
SERIALS = (20_000, 80_000)  # 1954 to 2119: outside, a number is hardly a day
SECONDS = (3e8, 5e9)  # 1979 to 2128
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_MONTHS, 1)}
DAY = 86_400

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(19|20)(\d\d)(\d\d)(\d\d)")
_TRIPLE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)??(\d{1,2})(?:st|nd|rd|th)?[-\s/.]+([A-Za-z]{3,9})\.?,?[-\s/.]+(\d{4}|\d{2})"
)
_MONTH_FIRST = re.compile(r"(?:[A-Za-z]{3,9},\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([AaPp])\.?[Mm]\.?)?")
_HOUR = re.compile(r"(\d{1,2})\s*([AaPp])\.?[Mm]\.?")
_OFFSET = re.compile(r"\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_AGO = re.compile(r"(?:edited\s+)?(an?|\d+)\s+(second|minute|hour|day|week|month|year)s?\s+ago", re.IGNORECASE)
_AGO_DAYS = {"second": 0, "minute": 0, "hour": 0, "day": 1, "week": 7}


class Moment(NamedTuple):
    """A day; seconds into it, None where no time is told; the zone's offset in seconds, None where none is told."""

    day: date
    seconds: float | None = None
    offset: int | None = None


def read(text, day_first=True, today=None):
    """The Moment a text says, or None. `today`: what "3 months ago" counts from; without it nothing is read so."""
    if _NUMBER.fullmatch(text):
        return _of_number(text)
    if text[:1].isalpha() or text[-3:].lower() == "ago":
        return _named(text) or _ago(text, today)
    return _numeric(text, day_first) or _named(text) or _ago(text, today)


def _numeric(text, day_first):
    if found := _ISO.match(text):
        return _with_clock(_day(found[1], found[3], found[4]), text[found.end() :])
    if found := _TRIPLE.match(text):
        first, second = (found[1], found[3]) if day_first or found[2] == "." else (found[3], found[1])
        return _with_clock(_day(found[4], second, first), text[found.end() :])
    return None


def _of_number(text):
    if found := _COMPACT.fullmatch(text):
        return _moment(_day(found[1] + found[2], found[3], found[4]))
    value = float(text.replace(",", "."))
    if SERIALS[0] <= value < SERIALS[1]:
        days, part = divmod(round(value * DAY), DAY)
        return Moment(EPOCH + timedelta(days=days), part if "." in text or "," in text else None)
    for scale in (1, 1000):
        if SECONDS[0] <= value / scale < SECONDS[1]:
            at = datetime.fromtimestamp(value / scale, UTC)
            return Moment(at.date(), at.hour * 3600 + at.minute * 60 + at.second, 0)
    return None


def _named(text):
    if found := _NAMED.match(text):
        day, month, year = found[1], MONTHS.get(found[2][:3].lower()), found[3]
    elif found := _MONTH_FIRST.match(text):
        day, month, year = found[2], MONTHS.get(found[1][:3].lower()), found[3]
    else:
        return None
    return _with_clock(_day(year, month, day), text[found.end() :]) if month else None


def _ago(text, today):
    """What reviews are dated by, as near as it can be told: the same day so many months or years before."""
    found = _AGO.fullmatch(text)
    if not (found and today):
        return None
    number, unit = 1 if found[1].lower() in ("a", "an") else int(found[1]), found[2].lower()
    if unit in _AGO_DAYS:
        return Moment(today - timedelta(days=min(_AGO_DAYS[unit] * number, 40_000)))
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "year" else 1)
    return _moment(_clipped(months // 12, months % 12 + 1, today.day))


def _clipped(year, month, day):
    for last in (day, 30, 29, 28):
        if found := _day(year, month, min(last, day)):
            return found
    return None


def _day(year, month, day):
    year = int(year)
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _moment(day):
    return day and Moment(day)


def _with_clock(day, rest):
    """The day with the time behind it, None where the rest is no time."""
    rest = rest.lstrip("T,\t ") if rest else ""
    if day is None or not rest:
        return _moment(day)
    offset = None
    if found := _OFFSET.search(rest):
        offset = 0 if found[1] else int(f"{found[2]}{int(found[3]) * 3600 + int(found[4] or 0) * 60}")
        rest = rest[: found.start()]
    seconds = clock(rest)
    return None if seconds is None else Moment(day, seconds, offset)


def clock(text):
    """Seconds into the day of a time like 9:12:58, 21:12 or 9:12 PM; None where it is none."""
    text = text.strip()
    if found := _CLOCK.fullmatch(text):
        hour, minute, second, half = int(found[1]), int(found[2]), int(found[3] or 0), found[5]
    elif found := _HOUR.fullmatch(text):
        hour, minute, second, half = int(found[1]), 0, 0, found[2]
    else:
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    fits = hour < 24 and minute < 60 and second < 60
    return hour * 3600 + minute * 60 + second if fits else None


@dataclass
class Order:
    """What a column of dates like 1/2/2021 tells of its order.

    first, second    the greatest number met in either place
    days, months     the first and the last day (ordinals), were the day, or the month, to come first
    """

    first: int = 0
    second: int = 0
    days: tuple = ()
    months: tuple = ()

    def note(self, texts):
        """Looks at different texts of the column."""
        for text in texts:
            if (found := _TRIPLE.match(text)) and found[2] != ".":
                one, two = int(found[1]), int(found[3])
                self.first, self.second = max(self.first, one), max(self.second, two)
                self.days = _widened(self.days, _day(found[4], two, one))
                self.months = _widened(self.months, _day(found[4], one, two))

    @property
    def day_first(self):
        """True or False where the column tells, None where it can be read both ways.

        A number past twelve tells. Else rows of one file are of days that follow one another: a reading by which they
        lie scattered over months, while the other has them together, is wrong.
        """
        if not self.first or self.first > 12:
            return True
        if self.second > 12:
            return False
        days, months = _length(self.days), _length(self.months)
        if max(days, months) < SCATTERED * max(min(days, months), 1):
            return None
        return days < months


SCATTERED = 10  # times as long


def _widened(span, day):
    if day is None:
        return span
    number = day.toordinal()
    return (min(span[0], number), max(span[1], number)) if span else (number, number)


def _length(span):
    return span[1] - span[0] if span else 0
