"""Quiet hours by the clock where somebody is, on the days it is changed too."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import quiet

ZONES = st.sampled_from(
    [
        *("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"),
        *("Pacific/Apia", "Pacific/Chatham", "America/Sao_Paulo", "Africa/Casablanca", "UTC"),
    ]
)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
NIGHT = {"quiet_from": time(21), "quiet_until": time(9)}


@given(st.datetimes(datetime(2011, 1, 1), datetime(2027, 1, 1)), ZONES, CLOCKS, CLOCKS)
def test_it_goes_at_once_or_when_the_quiet_hours_end(at, zone, quiet_from, quiet_until):
    at = at.replace(tzinfo=UTC)
    goes = quiet.next_time(at, zone, quiet_from, quiet_until)
    assert goes >= at
    assert not quiet.is_quiet(goes, zone, quiet_from, quiet_until) or _gap_swallows(goes, quiet_from, quiet_until)
    assert (goes == at) == (not quiet.is_quiet(at, zone, quiet_from, quiet_until))
    assert goes - at <= timedelta(days=3)


def _gap_swallows(goes, quiet_from, quiet_until):
    """Where the hours that are not quiet are shorter than the hour a clock skips there may be none that night."""
    allowed = (datetime.combine(goes, quiet_from) - datetime.combine(goes, quiet_until)) % timedelta(days=1)
    return allowed <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "zone", "goes"),
    [
        ("2026-03-08T01:30-05:00", "America/New_York", "2026-03-08T09:00-04:00"),  # an hour is skipped
        ("2026-11-01T00:30-04:00", "America/New_York", "2026-11-01T09:00-05:00"),  # an hour comes twice
        ("2026-11-25T22:40+01:00", "Europe/Berlin", "2026-11-26T09:00+01:00"),
        ("2026-11-25T20:59+01:00", "Europe/Berlin", "2026-11-25T20:59+01:00"),
        ("2026-11-25T09:00+01:00", "Europe/Berlin", "2026-11-25T09:00+01:00"),
    ],
)
def test_a_night(at, zone, goes):
    assert quiet.next_time(datetime.fromisoformat(at), zone, **NIGHT) == datetime.fromisoformat(goes)


def test_an_end_that_the_clock_shows_twice_is_the_later_one():
    at = datetime(2026, 11, 1, 1, 10, tzinfo=ZoneInfo("America/New_York"), fold=1)
    goes = quiet.next_time(at, "America/New_York", time(21), time(1, 30))
    assert goes == datetime.fromisoformat("2026-11-01T01:30-05:00")


def test_equal_times_mean_no_quiet_hours():
    at = datetime(2026, 11, 25, 3, tzinfo=UTC)
    assert quiet.next_time(at, "UTC", time(9), time(9)) == at
