"""A threshold and its alert in words."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from feedback.alerts.choices import Side, Where
from feedback.figures import Figure
from feedback.metrics import METRICS

ALL = "All locations together"
EACH = "Each location by itself"


def metric_of(rule):
    """The Metric; None where the figure is not counted any more."""
    return METRICS.get(rule.metric)


def label(rule):
    """What is watched: “Call quality”."""
    metric = metric_of(rule)
    return metric.label if metric else rule.metric.replace("_", " ")


def shown(rule, value, n):
    """A value of its figure with its unit: “3.42 of 5”, “4:10 min”, a dash."""
    metric = metric_of(rule)
    if metric is None:
        return "–" if value is None else f"{value:g}"
    figure = Figure(metric, value, n, n)
    return f"{figure.shown} {figure.unit}".strip().replace(" %", "%")


def base(rule, n):
    """What stands behind it: “of 41 rated”; nothing for a plain count."""
    metric = metric_of(rule)
    return f"of {Figure(metric, None, 0, n).of_what}" if metric and not metric.is_count else ""


def threshold(rule, value=None):
    """“below 3.8 of 5”."""
    value = rule.threshold if value is None else value
    unit = metric_of(rule).unit if metric_of(rule) else ""
    return f"{Side(rule.side).label.lower()} {value:g} {unit}".strip().replace(" %", "%")


def days(count):
    return "today" if count == 1 else f"in the last {count} days"


def place_of_rule(rule):
    return {Where.TOGETHER: ALL, Where.EACH: EACH}.get(rule.where) or str(rule.location)


def place(alert):
    return str(alert.location) if alert.location else ALL


def sentence(alert):
    """“Call quality, Riverside: 3.42 of 5, below 3.8 of 5”."""
    rule = alert.rule
    says = f"{shown(rule, alert.value, alert.n)}, {threshold(rule, alert.threshold)}"
    return f"{label(rule)}, {place(alert)}: {says}"


PERIODS = (7, 30, 90)  # those that the overview has a button for


def _period(alert):
    if alert.days == 1 or alert.days in PERIODS:
        return {"period": "today" if alert.days == 1 else alert.days}
    last = timezone.localdate(alert.checked_at)
    return {"from": (last - timedelta(days=alert.days - 1)).isoformat(), "to": last.isoformat()}


def receipt(alert):
    """The address of the number behind an alert: its formula, its base and its rows."""
    asked = _period(alert)
    if alert.location_id:
        asked["location"] = alert.location_id
    return f"{reverse('feedback:receipt', args=[alert.rule.metric])}?{urlencode(asked)}"
