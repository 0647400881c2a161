"""What is kept of days and weeks beside what it should be."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from feedback.models import IssueTally, Tally, WeekIssueTally, WeekTally
from feedback.tallies import columns, counting, issues
from feedback.tallies.weeks import ISSUE_COLUMNS

START = datetime(2026, 3, 7, 20, tzinfo=UTC)  # the night before clocks go forward in America
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def from_the_rows(location):
    """{(day, location, agent, provider): columns} of a location, counted on the spot."""
    place = counting.Places(location.time_zone if location else "", (location.pk if location else None,), FIRST, LAST)
    return counting.days(place), issues.days(place)


def kept(location):
    """The same as it is kept: by agent, by provider, and by issue."""
    found = {
        grain: {_key(row): {name: getattr(row, name) for name in columns.NAMES} for row in rows}
        for grain in ("", "agent", "provider")
        for rows in [Tally.objects.filter(grain=grain, location=location)]
    }
    of_issues = {
        (*_key(row), row.issue): {name: getattr(row, name) for name in ISSUE_COLUMNS}
        for row in IssueTally.objects.filter(location=location)
    }
    return found, of_issues


def _key(row):
    return row.day, row.location_id, row.agent_id, row.provider


def parted(tallies, grain):
    """What was counted by agent and provider together, added up as it is kept."""
    found = {}
    for (day, at, who, through), counts in tallies.items():
        key = (day, at, who if grain == "agent" else None, through if grain == "provider" else "")
        found.setdefault(key, Counter()).update(counts)
    return found


def check(location):
    (tallies, of_issues), (kept_tallies, kept_issues) = from_the_rows(location), kept(location)
    for grain, rows in kept_tallies.items():
        assert told(rows) == told(parted(tallies, grain))
    assert told(kept_issues) == told(of_issues)


def check_weeks(location):
    """What is kept of weeks is the sum of their days."""
    wanted, (days, of_issues) = {}, kept(location)
    for grain in ("", "agent"):
        for (day, *key), counts in days[grain].items():
            wanted.setdefault((grain, day - timedelta(days=day.weekday()), *key), Counter()).update(counts)
    found = {
        (row.grain, *_key(row)): {name: getattr(row, name) for name in columns.NAMES}
        for row in WeekTally.objects.filter(location=location)
    }
    assert told(found) == told(wanted)
    wanted, found = Counter(), Counter()
    for (day, at, *_, issue), counts in of_issues.items():
        wanted.update({(day - timedelta(days=day.weekday()), at, issue, name): n for name, n in counts.items()})
    for row in WeekIssueTally.objects.filter(location=location):
        found.update({(row.day, row.location_id, row.issue, name): getattr(row, name) for name in ISSUE_COLUMNS})
    assert found == wanted


def told(counts):
    return {key: {name: value for name, value in found.items() if value} for key, found in counts.items()}
