"""All of it in its order, some ten thousand calls a transaction."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from django.db import connection

from calls.models import Call
from config.big_world import numbers, people, reviews, store, told
from config.big_world.answers import Answers
from config.big_world.calls import Calls
from config.big_world.wrap_ups import WrapUps
from feedback.explorer import copies
from feedback.tallies import rebuild
from integrations import hosts
from integrations.models import Connection

SEED = 5550100


class Refused(Exception):
    """Nothing was written; `str()` says why."""


@dataclass(frozen=True)
class Plan:
    """How much, and as of which moment (aware): the same plan makes the same world in an empty database."""

    calls: int
    customers: int
    reviews: int
    until: datetime
    seed: int = SEED

    def __post_init__(self):
        object.__setattr__(self, "until", self.until.replace(microsecond=0))


def check(plan, add=False):
    """Raises Refused where a made-up world has no place, or there are not enough numbers that ring nobody."""
    if not add and Call.objects.exists():
        raise Refused("This database has calls already. A made-up world goes beside them only with --add.")
    if real := [str(connection) for connection in Connection.objects.all() if _is_real(connection)]:
        raise Refused(
            f"This Aftercall speaks to real vendors ({', '.join(real)}), who would be told of calls that never were. "
            "Point it at the sandbox, or switch these connections off."
        )
    if plan.customers > numbers.MOST:
        raise Refused(f"There are {numbers.MOST:,} telephone numbers that ring nobody: not enough for all customers.")


def _is_real(connection):
    addresses = [value for name, value in connection.values.items() if name.endswith("base_url") and value]
    return connection.is_on and any(not hosts.is_loopback(urlsplit(one).hostname or "") for one in addresses)


def make(plan, progress=lambda what, done, of: None, counted=True):
    """Writes the world of a Plan. `progress(what, done, of)` hears how far it is.

    counted   its days are counted too; without, readers of figures count marked days themselves
    """
    rows = store.Store()
    with store.roomy():
        with store.whole():
            progress("people and places", 0, plan.customers)
            cast = people.write(plan, rows)
            progress("people and places", plan.customers, plan.customers)
        _calls(plan, cast, rows, progress)
        reviews.write(plan, cast, rows, progress)
        progress("what calls are found by", 0, plan.calls)
        copies.fill(connection, lambda done, of: progress("what calls are found by", done, of))
        progress("statistics", 0, 1)
        rows.end()
        progress("statistics", 1, 1)
        if counted:
            progress("figures", 0, 1)
            rebuild.rebuild_all(lambda done, of: progress("figures", done, of))


def _calls(plan, cast, rows, progress):
    calls, answers = Calls(plan, cast, rows), Answers(plan, cast, rows)
    wrap_ups = WrapUps(plan, cast, rows, answers.wish)
    progress("calls", 0, plan.calls)
    story, key = told.tell(plan, cast), calls.first
    while portion := list(islice(story, store.IN_ONE_GO)):
        with store.whole():
            calls.write(key, portion)
            surveys = wrap_ups.write(key, portion)
            answers.write(key, portion, wrap_ups.wishes, surveys)
        key += len(portion)
        progress("calls", key - calls.first, plan.calls)
    with store.whole():
        calls.finish()
