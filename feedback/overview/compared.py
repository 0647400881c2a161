"""A figure beside that of the period before: by how much it changed, and whether that is better."""

from dataclasses import dataclass
from functools import cached_property

from feedback.figures import FEW, Figure


@dataclass(frozen=True)
class Delta:
    """`words` (“up 2.1 points”), `was` (“from 62.7 %”), the arrow's direction, and `tone`: good, bad or ""."""

    words: str
    was: str
    way: str
    tone: str


@dataclass(frozen=True)
class Compared:
    """`now` and `before`: Figures of the same metric. `stale`: why it may be old, "" where it is not."""

    now: Figure
    before: Figure | None = None
    stale: str = ""

    @property
    def metric(self):
        return self.now.metric

    @property
    def change(self):
        """Unrounded; None where either says too little: an empty or a small base."""
        if self.before is None or not (_says_something(self.now) and _says_something(self.before)):
            return None
        return self.now.value - self.before.value

    @cached_property
    def delta(self):
        """The Delta, None where there is none to tell."""
        if self.change is None:
            return None
        amount = self._amount()
        if not float(amount.replace(",", "")):
            return Delta("unchanged", "", "", "")
        way = "up" if self.change > 0 else "down"
        was = f"{self.before.shown}{_unit(self.before)}"
        return Delta(f"{way} {amount}{self._measure(amount)}", f"from {was}", way, self._tone(way))

    @property
    def is_better(self):
        return bool(self.delta) and self.delta.tone == "good"

    @property
    def is_grey(self):
        return self.now.is_small or bool(self.stale)

    def _amount(self):
        change = abs(self.change)
        if self.metric.is_count:
            return f"{100 * change / self.before.value:,.1f}"
        return f"{change:,.{0 if self.metric.unit == 's' else self.metric.places}f}"

    def _measure(self, amount):
        """What the change is counted in: points of a percentage and of NPS, percent of a count."""
        if self.metric.is_count:
            return "%"
        if self.metric.unit in ("%", ""):
            return " point" if amount.rstrip("0").rstrip(".") == "1" else " points"
        return " s" if self.metric.unit == "s" else ""

    def _tone(self, way):
        if not self.metric.better:
            return ""
        return "good" if way == self.metric.better else "bad"


def _says_something(figure):
    """A rate on a base of ten at least; a count that is not that small itself, lest one call more is “up 50 %”."""
    return figure.value is not None and figure.n >= FEW


def _unit(figure):
    return "%" if figure.unit == "%" else f" {figure.unit}" if figure.unit else ""
