"""Whose clock a callback is planned by: clocks that change, countries with several, and the hours for calls."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from calls import clocks, retry_plans
from calls.choices import Wait
from customers import hours
from customers.models import Customer, Location, PhoneNumber

pytestmark = pytest.mark.django_db
NEW_YORK = clocks.Clock("America/New_York", True, True)


@pytest.fixture(autouse=True)
def by_day(settings):
    settings.CALLING_HOURS = ("08:00", "21:00")


def there(at, zone="America/New_York"):
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %z")


def in_new_york(*parts):
    return datetime(*parts, tzinfo=ZoneInfo("America/New_York"))


def test_a_time_that_the_clock_skips_in_spring_is_an_hour_later():
    assert there(clocks.at_clock(date(2025, 3, 9), time(2, 30), "America/New_York")) == "2025-03-09 03:30 -0400"


def test_a_time_that_the_clock_shows_twice_in_autumn_is_the_first():
    assert there(clocks.at_clock(date(2025, 11, 2), time(1, 30), "America/New_York")) == "2025-11-02 01:30 -0400"


@pytest.mark.parametrize("day", [date(2025, 3, 8), date(2025, 11, 1), date(2024, 2, 28)])
def test_tomorrow_at_ten_is_ten_on_their_clock_whatever_happens_to_it(day):
    now = datetime.combine(day, time(17, 20), tzinfo=ZoneInfo("America/New_York"))
    at = clocks.tomorrow(NEW_YORK, now).astimezone(ZoneInfo("America/New_York"))
    assert (at.date(), at.time()) == (day + timedelta(days=1), time(10))


def test_an_hour_from_now_is_an_hour_also_while_the_clock_goes_back():
    now = in_new_york(2025, 11, 2, 1, 30)
    assert (now.astimezone(UTC) + clocks.HOUR).astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == "01:30"


def test_tomorrow_is_theirs_where_it_is_still_today_here():
    now = datetime(2025, 6, 3, 2, tzinfo=UTC)  # the third in Greenwich, the second in Honolulu
    assert there(clocks.tomorrow(clocks.Clock("Pacific/Honolulu", True, True), now), "Pacific/Honolulu").startswith(
        "2025-06-03 10:00"
    )


def test_the_next_day_is_two_hours_later_and_two_earlier_where_that_is_too_late():
    customer = Customer(time_zone="America/New_York")

    def tried(*parts):
        at = in_new_york(*parts)
        return there(retry_plans.next_try(Wait.NEXT_DAY, at, at, customer, None))[:16]

    assert tried(2025, 6, 3, 12, 10) == "2025-06-04 14:10"
    assert tried(2025, 6, 3, 20, 10) == "2025-06-04 18:10"
    assert tried(2025, 3, 8, 12, 10) == "2025-03-09 14:10"  # the clock goes forward in between


def test_a_number_of_several_zones_is_called_when_it_is_day_in_all_of_them():
    number = PhoneNumber(e164="+18005550100")  # anywhere in the United States
    zones = hours.where(number).zones
    at, moved = clocks.in_hours(datetime(2025, 6, 3, 4, tzinfo=UTC), None, number)
    assert len(zones) > 4
    if "no time" not in moved:
        assert all(time(8) <= at.astimezone(zone).time() < time(21) for zone in zones)


def test_the_zone_of_the_location_tells_where_the_number_does_not():
    place = Location(time_zone="America/Denver")
    assert clocks.clock_of(None, PhoneNumber(e164="+870773111632"), place).zone == "America/Denver"


@pytest.mark.parametrize(
    "at, words",
    [
        ((2025, 6, 3, 14, 10), "today 14:10"),
        ((2025, 6, 4, 10, 0), "tomorrow 10:00"),
        ((2025, 6, 6, 10, 0), "Fri 10:00"),
        ((2025, 7, 6, 10, 0), "6 Jul 10:00"),
        ((2026, 7, 6, 10, 0), "6 Jul 2026 10:00"),
        ((2025, 6, 1, 10, 0), "1 Jun 10:00"),
    ],
)
def test_a_time_is_said_as_people_say_it(at, words):
    assert clocks.say(in_new_york(*at), "America/New_York", now=in_new_york(2025, 6, 3, 9)) == words


ZONES = st.sampled_from(
    ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Europe/London", "Asia/Kathmandu", "Africa/Cairo"]
    + ["Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "Asia/Tehran", "America/Havana"]
)
NUMBERS = st.sampled_from(
    ["+12125550101", "+18085550101", "+442079460000", "+9771234567", "+61255501234", "+78005550100"]
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@tries(max_examples=300)
@given(
    zone=ZONES,
    number=NUMBERS,
    tried_at=MOMENTS,
    late=st.timedeltas(timedelta(0), timedelta(days=3)),
    own=st.booleans(),
    wait=st.sampled_from([wait for wait in Wait if wait]),
)
def test_no_plan_yields_a_time_outside_the_hours_nor_in_the_past(zone, number, tried_at, late, own, wait):
    line = PhoneNumber(e164=number)
    customer = Customer(time_zone=zone, phone=line) if own else None
    now = tried_at + late
    asked = retry_plans.next_try(wait, tried_at, now, customer, line)
    at, moved = clocks.in_hours(asked, customer, line)
    assert at >= now
    assert at >= asked
    assert bool(moved) == (at != asked)
    for place in hours.where(customer or line).zones:
        assert time(8) <= at.astimezone(place).time() < time(21)


@tries(max_examples=200)
@given(day=st.dates(date(2024, 1, 1), date(2027, 1, 1)), shown=st.times(), zone=ZONES)
def test_a_time_of_a_clock_is_found_again_on_it_unless_it_skips_it(day, shown, zone):
    at = clocks.at_clock(day, shown, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert at == datetime.combine(day, shown) or timedelta(0) < at - datetime.combine(day, shown) <= timedelta(hours=24)
