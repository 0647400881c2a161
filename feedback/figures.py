"""A figure: a numerator over a base, as it is defined and as it came out."""

from dataclasses import dataclass

FEW = 10  # below this base a rate says little: it is shown grey (METRICS: own choice)

# Source → the words for the date by which its rows count.
DATES = {
    "calls": "the day a call ended, else the day it began",
    "wrap-ups": "the day a call ended, else the day it began",
    "deliveries": "the day of the call they tell about",
    "answers": "the day the customer answered",
    "requests": "the day a request was due, else the day it was asked for",
    "reviews": "the day a review was written",
    "cases": "the day a case was opened",
    "numbers": "the day something definite was last learned of a number, by the house’s own clock",
}


@dataclass(frozen=True)
class Metric:
    """One figure. `top` and `base` are columns, or functions of sums by column; no `base`: a plain count.

    times   what a quotient is multiplied with: 100 for percent
    per     in how many parts of one the numerator is summed: 10 for tenths
    better  "up", "down" or "" where neither is
    leaves_out  what is not counted, in words
    """

    key: str
    label: str
    formula: str
    top: object
    base: object = ""
    base_words: str = ""
    times: int = 100
    per: int = 1
    unit: str = "%"
    source: str = "calls"
    better: str = "up"
    leaves_out: str = ""
    places: int = 1

    @property
    def is_count(self):
        return not self.base

    @property
    def date_words(self):
        return DATES[self.source]

    @property
    def top_columns(self):
        """The columns its numerator is made of."""
        return _columns_of(self.top)

    @property
    def base_columns(self):
        """Those of its base; of a plain count what is counted."""
        return _columns_of(self.base or self.top)

    @property
    def columns(self):
        return tuple(dict.fromkeys((*self.base_columns, *self.top_columns)))

    def of(self, sums):
        """Its Figure from sums by column."""
        top = _sum(self.top, sums)
        if self.is_count:
            return Figure(self, top, top, top)
        n = _sum(self.base, sums)
        return Figure(self, self.times * top / (n * self.per) if n else None, top, n)


# What a base is called that is one: the other words stay as they are ("rated", "sent").
ONE = {
    "answers": "answer",
    "calls": "call",
    "dials": "dial",
    "e-mails sent": "e-mail sent",
    "ended calls": "ended call",
    "people reached": "person reached",
    "reviews": "review",
    "reviews with stars": "review with stars",
    "scores": "score",
    "star answers": "star answer",
    "wrap-ups": "wrap-up",
}


def _sum(part, sums):
    return part(sums) if callable(part) else sums[part]


def _columns_of(part):
    asked = _Asked()
    _sum(part, asked)
    return tuple(asked)


class _Asked(dict):
    """Sums that are all nothing and keep what they were asked for."""

    def __missing__(self, name):
        return self.setdefault(name, 0)


@dataclass(frozen=True)
class Figure:
    """A metric's value on a base: `value` unrounded or None, `count` of `n`."""

    metric: Metric
    value: float | None
    count: float
    n: int

    @property
    def is_small(self):
        """Whether so few stand behind it that it is shown grey."""
        return not self.metric.is_count and 0 < self.n < FEW

    @property
    def shown(self):
        """The value for people, without its unit."""
        if self.value is None:
            return "–"
        if self.metric.unit == "s" and self.value >= 60:
            return f"{int(self.value) // 60}:{int(self.value) % 60:02d}"
        return f"{self.value:,.0f}" if self.metric.is_count else f"{self.value:,.{self.metric.places}f}"

    @property
    def exact(self):
        """The value to the digits that others publish, with its unit: “-35.9”, “81.08%”, “67.52 s”; where a number
        opens. On a card they would only be in the way."""
        if self.value is None or self.metric.is_count:
            return self.shown
        value = f"{self.value:,.{2 if self.metric.unit else 1}f}"
        return f"{value} {self.metric.unit}".strip().replace(" %", "%")

    @property
    def unit(self):
        if self.value is None:
            return ""
        return "min" if self.metric.unit == "s" and self.value >= 60 else self.metric.unit

    @property
    def note(self):
        """The base in words, so that no rate stands without it."""
        if self.metric.is_count:
            return ""
        if self.metric.times == 100 and isinstance(self.metric.top, str):
            return f"{self.count:,} of {self.of_what}"
        return self.of_what

    @property
    def of_what(self):
        """The base with its number: “41 rated”, “1 score”."""
        words = self.metric.base_words
        return f"{self.n:,} {ONE.get(words, words) if self.n == 1 else words}"
