"""Everything the overview shows of a Scope, from one Reading over its days and those before."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from zlib import crc32

from django.contrib.auth import get_user_model
from django.utils import timezone

from customers.models import Location
from feedback import metrics
from feedback.metrics import METRICS
from feedback.overview.buckets import Buckets
from feedback.overview.compared import Compared
from feedback.overview.sources import Sources
from feedback.scope import zone_of
from feedback.tallies.reading import Reading

TILES = (
    *("calls", "connect_rate", "contact_rate", "right_party_rate", "call_quality"),
    *("nps", "csat", "response_rate", "wrap_up_completion", "delivery_success"),
)
ENDS = ("ended_answered", "ended_voicemail", "ended_no_answer", "ended_failed")
SCORES = ("nps", "csat")
# What the overview is made of: its tiles, charts and lists. Days of all columns there are take three times as long.
SHOWN = (*TILES, *ENDS, *SCORES, "rating_coverage", "unhappy_rate")
# An answer comes within two weeks or hardly ever (METRICS: closing age).
STILL_OPEN = timedelta(days=14)
MOVING = ("response_rate", "feedback_rate", "click_rate", "open_rate")


@dataclass(frozen=True)
class Tile:
    """A figure with its change and its line: `trend` has None where a day has no base."""

    figure: Compared
    trend: list
    note: str
    is_open: bool = False

    @property
    def metric(self):
        return self.figure.metric


class Board:
    """The page's numbers. What it does not show it does not ask for: of days only what `keys` are made of."""

    def __init__(self, scope, keys=tuple(METRICS)):
        self.scope = scope
        self._names = metrics.columns_of(keys)
        scope.zones  # noqa: B018  (looked up once for the three scopes)
        self.past = scope.before
        self.reading = Reading(scope.on(self.past.first, scope.last))

    @cached_property
    def buckets(self):
        return Buckets.of(self.scope)

    @cached_property
    def sources(self):
        return Sources.now()

    # --- sums

    @cached_property
    def _days(self):
        return self.reading.by("day", self._names, self.scope)

    @cached_property
    def sums(self):
        """The columns of the period."""
        total = Counter()
        for counts in self._days.values():
            total.update(counts)
        return self._known(total)

    @cached_property
    def sums_before(self):
        return self._known(self.reading.by("", self._names, self.past)[None])

    def _known(self, total):
        """Without what was not asked for: that is no zero."""
        return {name: total[name] for name in self._names}

    @cached_property
    def parts(self):
        """[Counter] of each of `buckets`."""
        return self.buckets.sums(self._days)

    def by(self, group, keys):
        """({value: {key: Figure}} of the period, the same of the one before) by "location", "agent" or "provider"."""
        return tuple(metrics.by(scope, group, self.reading, keys) for scope in (self.scope, self.past))

    @cached_property
    def issues(self):
        """{issue: Counter of calls and of their answers}."""
        return self.reading.issues(scope=self.scope)

    @property
    def is_behind(self):
        return self.reading.is_behind

    @property
    def stamp(self):
        """A short text that is another one when a figure is."""
        told = sorted((str(day), sorted(counts.items())) for day, counts in self._days.items())
        wrong = sorted((issue, sorted(counts.items())) for issue, counts in self.issues.items())
        was = sorted(self.sums_before.items())
        return f"{crc32(repr((told, was, wrong, self.is_behind, self.sources.stamp)).encode()):08x}"

    # --- figures

    def compared(self, keys):
        """{key: Compared} of the whole."""
        now, before = metrics.figures(self.sums, keys), metrics.figures(self.sums_before, keys)
        return {key: self.beside(now[key], before[key]) for key in keys}

    def beside(self, now, before=None):
        """The two as a Compared, with what is wrong with their source."""
        return Compared(now, before, self.sources.why_stale(now.metric, self.scope))

    @cached_property
    def tiles(self):
        return [self._tile(figure) for figure in self.compared(TILES).values()]

    def _tile(self, figure):
        note = figure.now.note
        if figure.metric.key == "call_quality":
            coverage = METRICS["rating_coverage"].of(self.sums)
            note += f", {coverage.shown}{coverage.unit} of answered calls"
        return Tile(figure, self.trend(figure.metric), note, figure.metric.key in MOVING and self.is_open)

    def trend(self, metric):
        """The metric's value of each of `buckets`, None where its base is empty; nothing of what has no days."""
        if metric.key not in METRICS:
            return []
        return [metric.of(sums).value for sums in self.parts]

    @property
    def is_open(self):
        """Whether people who were asked in the period may still answer."""
        return self.scope.last > timezone.localdate() - STILL_OPEN

    @property
    def is_not_over(self):
        """Whether the last day is still going on."""
        return self.scope.last >= timezone.now().astimezone(zone_of(self.scope.user.time_zone)).date()


def names_of(group, ids):
    """{id: name} of locations or agents."""
    model = {"agent": get_user_model(), "location": Location}[group]
    return {pk: str(row) for pk, row in model.objects.in_bulk([pk for pk in ids if pk]).items()}
