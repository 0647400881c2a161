"""Whose clock a callback is planned by, and times on it: "tomorrow 10:00" where the customer is.

A time of day is one on their clock; "in 1 hour" is an hour, whatever any clock shows. All results are aware, in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from customers import hours, phones

HOUR = timedelta(hours=1)
TOMORROW_AT = time(10)  # awake everywhere, and before lunch
WEEK = timedelta(days=6)  # so long a day's name says which one is meant


@dataclass(frozen=True)
class Clock:
    """A zone's clock. Theirs: the customer's, as far as known (`certain`: on file); else the reader's own."""

    zone: str
    is_theirs: bool
    certain: bool

    @property
    def whose(self):
        """ "their clock (America/Chicago)", for a sentence."""
        place = self.zone.replace("_", " ")
        return f"their clock ({place})" if self.is_theirs else f"your clock ({place})"


def clock_of(customer, number, location=None):
    """The Clock where a Customer or a PhoneNumber is, else of their Location; the reader's own where nothing tells."""
    _, zone, certain = phones.local_time(customer or number) if (customer or number) else (None, "", False)
    zone = zone or (location.time_zone if location and phones.zone(location.time_zone) else "")
    return Clock(zone or timezone.get_current_timezone_name(), bool(zone), certain)


def at_clock(day, shown, zone):
    """When a clock of `zone` shows the time `shown` on `day`.

    A time it skips in spring is as much later as it jumps; of one it shows twice in autumn it is the first: a
    promise is rather kept early.
    """
    return datetime.combine(day, shown, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def tomorrow(clock, now):
    """Ten o'clock of the next day there."""
    return at_clock(now.astimezone(ZoneInfo(clock.zone)).date() + timedelta(days=1), TOMORROW_AT, clock.zone)


def next_day(at, clock, now, is_allowed):
    """A day after `at` and two hours later, so that the same hour is not tried twice; two earlier where it is too
    late by then. `is_allowed(moment)` says so."""
    local = at.astimezone(ZoneInfo(clock.zone))
    same = at_clock(local.date() + timedelta(days=1), local.time(), clock.zone)
    later, earlier = same + 2 * HOUR, same - 2 * HOUR
    return earlier if not is_allowed(later) and is_allowed(earlier) and earlier > now else later


def in_hours(at, customer, number, location=None):
    """(when they may be called, from `at` on; a sentence where that is later than asked for)."""
    allowed = hours.next_allowed(customer or number, at, location)
    if allowed is None:
        return at, "The hours for calls leave no time to call them."
    if allowed == at:
        return at, ""
    zone = clock_of(customer, number, location).zone
    return allowed, f"Moved from {say(at, zone)}, when they may not be called."


def shown(at, zone):
    """What a clock of `zone` shows, as a page's field of date and time takes it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def say(at, zone, now=None):
    """A time on the clock of `zone`: "today 14:10", "tomorrow 10:00", "Tue 14:10", "12 Mar 14:10"."""
    there, today = (moment.astimezone(ZoneInfo(zone)) for moment in (at, now or timezone.now()))
    days = (there.date() - today.date()).days
    if days in (0, 1):
        return f"{'tomorrow' if days else 'today'} {there:%H:%M}"
    if timedelta(0) < at - today < WEEK:
        return f"{there:%a %H:%M}"
    year = "" if there.year == today.year else f" {there.year}"
    return f"{there.day} {there:%b}{year} {there:%H:%M}"
