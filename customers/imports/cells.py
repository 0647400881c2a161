"""One cell's text as a value: yes or no, seconds, a score, a time. Each reader gives None for a blank cell and an Odd
with the reason where the text is something else.
"""

import re

from customers.imports import dates
from customers.imports.errors import Odd
from integrations.text import clean, cut

# What stands in a cell that has nothing to say, in any case.
BLANKS = {"", "-", "–", "—", "n/a", "na", "#n/a", "nan", "null", "none", "nil", "(blank)", "#value!", "#ref!"}
BLANK_TEXTS = {"", "#N/A", "NULL", "NaN", "nan", "null", "#REF!", "#VALUE!"}
YES = {"y", "yes", "true", "1", "t", "x", "ja", "sí", "si", "oui"}
NO = {"n", "no", "false", "0", "f", "nein", "non"}
LONGEST = 366 * 86_400  # seconds; also what the column holds

_PARTS = re.compile(r"(\d{1,5}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])\.?[Mm]\.?")
_UNITS = re.compile(
    r"(?:(\d+)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*m(?:in(?:ute)?s?)?)?\s*(?:(\d+(?:[.,]\d+)?)\s*s(?:ec(?:ond)?s?)?)?",
    re.IGNORECASE,
)
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_OLD_DAY = re.compile(r"(?:1899-12-3[01]|1900-01-0[01])[T ](.+)")
_SCORE = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:/\s*\d+|out of \d+|of \d+|stars?|★+)?", re.IGNORECASE)


def is_blank(text):
    return text.strip().lower() in BLANKS


def text_of(limit):
    """A reader of texts, cut to `limit` characters."""

    def read(text):
        text = clean(text.strip())
        return "" if text in BLANK_TEXTS else cut(text, limit)

    return read


def yes_or_no(text):
    """True, False or None."""
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    return None if word in BLANKS else Odd(f"“{_short(text)}” is neither yes nor no")


def word_of(words):
    """A reader of one of several words: {value: texts}."""
    values = {text: value for value, texts in words.items() for text in texts}

    def read(text):
        word = " ".join(text.strip().lower().replace("_", " ").replace("-", " ").split())
        if word in values:
            return values[word]
        return None if word in BLANKS else Odd(f"“{_short(text)}” is none of the words that are known")

    return read


def score_of(least, most):
    """A reader of whole numbers in a range, also as "4 stars", "4.0" or "4/5"."""

    def read(text):
        found = _SCORE.fullmatch(text.strip())
        if not found:
            return None if is_blank(text) else Odd(f"“{_short(text)}” is no number")
        value = float(found[1].replace(",", "."))
        if not (least <= value <= most and value == int(value)):
            return Odd(f"{found[1]} is not {least} to {most}")
        return int(value)

    return read


def seconds_of(is_share_of_day=False):
    """A reader of durations. `is_share_of_day`: a bare number is a spreadsheet's part of a day, else it is seconds."""

    def read(text):
        text = text.strip()
        if text.lower() in BLANKS:
            return None
        value = _seconds(text, 86_400 if is_share_of_day else 1)
        if value is None or not 0 <= value <= LONGEST:
            return Odd(f"“{_short(text)}” is no length of time")
        return round(value)

    return read


def _seconds(text, unit):
    if found := _OLD_DAY.fullmatch(text):
        text = found[1]
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", ".")) * unit
    if found := _CLOCK.fullmatch(text):  # a duration that a spreadsheet took for a time of day
        hours = int(found[1]) % 12 + (12 if found[4] in "Pp" else 0)
        return hours * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    if found := _PARTS.fullmatch(text):
        parts = [int(part) for part in found.groups() if part is not None]
        return None if any(part > 59 for part in parts[1:]) else sum(p * 60**n for n, p in enumerate(reversed(parts)))
    found = _ISO.fullmatch(text) or _UNITS.fullmatch(text)
    if found and any(found.groups()):
        hours, minutes, rest = (float((part or "0").replace(",", ".")) for part in found.groups())
        return hours * 3600 + minutes * 60 + rest
    return None


def is_number(text):
    return bool(_NUMBER.fullmatch(text.strip()))


def is_share(text):
    """Whether a number can be a part of a day: under 1, and not whole."""
    return is_number(text) and 0 < float(text.strip().replace(",", ".")) < 1


def time_of_day(text):
    """Seconds into the day: 9:12:58, 9:12 PM, or a spreadsheet's part of a day."""
    text = text.strip()
    if text.lower() in BLANKS:
        return None
    if _NUMBER.fullmatch(text):
        value = float(text.replace(",", "."))
        return round(value * 86_400) % 86_400 if 0 <= value < 1 else Odd(f"“{_short(text)}” is no time of day")
    if found := _OLD_DAY.fullmatch(text):
        text = found[1]
    seconds = dates.clock(text)
    return Odd(f"“{_short(text)}” is no time of day") if seconds is None else seconds


def moment_of(day_first=True, today=None):
    """A reader of dates with or without a time: a dates.Moment."""

    def read(text):
        text = text.strip()
        if text.lower() in BLANKS:
            return None
        found = dates.read(text, day_first, today)
        return Odd(f"“{_short(text)}” is no date") if found is None else found

    return read


def _short(text):
    text = clean(" ".join(text.split()))
    return text if len(text) <= 40 else f"{text[:39]}…"
