"""Whole weeks are read from sums of their own, and the numbers are those of the rows all the same."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from calls.models import Call
from feedback.models import WeekIssueTally, WeekTally
from feedback.scope import Scope
from feedback.tallies import columns, rebuild, weeks
from feedback.tallies.reading import Reading
from tests.feedback.answered import make_review
from tests.feedback.rated import ended_call, save
from tests.feedback.tallied import START, check_weeks

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SECOND = date(2026, 3, 9)  # a Monday, two days after START
AROUND = (date(2026, 3, 5), date(2026, 3, 24))  # a piece of a week, two weeks, a piece of a week


@pytest.fixture
def counted(world):
    """Twenty days of calls at two locations, all counted."""
    for n in range(20):
        at, place = START + timedelta(days=n), (world.riverside, world.harbor)[n % 2]
        call = ended_call((world.agent, world.colleague)[n % 3 % 2], world.marta, location=place)
        Call.objects.filter(pk=call.pk).update(created_at=at, ended_at=at)
        save(call, quality=3, issues=["ECHO", "OTHERS"][: 1 + n % 2])
    make_review(None, written_at=START), make_review(world.harbor, written_at=START + timedelta(days=3))
    rebuild.until_done()
    return world


def read(scope, group="agent"):
    return {key: +counts for key, counts in Reading(scope).by(group).items() if +counts}


def from_rows(scope, group="agent"):
    found = Reading(scope)._from_rows(scope, group, columns.NAMES)
    return {key: +counts for key, counts in found.items() if +counts}


@pytest.mark.parametrize("group", ["", "agent", "location"])
def test_they_are_the_sums_of_their_days_and_what_is_read_is_what_the_rows_say(counted, group):
    for place in (counted.riverside, counted.harbor, None):
        check_weeks(place)
    scope = Scope(counted.admin, *AROUND)
    assert read(scope, group) == from_rows(scope, group) != {}


def test_a_day_in_the_middle_of_a_week_that_changed_is_counted_on_the_spot(counted):
    scope = Scope(counted.admin, *AROUND)
    before = read(scope)
    inside = Call.objects.filter(ended_at__date=SECOND + timedelta(days=2), location=counted.riverside)
    outside = Call.objects.filter(ended_at__date=AROUND[0] + timedelta(days=2))
    assert inside.update(talk_seconds=999) and outside.update(talk_seconds=777)
    assert read(scope) == from_rows(scope) != before
    rebuild.until_done()
    assert read(scope) == from_rows(scope)


@pytest.mark.parametrize(("hour", "dates"), [(6, 2), (20, 1)])  # UTC: it is yesterday in Los Angeles, or nowhere
def test_the_last_days_of_each_clock_are_read_whatever_day_it_is_there(counted, hour, dates):
    for ends in range(17, 24):  # each weekday
        for days in (7, 14, 20):
            scope = Scope.of_last(counted.admin, days, now=datetime(2026, 3, ends, hour, 30, tzinfo=UTC))
            assert len(set(scope.ahead.values())) == dates
            assert read(scope) == from_rows(scope) != {}, (ends, days)


def test_a_week_that_is_empty_again_is_gone(counted):
    during = Call.objects.filter(ended_at__date__range=(SECOND, SECOND + timedelta(days=6)))
    assert WeekTally.objects.filter(day=SECOND, agent__isnull=False).exists()
    for call in during:
        call.rating.legs.all().delete(), call.rating.delete(), call.events.all().delete(), call.delete()
    rebuild.until_done()
    assert not WeekTally.objects.filter(day=SECOND, agent__isnull=False).exists()
    for place in (counted.riverside, counted.harbor, None):
        check_weeks(place)


def test_by_day_or_by_provider_the_days_are_read(counted):
    scope = Scope(counted.admin, *AROUND)
    WeekTally.objects.all().delete()
    assert read(scope, "day") == from_rows(scope, "day") and read(scope, "provider") == from_rows(scope, "provider")
    assert read(scope) != from_rows(scope)


def test_counting_everything_anew_makes_them_again(counted):
    WeekTally.objects.all().delete(), WeekIssueTally.objects.all().delete()
    rebuild.rebuild_all()
    for place in (counted.riverside, counted.harbor, None):
        check_weeks(place)


def test_what_was_kept_before_there_were_weeks_has_them_after_the_migration(counted):
    WeekTally.objects.all().delete(), WeekIssueTally.objects.all().delete()
    migration = import_module("feedback.migrations.0027_weeks_of_what_is_kept")
    with connection.cursor() as cursor:
        migration.fill(apps, SimpleNamespace(connection=connection, execute=cursor.execute))
    assert WeekTally.objects.filter(day=SECOND, grain="").exists() and WeekIssueTally.objects.exists()
    for place in (counted.riverside, counted.harbor, None):
        check_weeks(place)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2026, 3, 9), date(2026, 3, 15), (date(2026, 3, 9), date(2026, 3, 9))),
        (date(2026, 3, 9), date(2026, 3, 14), None),
        (date(2026, 3, 10), date(2026, 3, 15), None),
        (date(2026, 3, 8), date(2026, 3, 16), (date(2026, 3, 9), date(2026, 3, 9))),
        (date(2026, 3, 3), date(2026, 3, 22), (date(2026, 3, 9), date(2026, 3, 16))),
        (date(2026, 3, 11), date(2026, 3, 11), None),
    ],
)
def test_the_weeks_wholly_within_days(first, last, found):
    assert weeks.within(first, last) == found
