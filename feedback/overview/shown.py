"""The overview's charts with the sentence each of them says."""

from dataclasses import dataclass

from django.urls import reverse

from feedback.metrics import METRICS
from feedback.overview.board import ENDS
from feedback.overview.compared import Compared

KEYS = ("d1", "d2", "d3", "d4")
# Metric → (name, column of the numerator, tone) of what its answers split into; what is in neither is in the middle.
PARTS = {
    "nps": (("Promoters", "promoters", "good"), ("Passives", "", "mid"), ("Detractors", "detractors", "bad")),
    "csat": (("4 or 5 stars", "satisfied", "good"), ("3 or fewer", "", "bad")),
}
GAP = 0.4  # percent of the bar between two parts


@dataclass(frozen=True)
class Part:
    """A piece of the bar under a line: where it begins and how wide it is, in percent."""

    name: str
    tone: str
    share: int
    x: str
    w: str

    @property
    def words(self):
        return f"{self.share}% {self.name.lower()}"


@dataclass(frozen=True)
class Ends:
    """How calls ended: `series` for the chart, `rows` (when, values) for the table under it."""

    sentence: str
    span: str
    series: list
    rows: list


def ends(board):
    """The Ends of the board's period."""
    sums, parts = board.sums, board.parts
    series = [
        {
            "key": key,
            "name": METRICS[name].label,
            "values": [counts[name] for counts in parts],
            "sum": sums[name],
            "href": reverse("feedback:receipt", args=[name]),
        }
        for key, name in zip(KEYS, ENDS, strict=True)
    ]
    rows = [
        (when(board, start), [*(counts[name] for name in ENDS), counts["calls"]])
        for start, counts in zip(board.buckets.starts, parts, strict=True)
    ]
    return Ends(_ended(sums), span(board), series, rows)


def _ended(sums):
    calls = sums["calls"]
    if not calls:
        return "No call in this period."
    answered, failed = (f"{100 * sums[name] / calls:.0f}%" for name in ("ended_answered", "ended_failed"))
    return f"{calls:,} call{'' if calls == 1 else 's'}. {answered} were answered, {failed} failed."


@dataclass(frozen=True)
class Score:
    """A score over time: `values` with None where nobody answered, `rows` (when, Figure)."""

    figure: Compared
    sentence: str
    span: str
    values: list
    rows: list
    parts: list

    @property
    def is_empty(self):
        return self.figure.now.value is None


def score(board, key):
    """The Score of "nps" or "csat"."""
    metric, starts = METRICS[key], board.buckets.starts
    figures = [metric.of(counts) for counts in board.parts]
    rows = [(when(board, start), figure) for start, figure in zip(starts, figures, strict=True)]
    whole = board.compared([key])[key]
    values = [figure.value for figure in figures]
    return Score(whole, _said(whole), span(board), values, rows, _parts(board, key, whole.now.n))


def _said(compared):
    now = compared.now
    if now.value is None:
        return "Nobody answered in this period."
    change = f", {compared.delta.words} {compared.delta.was}".rstrip() if compared.delta else ""
    unit = "%" if now.unit == "%" else ""
    return f"{now.shown}{unit} of {now.of_what}{change}."


def _parts(board, key, n):
    if not n:
        return []
    known = {column: board.sums[column] for _, column, _ in PARTS[key] if column}
    found, before = [], 0.0
    for name, column, tone in PARTS[key]:
        share = 100 * known.get(column, n - sum(known.values())) / n
        found.append(Part(name, tone, round(share), f"{before:.2f}", f"{max(share - GAP, 0):.2f}"))
        before += share
    return found


def when(board, start):
    """A bucket in words."""
    if board.buckets.each == "month":
        return f"{start:%B %Y}"
    return f"{'week of ' if board.buckets.each == 'week' else f'{start:%a} '}{start.day} {start:%b}"


def span(board):
    count = len(board.scope.days)
    return f"{count} days" if count > 1 else f"{board.scope.first.day} {board.scope.first:%b}"
