"""Which calls a figure is about: days by each location's clock, and nobody else's locations."""

from datetime import UTC, date, datetime

import pytest

from feedback.scope import Scope
from tests.world import make_call

DAY = date(2026, 3, 8)  # summer time begins that night in America: a day of 23 hours
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def at(hour, minute=0, day=8):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def ended(agent, customer, moment, **fields):
    return make_call(agent, customer, created_at=moment, ended_at=moment, **fields)


def found(user, first=DAY, last=DAY, **narrowed):
    return set(Scope(user, first, last, **narrowed).calls())


def test_a_day_is_cut_by_the_clock_of_the_location(world):
    in_new_york = ended(world.agent, world.marta, at(4, 59))  # 23:59 the day before
    same = ended(world.agent, world.marta, at(5))  # midnight there
    last_minute = ended(world.agent, world.marta, at(3, 59, day=9))  # 23:59, after 23 hours
    ended(world.agent, world.marta, at(4, day=9))
    assert found(world.admin) == {same, last_minute}
    assert found(world.admin, date(2026, 3, 7), date(2026, 3, 7)) == {in_new_york}


def test_two_locations_have_two_midnights(world):
    here = ended(world.agent, world.marta, at(5, 30))
    there = ended(world.agent, None, at(7, 30), location=world.harbor)  # 23:30 the day before in Los Angeles
    assert found(world.admin) == {here}
    assert found(world.admin, date(2026, 3, 7), date(2026, 3, 7)) == {there}


def test_a_call_across_midnight_counts_on_the_day_it_ended(world):
    call = make_call(world.agent, world.marta, created_at=at(4, 50), ended_at=at(5, 10))
    assert found(world.admin) == {call} and not found(world.admin, date(2026, 3, 7), date(2026, 3, 7))


def test_a_call_without_a_location_goes_by_the_house_and_only_who_sees_all_counts_it(world):
    call = ended(world.agent, None, at(0, 30))
    assert found(world.admin) == {call} and not found(world.supervisor)


def test_a_supervisor_counts_the_calls_of_their_locations_and_not_their_own_elsewhere(world):
    mine = ended(world.agent, world.marta, at(12))
    ended(world.supervisor, None, at(12), location=world.oak_street)
    assert found(world.supervisor) == {mine} and not found(world.stranger)


def test_an_agent_counts_their_own(world):
    mine = ended(world.agent, world.marta, at(12))
    theirs = ended(world.colleague, world.marta, at(12))
    assert found(world.agent) == {mine} and found(world.admin, agent=world.colleague) == {theirs}


def test_it_is_narrowed_by_account_location_and_provider(world):
    here = ended(world.agent, world.marta, at(12))
    there = ended(world.agent, None, at(12), location=world.oak_street, provider="plivo")
    assert found(world.admin, account=world.northwind) == {here}
    assert found(world.admin, location=world.oak_street) == {there} == found(world.admin, provider="plivo")


def test_the_period_before_is_as_long_and_ends_the_day_before():
    before = Scope(None, date(2026, 3, 2), date(2026, 3, 8)).before
    assert (before.first, before.last) == (date(2026, 2, 23), date(2026, 3, 1))
