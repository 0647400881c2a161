"""Who clicked a public link, by how they had scored: does everybody find the way to the public platforms?

Nothing tells who was offered the link, so nothing is said about it. FeedbackAPI reports the clicked link “if
available”: an answer without a name counts as no click.
"""

from collections import defaultdict
from dataclasses import dataclass

from django import forms
from django.db.models import Count, Q

from accounts.filters import LenientForm, RowField
from customers.models import Location
from feedback.choices import FeedbackKind, FeedbackSource
from feedback.inbox.moods import DETRACTORS, FEW_STARS, PROMOTERS, SATISFIED
from feedback.models import Feedback
from feedback.reports.shares import Difference, Share
from feedback.scope import Scope
from feedback.tallies.columns import ANSWERS

USUAL = 90  # days
PERIODS = (("", f"{USUAL} days"), ("30", "30 days"), ("365", "A year"))
NOTHING_CLAIMED = (
    "Who was shown a public link, and who was not, is reported by nobody: this page claims nothing about it. "
    "It counts who clicked one."
)
COUNTS = "An answer counts on the day it was given, by the clock of its location."


class GatingFilters(LenientForm):
    """Which days, and of which location."""

    days = forms.ChoiceField(required=False, label="Period", choices=PERIODS)
    location = RowField(Location, "Location", "All locations")

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        self.fields["location"].queryset = Location.objects.visible_to(user).distinct()
        self.fields["location"].empty_label = "All locations" if user.sees_all_locations else "Your locations"

    @property
    def scope(self):
        chosen = self.chosen()
        days = int(chosen.get("days") or USUAL)
        return Scope.of_last(self.user, days, location=chosen.get("location"))


@dataclass(frozen=True)
class Group:
    """Answers of one kind with who of them clicked."""

    label: str
    share: Share

    @property
    def bar(self):
        """(low, share, high) as percent of the bar's width, for the drawing; None of nobody."""
        if not self.share.n:
            return None
        low, high = self.share.interval
        return tuple(f"{one:.2f}" for one in (low, self.share.value, high))


@dataclass(frozen=True)
class Scale:
    """One way to answer: its groups from the unhappiest, and the happy end beside the unhappy one."""

    label: str
    groups: list
    happy: Group
    unhappy: Group

    @property
    def total(self):
        return sum((group.share for group in self.groups), Share(0, 0))

    @property
    def difference(self):
        return Difference(self.happy.share, self.unhappy.share)

    @property
    def finding(self):
        """What the comparison says, in one sentence."""
        found, happy, unhappy = self.difference, self.happy, self.unhappy
        if not found.is_telling:
            return "Too few answers or clicks to compare the two ends."
        if not found.is_alarm:
            return (
                f"No telling difference: {_said(happy)}, {_said(unhappy)}. "
                f"Chance alone makes one as large {_odds(found.chance)}."
            )
        more, less = (happy, unhappy) if found.z > 0 else (unhappy, happy)
        return (
            f"{more.label} clicked more often: {_said(more)}, {_said(less)}. "
            f"Chance alone makes a difference this large {_odds(found.chance)}."
        )


def _said(group):
    return f"{group.share.value:.1f}% of {group.share.n:,} {group.label.lower()}"


def _odds(chance):
    return "in fewer than 1 of 1,000 cases" if chance < 0.001 else f"in {chance:.1%} of cases"


@dataclass(frozen=True)
class Proof:
    """Everything the page and the file show."""

    scope: Scope
    scales: list
    scored: int
    reported: int

    @property
    def coverage(self):
        """Answers with a score of which a click could be reported, of all answers with a score."""
        return Share(self.reported, self.scored)

    @property
    def alarms(self):
        return [scale for scale in self.scales if scale.difference.is_alarm]


def prove(scope):
    """The Proof of a Scope. One query, by score; the groups are put together here."""
    counts, scored, reported = defaultdict(lambda: Share(0, 0)), 0, 0
    for row in _rows(scope):
        scored += row["n"]
        if row["source"] != FeedbackSource.FEEDBACKAPI:
            continue
        reported += row["n"]
        counts[row["kind"], _score(row)] += Share(row["clicked"], row["n"])
    scales = [_nps(counts), _stars(counts), _happy(counts)]
    return Proof(scope, [scale for scale in scales if scale.total.n], scored, reported)


def _rows(scope):
    answers = Feedback.objects.filter(
        ANSWERS["scored"], scope.of_places(), scope.within("left_at"), gone_at=None
    ).order_by()
    by = ("source", "kind", "nps_score", "star_rating", "happy")
    return answers.values(*by).annotate(n=Count("pk"), clicked=Count("pk", filter=~Q(platform_name="")))


def _score(row):
    kinds = {FeedbackKind.NPS: "nps_score", FeedbackKind.STARS: "star_rating", FeedbackKind.HAPPY: "happy"}
    return row[kinds[row["kind"]]]


def _group(counts, kind, label, scores):
    found = (share for (of, score), share in counts.items() if of == kind and score in scores)
    return Group(label, sum(found, Share(0, 0)))


def _nps(counts):
    detractors = _group(counts, FeedbackKind.NPS, f"Detractors (0–{DETRACTORS})", range(DETRACTORS + 1))
    passives = _group(counts, FeedbackKind.NPS, "Passives (7–8)", range(DETRACTORS + 1, PROMOTERS))
    promoters = _group(counts, FeedbackKind.NPS, f"Promoters ({PROMOTERS}–10)", range(PROMOTERS, 11))
    return Scale("NPS", [detractors, passives, promoters], promoters, detractors)


def _stars(counts):
    each = [
        _group(counts, FeedbackKind.STARS, "1 star" if star == 1 else f"{star} stars", [star]) for star in range(1, 6)
    ]
    few = _group(counts, FeedbackKind.STARS, f"1–{FEW_STARS} stars", range(1, FEW_STARS + 1))
    many = _group(counts, FeedbackKind.STARS, f"{SATISFIED}–5 stars", range(SATISFIED, 6))
    return Scale("Stars", each, many, few)


def _happy(counts):
    unhappy, happy = (
        _group(counts, FeedbackKind.HAPPY, name, [is_it]) for name, is_it in (("Unhappy", 0), ("Happy", 1))
    )
    return Scale("Happy or not", [unhappy, happy], happy, unhappy)


HEADS = ("Scale", "Group", "Answers", "Clicked a public link", "Share %", "95 % from", "95 % to")


def lines(proof):
    """The rows of the file: the groups, then how far they reach and what they say."""
    for scale in proof.scales:
        for group in scale.groups:
            low, high = group.share.interval or (None, None)
            yield [
                scale.label,
                group.label,
                group.share.n,
                group.share.count,
                *map(_places, (group.share.value, low, high)),
            ]
        yield [scale.label, scale.finding]
    yield ["Coverage", "Answers with a score, of which a click could be reported", proof.scored, proof.reported]
    yield ["Days", f"{proof.scope.first} to {proof.scope.last}. {COUNTS}"]
    yield ["Where", str(proof.scope.location or "Every location this person sees")]
    yield ["Note", NOTHING_CLAIMED]


def _places(value):
    return None if value is None else round(value, 2)
