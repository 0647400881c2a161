"""Charts in a template: `{% line starts values as c %}`, then the drawing of templates/ui/ with it."""

from math import ceil

from django import template

from config import charts

register = template.Library()
LABELS = 8  # under the axis: more run into one another


@register.simple_tag
def line(days, values, **options):
    """What ui/line.html draws; None where there is no value."""
    return charts.line(days, values, every=_every(days), **options)


@register.simple_tag
def stacked(days, series):
    """What ui/stacked.html draws of `series`: dicts with key, name and values."""
    return charts.stacked(days, series, every=_every(days))


@register.simple_tag
def pareto(items):
    """What ui/pareto.html draws of (label, count, address) and, if any, cells to stand beside."""
    return charts.pareto(items)


@register.inclusion_tag("ui/spark.html")
def spark(values):
    """A small line; nothing for fewer than two values."""
    return {"s": charts.spark(values)}


def _every(days):
    return max(1, ceil(len(days) / LABELS))
