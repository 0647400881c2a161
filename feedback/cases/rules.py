"""Which answer, review or poor call opens a case, by the rule of its client account."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from feedback.choices import CaseSourceKind, FeedbackKind
from feedback.inbox.moods import score_of
from feedback.models import CaseRule


def rule_for(account):
    """The CaseRule of a ClientAccount (None: of nobody's): its own, else the one for all. One query.

    Where neither is written down it is an unsaved CaseRule with the default values.
    """
    written = CaseRule.objects.filter(Q(account=account) | Q(account=None))
    return written.order_by(F("account").asc(nulls_last=True)).first() or CaseRule()


@dataclass(frozen=True)
class Candidate:
    """Something that may open a case. `told_at` is when we heard it last, `said_at` when it was said; both aware.

    row         the Feedback, Review or Rating; `location` is where it happened, `customer` who as far as known
    is_over     it is gone, or somebody has dealt with it already
    """

    kind: CaseSourceKind
    row: object
    said_at: datetime
    told_at: datetime
    location: object
    customer: object
    number: object
    who: str
    is_over: bool = False

    @property
    def account_id(self):
        return self.location.account_id if self.location else None


class RuleBook:
    """Every rule, read once."""

    def __init__(self):
        self.written = {rule.account_id: rule for rule in CaseRule.objects.all()}
        self.all = [*self.written.values()] if None in self.written else [*self.written.values(), CaseRule()]

    def of(self, account_id):
        """As rule_for, of the id."""
        return self.written.get(account_id) or self.written.get(None) or CaseRule()

    def highest(self, name):
        """The highest value of a field in any rule; None where no rule has one."""
        return max((value for rule in self.all if (value := getattr(rule, name)) is not None), default=None)

    def lowest(self, name):
        """The lowest value of a field in any rule."""
        return min(getattr(rule, name) for rule in self.all)

    @property
    def longest_grace(self):
        return timedelta(minutes=self.highest("grace_minutes"))

    @property
    def longest_fresh(self):
        return timedelta(days=self.highest("fresh_days"))

    def opens(self, candidate, now):
        """Whether a case is to be opened for it now."""
        rule = self.of(candidate.account_id)
        if candidate.is_over or not is_low(candidate, rule):
            return False
        is_news = candidate.said_at >= candidate.told_at - timedelta(days=rule.fresh_days)
        return is_news and candidate.told_at + timedelta(minutes=rule.grace_minutes) <= now


def is_low(candidate, rule):
    """Whether a rule calls it unhappy."""
    if candidate.kind == CaseSourceKind.REVIEW:
        return _at_most(candidate.row.rating, rule.review_up_to)
    if candidate.kind == CaseSourceKind.CALL:
        return _at_most(candidate.row.quality, rule.quality_up_to)
    answer = candidate.row
    if answer.kind == FeedbackKind.NPS:
        return _at_most(answer.nps_score, rule.nps_up_to)
    if answer.kind == FeedbackKind.STARS:
        return _at_most(answer.star_rating, rule.stars_up_to)
    return answer.kind == FeedbackKind.HAPPY and answer.happy is False and rule.unhappy


def _at_most(score, most):
    return score is not None and most is not None and score <= most


def words_of(candidate):
    """How it was scored: "NPS 3", "2 of 5", "1 of 5 in public", "Call quality 1.5 of 5"."""
    if candidate.kind == CaseSourceKind.ANSWER:
        return score_of(candidate.row).words
    if candidate.kind == CaseSourceKind.REVIEW:
        return f"{candidate.row.rating.normalize():f} of 5 in public"
    return f"Call quality {candidate.row.quality.normalize():f} of 5"
