"""The named queries of the alerts' pages. Each has a pinned number of queries in its test."""

from dataclasses import dataclass

from feedback.alerts import rules, words
from feedback.models import Alert, AlertRule

COUNT_TO = 99  # counting on costs more than it tells
OPEN_SHOWS = 200
BANNER_SHOWS = 3


@dataclass(frozen=True)
class Shown:
    """An alert with its words."""

    alert: Alert
    label: str
    place: str
    then: str
    then_base: str
    now: str
    now_base: str
    threshold: str
    days: str
    is_recovering: bool

    @classmethod
    def of(cls, alert):
        rule = alert.rule
        return cls(
            alert,
            words.label(rule),
            words.place(alert),
            words.shown(rule, alert.value, alert.n),
            words.base(rule, alert.n),
            words.shown(rule, alert.latest_value, alert.latest_n),
            words.base(rule, alert.latest_n),
            words.threshold(rule, alert.threshold),
            words.days(alert.days),
            alert.ended_at is None and alert.better_since is not None,
        )


def rows(alerts):
    return alerts.select_related("rule__location", "location")


def open_alerts(user):
    """The open ones this person may see, the newest first."""
    return list(rows(Alert.objects.visible_to(user).open()).order_by("-opened_at", "-pk")[:OPEN_SHOWS])


def open_count(user):
    """How many, at most COUNT_TO + 1."""
    return Alert.objects.visible_to(user).open().order_by().values("pk")[: COUNT_TO + 1].count()


def ended_alerts(user):
    return rows(Alert.objects.visible_to(user).filter(ended_at__isnull=False))


@dataclass(frozen=True)
class ShownRule:
    """A threshold with its words, and what this person may do with it."""

    rule: AlertRule
    says: str
    may_change: bool
    tells_me: bool
    told: list


def rule_rows(user):
    """The thresholds this person may see, by figure."""
    found = AlertRule.objects.visible_to(user).filter(removed_at=None).select_related("location", "made_by")
    mine = set(AlertRule.objects.changed_by(user).filter(removed_at=None).values_list("pk", flat=True))
    return [_rule(one, user, one.pk in mine) for one in found.prefetch_related("mailed")]


def _rule(rule, user, may_change):
    told = list(rule.mailed.all())
    names = [str(one) for one in told] if may_change else []
    return ShownRule(rule, rules.in_words(rule), may_change, any(one.pk == user.pk for one in told), names)
