"""Hours for calls by the clock on the wall: days, nights, clocks put forward and back, several zones."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from customers.week import Week, all_open, first_open

DAYTIME = Week.read([["08:00", "21:00"]] * 7)
NEVER = Week.read([None] * 7)
# Half hours, three quarters, no summer time, thirty minutes of summer time, either side of the date line.
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/St_Johns",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Europe/Lisbon",
    )
]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def there(zone, text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def opens(zone, week, text):
    found = first_open([(ZoneInfo(zone), week)], there(zone, text))
    return found and found.astimezone(ZoneInfo(zone)).strftime("%a %H:%M")


@pytest.mark.parametrize(
    ("clock", "is_open"), [("07:59:59", False), ("08:00", True), ("20:59:59", True), ("21:00", False), ("00:00", False)]
)
def test_the_first_minute_is_in_and_the_last_is_out(clock, is_open):
    assert DAYTIME.is_open(datetime.fromisoformat(f"2026-11-26 {clock}")) is is_open


def test_a_day_without_hours_is_passed_over():
    without_sunday = Week.read([["09:00", "20:00"]] * 6 + [None])
    assert opens("America/New_York", without_sunday, "2026-11-28T20:30") == "Mon 09:00"
    assert opens("America/New_York", without_sunday, "2026-11-28T12:00") == "Sat 12:00"


def test_a_pause_closes_every_day_in_the_middle():
    french = Week.read([["10:00", "20:00"]] * 5 + [None, None], (time(13), time(14)))
    assert opens("Europe/Paris", french, "2026-11-26T13:20") == "Thu 14:00"
    assert opens("Europe/Paris", french, "2026-11-27T20:00") == "Mon 10:00"


def test_hours_that_end_after_midnight_belong_to_the_day_they_begin_on():
    late = Week.read([["20:00", "02:00"], None, None, None, None, None, None])
    assert late.is_open(datetime(2026, 11, 24, 1, 59)) and not late.is_open(datetime(2026, 11, 24, 2))
    assert not late.is_open(datetime(2026, 11, 23, 1)), "Sunday evening had no hours"
    assert opens("America/New_York", late, "2026-11-24T02:00") == "Mon 20:00"


def test_the_same_time_twice_and_midnight_at_the_end_are_whole_days():
    for hours in (["00:00", "00:00"], ["00:00", "24:00"], ["09:00", "09:00"]):
        always = Week.read([hours] * 7)
        assert always.is_open(datetime(2026, 11, 26)) and always.is_open(datetime(2026, 11, 26, 8, 59))


def test_a_week_without_hours_never_opens():
    assert opens("America/New_York", NEVER, "2026-11-26T12:00") is None


def test_half_hour_zones_open_by_their_own_clock():
    assert first_open([(ZoneInfo("Asia/Kolkata"), DAYTIME)], utc("2026-11-26T01:00")) == utc("2026-11-26T02:30")
    assert first_open([(ZoneInfo("Asia/Kathmandu"), DAYTIME)], utc("2026-11-26T01:00")) == utc("2026-11-26T02:15")


def test_the_night_is_an_hour_shorter_or_longer_when_clocks_change():
    new_york = [(ZoneInfo("America/New_York"), DAYTIME)]
    evening = there("America/New_York", "2026-03-07T21:00")
    assert first_open(new_york, evening) - evening.astimezone(UTC) == timedelta(hours=10)
    evening = there("America/New_York", "2026-10-31T21:00")
    assert first_open(new_york, evening) - evening.astimezone(UTC) == timedelta(hours=12)


def test_an_opening_that_the_clock_jumps_over_is_the_jump():
    early = Week.read([["02:30", "05:00"]] * 7)
    found = first_open([(ZoneInfo("America/New_York"), early)], there("America/New_York", "2026-03-08T01:00"))
    assert found == utc("2026-03-08T07:00") and found.astimezone(ZoneInfo("America/New_York")).hour == 3


def test_an_hour_that_comes_twice_is_open_twice():
    night = Week.read([["00:00", "01:30"]] * 7)
    new_york = [(ZoneInfo("America/New_York"), night)]
    assert first_open(new_york, utc("2026-11-01T05:40")) == utc("2026-11-01T06:00"), "01:00 for the second time"


def test_several_zones_open_when_all_of_them_do():
    coasts = [(ZoneInfo("America/New_York"), DAYTIME), (ZoneInfo("America/Los_Angeles"), DAYTIME)]
    assert first_open(coasts, utc("2026-11-26T13:30")) == utc("2026-11-26T16:00"), "08:00 in Los Angeles"
    assert not all_open(coasts, utc("2026-11-27T02:00")), "21:00 in New York"
    opposite = [
        (ZoneInfo("Pacific/Auckland"), DAYTIME),
        (ZoneInfo("Europe/Madrid"), Week.read([["08:00", "20:00"]] * 7)),
    ]
    assert first_open(opposite, utc("2026-11-26T00:00")) == utc("2026-11-26T07:00")


CLOCKS = st.times().map(lambda at: f"{at.hour:02d}:{at.minute:02d}")
DAY = st.none() | st.tuples(CLOCKS, CLOCKS)
RESTS = st.none() | st.tuples(st.times(), st.times()).map(sorted).map(tuple)
WEEKS = st.builds(Week.read, st.lists(DAY, min_size=7, max_size=7), RESTS)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))


@given(st.lists(st.tuples(st.sampled_from(ZONES), WEEKS), min_size=1, max_size=3), MOMENTS, st.floats(0, 1))
@example([(ZoneInfo("America/New_York"), Week.read([["02:30", "05:00"]] * 7))], utc("2026-03-08T06:10"), 0.9)
@example([(ZoneInfo("America/New_York"), Week.read([["00:00", "01:30"]] * 7))], utc("2026-11-01T05:40"), 0.5)
@tries(max_examples=150)
def test_the_first_moment_is_allowed_and_none_before_it_is(clocks, moment, share):
    found = first_open(clocks, moment)
    end = found or moment + timedelta(days=7)
    between = moment + (end - moment) * share
    assert found is None or (found >= moment and all_open(clocks, found))
    assert between == end or not all_open(clocks, between)
