"""Whole weeks of tallies: which there are, and their sums."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Q, Sum

from feedback.models import IssueTally, Tally
from feedback.models.tallies import Grain
from feedback.tallies import columns, issues

WEEK = timedelta(days=7)
TO_SUNDAY = timedelta(days=6)
GRAINS = (Grain.WHOLE, Grain.AGENT)  # by provider few look, and there are few of them
KEY = ("location_id", "agent_id", "grain")
ISSUE_KEY = ("location_id", "issue")
ISSUE_COLUMNS = ("calls", *issues.ANSWERS)


def monday(day):
    """The first day (a date) of the week of `day`."""
    return day - timedelta(days=day.weekday())


def of(pairs):
    """{(monday, location)} of the weeks that (day, location) pairs lie in."""
    return {(monday(day), at) for day, at in pairs}


def rows(mondays):
    """The sums of these (monday, location) weeks as kept day by day: (monday, "", *KEY, *columns)."""
    return _sums(mondays, Tally.objects.filter(grain__in=GRAINS), KEY, columns.NAMES)


def issue_rows(mondays):
    """The same of issues: (monday, "", *ISSUE_KEY, *columns)."""
    return _sums(mondays, IssueTally.objects.all(), ISSUE_KEY, ISSUE_COLUMNS)


def _sums(mondays, days, key, names):
    by_week = defaultdict(list)
    for day, at in mondays:
        by_week[day].append(at)
    sums = {f"{name}_total": Sum(name) for name in names}
    return [
        (day, "", *row)
        for day, places in by_week.items()
        for row in days.filter(_at(places), day__range=(day, day + TO_SUNDAY))
        .order_by()
        .values_list(*key)
        .annotate(**sums)
    ]


def _at(places):
    known = Q(location__in=[pk for pk in places if pk is not None])
    return known | Q(location=None) if None in places else known


def within(first, last):
    """(first Monday, last Monday) of the weeks that lie wholly in the days `first` to `last`; None: there is none."""
    begins = monday(first + TO_SUNDAY)
    ends = monday(last + timedelta(days=1)) - WEEK
    return (begins, ends) if begins <= ends else None
