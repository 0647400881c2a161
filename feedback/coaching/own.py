"""An agent's own figures beside their own of the period before. Nobody is ranked, and nobody else is in them."""

from functools import cached_property

from django import forms

from accounts.filters import LenientForm
from feedback import metrics
from feedback.choices import Issue
from feedback.overview.compared import Compared
from feedback.scope import Scope
from feedback.tallies.reading import Reading

USUAL = 30
PERIODS = (("7", "7 days"), ("", f"{USUAL} days"), ("90", "90 days"))
FIGURES = (
    *("calls", "contact_rate", "right_party_rate", "average_talk_time", "after_call_work", "wrap_up_completion"),
    *("call_quality", "rating_coverage", "response_rate", "csat", "nps", "unhappy_rate"),
)


class OwnFilters(LenientForm):
    """Only how far back: the rest is the reader's own."""

    days = forms.ChoiceField(required=False, label="Period", choices=PERIODS)

    @property
    def count(self):
        return int(self.chosen().get("days") or USUAL)

    @property
    def periods(self):
        """(value, label, whether it holds) for the buttons."""
        chosen = self.chosen().get("days", "")
        return [(value, label, value == chosen) for value, label in PERIODS]


class Own:
    """The figures and issues of one agent's last so many days. One reading."""

    def __init__(self, agent, days):
        self.scope = Scope.of_last(agent, days)
        self.scope.zones  # noqa: B018  (looked up once for both periods)
        before = self.scope.before
        self._reading = Reading(self.scope.on(before.first, self.scope.last))
        self.is_behind = self._reading.is_behind

    @cached_property
    def figures(self):
        """[Compared] in their order."""
        now, before = (metrics.overview(one, self._reading) for one in (self.scope, self.scope.before))
        return [Compared(now[key], before[key]) for key in FIGURES]

    @cached_property
    def issues(self):
        """[(label, calls, address)] of what was wrong with their calls, the most frequent first."""
        found = self._reading.issues(scope=self.scope)
        counts = sorted(((sums["calls"], issue) for issue, sums in found.items() if sums["calls"]), reverse=True)
        return [(Issue(issue).label, count, issue) for count, issue in counts]
