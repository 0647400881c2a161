"""The check: every threshold against the figures of its place, opening an alert and closing it again.

What an alert says is counted by feedback/metrics.py from the tallies: one reading, and one query for each
number of days, however many thresholds and locations there are.
"""

import logging
from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from customers.models import Location
from feedback import metrics
from feedback.alerts import tell
from feedback.alerts.choices import Ending, Side, Where
from feedback.alerts.house import house
from feedback.alerts.rules import JUDGED_BY
from feedback.models import Alert, AlertRule
from feedback.scope import Scope
from feedback.tallies.reading import Reading

log = logging.getLogger(__name__)
# It must be back on the good side for this long, which is two checks in a row: one good call more is no recovery. A
# little less than the five minutes between checks, which are never quite five.
HELD = timedelta(minutes=4)
HELD_IN_WORDS = "It ends when two checks in a row, five minutes apart, find it on the good side again."


def check():
    """Look at every threshold once. Safe to run by as many as like."""
    _end_of_closed_places()
    rules = [
        rule
        for rule in AlertRule.objects.filter(removed_at=None).select_related("location")
        if rule.metric in metrics.METRICS
    ]
    if not rules:
        return
    figures = Figures(max(rule.days for rule in rules), {rule.metric for rule in rules})
    if figures.is_behind:
        log.warning("Thresholds were not looked at: the figures are being counted")
        return
    open_now = {(one.rule_id, one.location_id): one for one in Alert.objects.open().select_related("location")}
    places = list(Location.objects.filter(is_active=True, gone_at=None).order_by("pk"))
    for rule in rules:
        for place in _places_of(rule, places):
            _judge(rule, place, figures.of(rule, place), open_now.get((rule.pk, place and place.pk)))
    AlertRule.objects.filter(pk__in=[rule.pk for rule in rules]).update(checked_at=timezone.now())


def _end_of_closed_places():
    """Nobody works there any more who could make it better, and nobody is told."""
    gone = Q(location__is_active=False) | Q(location__gone_at__isnull=False)
    Alert.objects.open().filter(gone).update(ended_at=timezone.now(), ended_how=Ending.CLOSED)


def _places_of(rule, places):
    if rule.where == Where.ONE:
        return [place for place in places if place.pk == rule.location_id]
    return [None] if rule.where == Where.TOGETHER else places


class Figures:
    """The figures of each location and of all together: one reading of the longest time, one query for each time."""

    def __init__(self, longest, keys):
        self._keys = sorted(keys)
        self._scope = Scope.of_last(house(), longest)
        self._reading = Reading(self._scope)
        self.is_behind = self._reading.is_behind
        self._sums, self._known = {}, {}

    def of(self, rule, place):
        """The Figure of a rule at a Location, None for all together."""
        at = (rule.days, place and place.pk)
        if at not in self._known:
            self._known[at] = metrics.figures(self._sums_of(rule.days, place), self._keys)
        return self._known[at][rule.metric]

    def _sums_of(self, days, place):
        if days not in self._sums:
            first = self._scope.last - timedelta(days=days - 1)
            scope, columns = self._scope.on(first, self._scope.last), metrics.columns_of(self._keys)
            self._sums[days] = self._reading.by("location", columns, scope)
        sums = self._sums[days]
        return sum(sums.values(), Counter()) if place is None else sums.get(place.pk, Counter())


def is_told(rule, figure):
    """Whether the figure says anything: a plain count always does, a rate needs its base."""
    return figure.value is not None and (figure.metric.is_count or figure.n >= rule.least)


def is_crossed(rule, figure):
    if not is_told(rule, figure):
        return False
    return figure.value > rule.threshold if rule.side == Side.ABOVE else figure.value < rule.threshold


def _judge(rule, place, figure, alert):
    if alert is None:
        if is_crossed(rule, figure):
            _open(rule, place, figure)
        return
    now = timezone.now()
    better = alert.better_since
    if is_crossed(rule, figure):
        better = None
    elif is_told(rule, figure):
        better = better or now
    fields = {"latest_value": figure.value, "latest_n": figure.n, "checked_at": now, "better_since": better}
    if is_told(rule, figure) and better and better <= now - HELD:
        _recovered(alert, rule, fields)
    else:
        Alert.objects.open().filter(pk=alert.pk).update(**fields)


def _open(rule, place, figure):
    """Of many workers one opens it, and writes the mails in the same transaction. The threshold is looked at again:
    while the figures were counted it may have been changed or removed."""
    try:
        with transaction.atomic():
            if not _still_holds(rule):
                return
            alert = Alert.objects.create(
                rule=rule,
                location=place,
                value=figure.value,
                n=figure.n,
                latest_value=figure.value,
                latest_n=figure.n,
                threshold=rule.threshold,
                days=rule.days,
            )
            tell.opened(alert)
    except IntegrityError:
        if not Alert.objects.open().filter(rule=rule, location=place).exists():
            raise
        log.info("An alert of threshold %s was opened by somebody else", rule.pk)


def _still_holds(rule):
    """Held until the transaction ends, so that nobody changes it between this look and the alert."""
    now = AlertRule.objects.select_for_update().filter(pk=rule.pk, removed_at=None).first()
    return now is not None and all(getattr(now, name) == getattr(rule, name) for name in JUDGED_BY)


def _recovered(alert, rule, fields):
    """The one UPDATE that finds it open ends it, and tells."""
    ended = {**fields, "ended_at": fields["checked_at"], "ended_how": Ending.RECOVERED}
    with transaction.atomic():
        if Alert.objects.open().filter(pk=alert.pk).update(**ended):
            for name, value in ended.items():
                setattr(alert, name, value)
            alert.rule = rule
            tell.recovered(alert)
