"""Counting again what has changed. Readers are not wrong meanwhile: they count marked days themselves (reading.py)."""

import secrets
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from calls.models import DATED, Call
from customers.models import Location
from feedback.models import Feedback, FeedbackRequest, IssueTally, Review, Stale, Tally, WeekIssueTally, WeekTally
from feedback.models.tallies import Grain
from feedback.scope import zone_of
from feedback.tallies import columns, counting, issues, weeks
from feedback.tallies.marks import pairs_of
from feedback.tallies.weeks import ISSUE_COLUMNS
from integrations import leases

WINDOW = timedelta(days=31)  # counted in one go: some 80,000 calls of a million a year, a second
MARKS = 5_000  # taken in one turn
BEAT = 1.5  # seconds: with reading and looking a saved rating is on everybody's page within five
_last = {}
KEY = ("day", "location_id", "agent_id", "provider")
LEASE, HOLD = "tallies", 120  # seconds; a window takes a second, and one who died is waited for so long
LOOK = 0.1  # seconds between two looks at a lease that another process holds


def stale():
    """Whether anything is to be counted again."""
    return Stale.objects.exists()


def work():
    """One turn: the oldest marks, up to WINDOW of days. How many days of locations were counted; 0 when another
    process counts or nothing has changed."""
    owner = secrets.token_hex(16)
    if not stale() or not leases.take(LEASE, owner, HOLD):
        return 0
    try:
        return _turn(owner)
    finally:
        leases.release(LEASE, owner)


def beat():
    """What the pulse does twice a second: a turn at most every BEAT, lest a busy hour is counted all the time."""
    now = time.monotonic()
    if now - _last.get("turn", -BEAT) >= BEAT:
        _last["turn"] = now
        work()


def until_done():
    """Turns until nothing is marked; how many days of locations were counted. For commands and tests."""
    total = 0
    while done := work():
        total += done
    return total


def _turn(owner):
    everything = Stale.objects.filter(hour=None).first()
    if everything is not None:
        return _whole_location(everything, lambda: leases.take(LEASE, owner, HOLD))
    oldest = Stale.objects.order_by("hour").values_list("hour", flat=True).first()
    if oldest is None:
        return 0  # somebody has counted everything since we looked
    marks = list(Stale.objects.filter(hour__lt=oldest + WINDOW).order_by("hour")[:MARKS].values_list("pk", flat=True))
    # From here on a change makes a mark of its own, and what was changed before is seen below.
    Stale.objects.filter(pk__in=marks).update(is_taken=True)
    taken = Stale.objects.filter(pk__in=marks)
    pairs = pairs_of(taken.values_list("location_id", "hour"))
    _count(pairs)
    taken.delete()
    return max(1, len(pairs))


def _whole_location(mark, hold):
    same = Stale.objects.filter(hour=None, location_id=mark.location_id)
    marks = list(same.values_list("pk", flat=True))
    Stale.objects.filter(pk__in=marks).update(is_taken=True)
    done = _count_locations([mark.location_id], hold)
    Stale.objects.filter(pk__in=marks).delete()
    return max(1, done)


@contextmanager
def _alone():
    """The lease of counting, waited for; gives what renews it. Two that put rows in the same days at once would double
    them, or fall over one another."""
    owner = secrets.token_hex(16)

    def hold():
        while not leases.take(LEASE, owner, HOLD):
            time.sleep(LOOK)

    hold()
    try:
        yield hold
    finally:
        leases.release(LEASE, owner)


def rebuild_all(progress=None):
    """Count everything from the rows, after filling a world. `progress(done, total)` in windows. Waits its turn."""
    with _alone() as hold:
        Stale.objects.update(is_taken=True)
        done = _count_locations(_everywhere(), hold, progress)
        Stale.objects.filter(is_taken=True).delete()
        return done


def _everywhere():
    return [None, *Location.objects.order_by("pk").values_list("pk", flat=True)]


def _count_locations(ids, hold, progress=None):
    """Count all days of these locations (None: of no location), holding the lease for each window. How many days of
    locations."""
    days = span()
    if days is None:
        _drop_outside(ids, None, None)
        return 0
    first, last = days
    _drop_outside(ids, first, last)
    starts = [first + n * WINDOW for n in range((last - first) // WINDOW + 1)]
    for number, start in enumerate(starts, 1):
        hold()
        _count(_window(start, last, ids))
        if progress:
            progress(number, len(starts))
    return len(ids) * ((last - first).days + 1)


def check_window(start=None):
    """Count the WINDOW that begins with the day `start` anew (None: the first one), whether or not it is marked.

    The day to go on with, None after the last one. What it finds another is put right, and should have been marked.
    Waits its turn.
    """
    days = span()
    if days is None or (start and start > days[1]):
        return None
    start = start or days[0]
    with _alone():
        _count(_window(start, days[1], _everywhere()))
    return start + WINDOW if start + WINDOW <= days[1] else None


def _window(start, last, ids):
    """All (day, location) pairs of the window that begins with `start`, up to the day `last`."""
    length = min(WINDOW, last - start + timedelta(days=1)).days
    return {(start + timedelta(days=n), pk) for n in range(length) for pk in ids}


def span():
    """(first, last) day on which anything counts, a day wider for the sake of the clocks; None: there is nothing."""
    moments = []
    for rows, moment in (
        (Call.objects.annotate(moment=DATED), "moment"),
        (Feedback.objects.all(), "left_at"),
        (Review.objects.all(), "written_at"),
        (FeedbackRequest.objects.all(), "requested_at"),
        (FeedbackRequest.objects.all(), "due_at"),
    ):
        moments += [at for at in rows.aggregate(low=Min(moment), high=Max(moment)).values() if at]
    if not moments:
        return None
    day = timedelta(days=1)
    return min(moments).date() - day, max(moments).date() + day


def _drop_outside(ids, first, last):
    """What was counted on days that have nothing any more."""
    week = first and weeks.monday(first)
    for model, since in ((Tally, first), (IssueTally, first), (WeekTally, week), (WeekIssueTally, week)):
        for pk in ids:
            rows = model.objects.filter(location=pk) if pk else model.objects.filter(location=None)
            (rows.exclude(day__range=(since, last)) if since else rows).delete()


def _count(pairs):
    """Count the (day, location) pairs and put what is found in the place of what was kept."""
    kept = defaultdict(list)
    zones = _zones({pk for _, pk in pairs})
    for day, pk in pairs:
        kept[zones[pk]].append((day, pk))
    for zone, some in kept.items():
        days = sorted({day for day, _ in some})
        places = counting.Places(zone, tuple({pk for _, pk in some}), days[0], days[-1])
        _replace(set(some), counting.days(places), issues.days(places))


def _zones(ids):
    """{location: its clock}; a location that is gone has the house's."""
    known = dict(Location.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "time_zone"))
    return {pk: zone_of(known.get(pk, "")).key for pk in ids}


def _replace(pairs, tallies, of_issues):
    rows = [
        (day, at, who, through, grain, *(counts[name] for name in columns.NAMES))
        for (grain, day, at, who, through), counts in _by_grain(pairs, tallies).items()
    ]
    parts = [
        (day, at, who, through or "", issue, *(counts[name] for name in ISSUE_COLUMNS))
        for (day, at, who, through, issue), counts in of_issues.items()
        if (day, at) in pairs
    ]
    with transaction.atomic():
        for model in (Tally, IssueTally):
            _clear(model, pairs)
        _insert(Tally, (*KEY, "grain", *columns.NAMES), rows)
        _insert(IssueTally, (*KEY, "issue", *ISSUE_COLUMNS), parts)
        _replace_weeks(weeks.of(pairs))


def _replace_weeks(mondays):
    for model in (WeekTally, WeekIssueTally):
        _clear(model, mondays)
    _insert(WeekTally, ("day", "provider", *weeks.KEY, *columns.NAMES), weeks.rows(mondays))
    _insert(WeekIssueTally, ("day", "provider", *weeks.ISSUE_KEY, *ISSUE_COLUMNS), weeks.issue_rows(mondays))


def _insert(model, names, rows):
    """Rows as they are: making an object of each would take ten times as long as counting them."""
    fields = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(["%s"] * len(names))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {model._meta.db_table} ({fields}) VALUES ({values})", rows)  # noqa: S608


def _clear(model, pairs):
    by_location = defaultdict(list)
    for day, pk in pairs:
        by_location[pk].append(day)
    for pk, days in by_location.items():
        rows = model.objects.filter(location=pk) if pk else model.objects.filter(location=None)
        rows.filter(day__in=days).delete()


def _by_grain(pairs, tallies):
    """{(grain, day, location, agent, provider): Counter}, of these (day, location) pairs."""
    found = defaultdict(Counter)
    for (day, at, who, through), counts in tallies.items():
        if (day, at) in pairs:
            for key in ((Grain.WHOLE, None, ""), (Grain.AGENT, who, ""), (Grain.PROVIDER, None, through)):
                grain, *of = key
                found[grain.value, day, at, *of].update(counts)
    return found


def has_something():
    """Whether anything counts: a new house has nothing to be counted again."""
    return span() is not None


def was_counted():
    """Whether anything was ever counted."""
    return Tally.objects.exists()


def mark_last_days(days=2):
    """Mark what counts since so many days at every location: for changes that no trigger can have seen."""
    hours = [timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=n) for n in range(24 * days)]
    Stale.objects.bulk_create([Stale(location_id=pk, hour=hour) for pk in _everywhere() for hour in hours[::12]])


def mark_everything():
    """Mark all days of every location: for rows that were there before anything counted them."""
    Stale.objects.bulk_create([Stale(location_id=pk, hour=None) for pk in _everywhere()])
