"""When somebody may be called: whose clock, which rule, and how it is said."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers import hours
from customers.models import CallingRule, PhoneNumber
from tests.world import fiction, make_customer, make_number

pytestmark = pytest.mark.django_db
ALWAYS = [["00:00", "24:00"]] * 7
NEW_YORK_NOON = datetime(2026, 11, 26, 17, tzinfo=UTC)
NEW_YORK_NIGHT = datetime(2026, 11, 26, 9, 11, tzinfo=UTC)  # 04:11 there


@pytest.fixture(autouse=True)
def daytime(settings):
    settings.CALLING_HOURS = ("08:00", "21:00")


def rule(from_="08:00", until="21:00", **fields):
    return CallingRule.objects.create(week=[[from_, until]] * 7, **fields)


def words(subject, moment, location=None):
    return hours.Book(now=moment).ruling(subject, location=location).words


def test_by_default_from_8_to_21_in_the_zone_of_the_number():
    number = make_number(fiction(1))
    assert not hours.may_call_at(number, NEW_YORK_NIGHT) and hours.may_call_at(number, NEW_YORK_NOON)
    assert hours.next_allowed(number, NEW_YORK_NIGHT) == datetime(2026, 11, 26, 13, tzinfo=UTC)
    assert hours.next_allowed(number, NEW_YORK_NOON) == NEW_YORK_NOON
    assert hours.may_call_at(fiction(1), NEW_YORK_NOON) and not hours.may_call_at(fiction(1), NEW_YORK_NIGHT)


def test_a_zone_on_file_goes_before_the_number_and_the_location(world):
    world.marta.time_zone = "Asia/Tokyo"
    assert hours.may_call_at(world.marta, NEW_YORK_NIGHT), "18:11 in Tokyo"
    world.marta.time_zone = "No/Where"
    assert not hours.may_call_at(world.marta, NEW_YORK_NIGHT)


@pytest.mark.parametrize(
    ("e164", "allowed"),
    [
        ("+18005550101", "22:00 to 02:00"),  # any of the plan's zones, Guam and Newfoundland among them
        ("+61412345678", "22:00 to 10:00"),
        ("+34612345678", "08:00 to 20:00"),  # Madrid and the Canaries
    ],
)
def test_a_number_of_a_country_with_several_zones_needs_all_of_them(e164, allowed):
    day = [NEW_YORK_NOON.replace(hour=0) + timedelta(minutes=30 * number) for number in range(48)]
    open_at = [at for at in day if hours.may_call_at(PhoneNumber(e164=e164), at)]
    for at in open_at:
        for zone in hours.where(e164).zones:
            assert 8 <= at.astimezone(zone).hour < 21
    assert len(open_at) < 26, f"fewer than thirteen hours are open in all zones ({allowed} UTC)"
    known = make_customer("Known", phone=e164, time_zone="Europe/Madrid")
    assert hours.may_call_at(known, NEW_YORK_NOON)


def test_where_nothing_tells_the_locations_clock_counts_and_that_is_said(world):
    world.numberless.location = world.harbor
    ruling = hours.Book(now=NEW_YORK_NIGHT).ruling(world.numberless)
    assert ruling.where.told_by == hours.PLACE and not ruling.is_allowed
    assert ruling.words == "Callable from 08:00 by the clock of Harbor (in 6 h 49 min)"
    assert (
        "at Harbor (nothing else tells where they are)"
        in hours.Book(now=NEW_YORK_NIGHT).ruling(None, location=world.harbor).sentence
    )


def test_without_any_clock_nothing_forbids():
    ruling = hours.Book().ruling("+80012345678")
    assert ruling.is_allowed and ruling.where.told_by == hours.NOTHING


def test_the_country_of_the_number_has_its_own_law(world):
    rule("09:00", "13:00", country="US")
    rule("00:00", "24:00", country="PT")
    assert not hours.may_call_at(world.marta, NEW_YORK_NOON + timedelta(hours=2))
    assert hours.may_call_at("+351912345678", NEW_YORK_NIGHT.replace(hour=3))


def test_the_rule_for_all_holds_where_no_country_has_one_and_an_account_may_only_take_away(world):
    rule("00:00", "24:00")
    assert hours.may_call_at(world.marta, NEW_YORK_NIGHT)
    rule("10:00", "18:00", account=world.northwind)
    rule("00:00", "24:00", account=world.blue_oak)
    assert not hours.may_call_at(world.marta, NEW_YORK_NIGHT) and hours.may_call_at(world.marta, NEW_YORK_NOON)
    assert not hours.may_call_at(world.marta.phone, NEW_YORK_NIGHT, world.riverside)
    CallingRule.objects.filter(account=None).delete()
    assert not hours.may_call_at(world.oskar, NEW_YORK_NIGHT), "around the clock for its account, but not by law"


@pytest.mark.parametrize(("law", "own", "may"), [(0, 0, False), (1, 0, False), (0, 1, False), (1, 1, True)])
def test_a_supervisor_may_where_every_rule_that_forbids_it_says_so(world, law, own, may):
    rule(supervisor_may=bool(law))
    rule(supervisor_may=bool(own), account=world.northwind)
    assert hours.Book().ruling(world.marta, NEW_YORK_NIGHT).may_override is may


def test_a_rule_that_allows_it_is_not_asked_whether_a_supervisor_may(world):
    rule("00:00", "24:00")
    rule(supervisor_may=True, account=world.northwind)
    assert hours.Book().ruling(world.marta, NEW_YORK_NIGHT).may_override


def test_how_often_a_day_is_the_accounts_word_then_the_countrys_then_everybodys(world, settings):
    settings.CALLS_A_DAY = 5
    assert hours.Book().most_a_day(world.marta) == 5
    rule(most_a_day=4)
    assert hours.Book().most_a_day(world.marta) == 4
    rule(most_a_day=None, country="US")
    assert hours.Book().most_a_day(world.marta) == 4
    rule(most_a_day=0, account=world.northwind)
    assert hours.Book().most_a_day(world.marta) == 0 and hours.Book().most_a_day(world.oskar) == 4


def test_it_is_said_by_their_clock_and_how_long_it_is(world):
    assert words(world.marta, NEW_YORK_NIGHT) == "Callable from 08:00 their time (in 3 h 49 min)"
    assert (
        words(world.marta, NEW_YORK_NIGHT.replace(hour=12, minute=30)) == "Callable from 08:00 their time (in 30 min)"
    )
    evening = NEW_YORK_NIGHT + timedelta(hours=17)
    assert words(world.marta, evening) == "Callable from Fri 08:00 their time (in 10 h 49 min)"
    assert words(world.marta, NEW_YORK_NOON) == ""


def test_several_clocks_are_said_by_the_readers():
    with timezone.override("Europe/Berlin"):
        assert words("+18005550101", NEW_YORK_NIGHT) == "Callable from 23:00 your time (in 12 h 49 min)"


def test_a_week_without_hours_says_never(world):
    CallingRule.objects.create(week=[None] * 7)
    assert words(world.marta, NEW_YORK_NOON).startswith("Never callable")
    assert hours.next_allowed(world.marta, NEW_YORK_NOON) is None


def test_a_whole_list_is_judged_with_one_query(world, django_assert_num_queries):
    people = [world.marta, world.jon, world.harriet, world.oskar, world.numberless] * 4
    with django_assert_num_queries(1):
        marked = hours.Book(now=NEW_YORK_NIGHT).mark(people)
    assert [one.ruling.is_allowed for one in marked[:4]] == [False] * 4


@pytest.mark.both
def test_a_country_and_an_account_have_one_rule_each_and_no_rule_is_of_both(world):
    for fields in ({}, {"country": "US"}, {"account": world.northwind}):
        rule(**fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            rule(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        rule(country="FR", account=world.blue_oak)
