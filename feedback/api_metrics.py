"""REST: every number of the overview, as the page shows it and from the same definitions."""

from datetime import date, timedelta

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import get_user
from accounts.api import Unprocessable
from calls.choices import Provider
from customers.access import get_location, get_seen_account
from feedback import metrics
from feedback.overview import numbers
from feedback.overview.board import names_of
from feedback.overview.tables import told
from feedback.scope import IN_WORDS, Scope
from feedback.tallies import rebuild
from feedback.tallies.reading import Reading

GROUPS = ("agent", "location", "day", "month", "provider")
LONGEST = 366 * 50  # days: so that an address cannot ask for ten thousand years
AHEAD = timedelta(days=366)  # how far beyond today a last day that nobody named may lie: requests have due dates
FIRST, LAST = 1900, 2999  # years that every clock and both databases can hold


class FigureSerializer(serializers.Serializer):
    value = serializers.FloatField(allow_null=True, help_text="unrounded; null on an empty base")
    n = serializers.IntegerField(help_text="the base it stands on")
    formula = serializers.CharField()


class OverviewSerializer(serializers.Serializer):
    after = serializers.DateField(help_text="first day, counted")
    before = serializers.DateField(help_text="last day, counted")
    days = serializers.CharField(help_text="by whose clock days are cut")
    is_behind = serializers.BooleanField(help_text="true while much is being counted again")
    metrics = serializers.DictField(child=FigureSerializer())
    rows = serializers.ListField(child=serializers.DictField(), required=False)


class DayOrMoment(forms.Field):
    """A day, or a moment (ISO) that stands for the day it lies on; as an end, for the last day before it."""

    def __init__(self, is_end=False, **kwargs):
        super().__init__(required=False, **kwargs)
        self.is_end = is_end

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            day = parse_date(str(value))
            moment = None if day else parse_datetime(str(value))
        except ValueError:
            day = moment = None
        if not (day or moment):
            raise forms.ValidationError("Write a day as 2026-11-26, or a moment in ISO 8601.")
        return day or self._day_of(moment)

    def _day_of(self, moment):
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        try:
            return timezone.localdate(moment - timedelta(microseconds=1) if self.is_end else moment)
        except OverflowError:
            raise forms.ValidationError("That is beyond the calendar.")


class AskedForm(forms.Form):
    """The query of a request for figures. Without a first or last day: from where anything counts to where it ends, as
    far as may be asked for."""

    after = DayOrMoment()
    before = DayOrMoment(is_end=True)
    location = forms.CharField(required=False)
    account = forms.CharField(required=False)
    agent = forms.CharField(required=False)
    provider = forms.ChoiceField(required=False, choices=[("", ""), *Provider.choices])
    by = forms.ChoiceField(required=False, choices=[("", ""), *((name, name) for name in GROUPS)])

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        given["after"], given["before"] = _days(given["after"], given["before"])
        if given["after"] > given["before"]:
            self.add_error("after", "The first day lies after the last one.")
        elif (given["before"] - given["after"]).days >= LONGEST:
            self.add_error("after", "That is more than fifty years. Ask for fewer days.")
        elif not FIRST <= given["after"].year <= given["before"].year <= LAST:
            self.add_error("after", "That is beyond what anybody called.")
        return given


def _days(after, before):
    """Both days. What was left open is never more than may be asked for, whatever day a vendor's row names."""
    today = timezone.localdate()
    first, last = rebuild.span() or (today, today)
    before = before or max(min(last, today + AHEAD), today, after or today)
    earliest = max(before.toordinal() - LONGEST + 1, date(FIRST, 1, 1).toordinal())
    return after or min(before, max(first, date.fromordinal(earliest))), before


class MetricsView(APIView):
    """`GET /api/v1/metrics/overview/`: each figure with its value, its base and its formula.

    A supervisor's figures are those of their locations, an agent's their own calls'.
    """

    reads_query = True

    @extend_schema(
        operation_id="metrics_overview",
        parameters=[
            OpenApiParameter("after", {"type": "string", "format": "date"}, description="first day, counted"),
            OpenApiParameter("before", {"type": "string", "format": "date"}, description="last day, counted"),
            OpenApiParameter("location", int),
            OpenApiParameter("account", int),
            OpenApiParameter("agent", int),
            OpenApiParameter("provider", str, enum=[value for value, _ in Provider.choices]),
            OpenApiParameter("by", str, enum=GROUPS, description="adds `rows`"),
        ],
        responses=OverviewSerializer,
    )
    def get(self, request):
        scope, group = _asked(request)
        reading = Reading(scope)
        answer = {
            "after": scope.first,
            "before": scope.last,
            "days": IN_WORDS,
            "is_behind": reading.is_behind,
            "metrics": _told(numbers.overview(scope, reading)),
        }
        if group:
            answer["rows"] = rows(scope, group, reading)
        return Response(answer)


def _asked(request):
    form = AskedForm(request.query_params)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Unprocessable(" ".join(errors), param=field)
    given = form.cleaned_data
    scope = Scope(
        request.user,
        given["after"],
        given["before"],
        location=_of(given, "location", get_location, request.user),
        account=_of(given, "account", get_seen_account, request.user),
        agent=_of(given, "agent", get_user, request.user),
        provider=given["provider"],
    )
    return scope, given["by"]


def _of(given, name, door, user):
    """The row a parameter names. One out of sight is told like one that is not there."""
    if not given[name]:
        return None
    try:
        return door(user, given[name])
    except (Http404, ValueError):
        raise Unprocessable(f"There is no such {name}.", param=name)


def rows(scope, group, reading):
    """The figures of each value of `group`, as JSON; what has a name comes with it, in the order of the names."""
    found = metrics.by(scope, group, reading)
    names = names_of(group, found) if group in ("agent", "location") else None
    lines = [
        {group: _key(value)} | ({} if names is None else {"name": names.get(value, "")}) | {"metrics": _told(figures)}
        for value, figures in found.items()
    ]
    if group in ("day", "month"):
        return lines
    return sorted(lines, key=lambda line: (line.get("name") or "", str(line[group])))


def _key(value):
    return f"{value:%Y-%m-%d}" if hasattr(value, "year") else value


def _told(figures):
    return {key: told(figure) for key, figure in figures.items()}
