"""Which lists are read, and what becomes of their rows: an app hands its plans in, in `AppConfig.ready()`.

The wire knows how to read a list; what a row means to us only the app knows. So `sync.plan(Plan(…))` is to
lists what `outbox.on` is to deliveries.
"""

from collections.abc import Callable
from dataclasses import dataclass

from integrations.choices import Vendor

LONG_LIST = 10  # windows: at 50 ms a page the vendor's time is then no longer what a reading waits for


@dataclass(frozen=True)
class Plan:
    """One list of one vendor, as `manage.py sync NAME`, the schedule and the pages know it.

    name     "customers"; the runs' `resource` is the same text
    label    how people call it
    order    all lists are read in this order, so that what others point at comes first
    source   (connection) -> Source
    sink     (connection) -> a sink, (rows) -> Counts
    gone     (connection) -> Gone; None: a full run finds nothing gone
    minutes  the schedule reads what is new this often; 0: only when asked
    windows  requests under way at once, within the connection's limit
    full     every reading is from the beginning (a short list, or one whose filter shows no edits)
    nightly  the night's full pass reads it too
    """

    name: str
    label: str
    vendor: Vendor
    order: int
    source: Callable
    sink: Callable
    gone: Callable | None = None
    minutes: int = 5
    windows: int = 2
    full: bool = False
    nightly: bool = True


_plans = {}


def plan(one):
    """Registers a Plan under its name. In `ready()`."""
    _plans[one.name] = one


def plan_of(name):
    """The Plan of that name. Raises KeyError."""
    return _plans[name]


def plans():
    """All Plans in the order in which they are read."""
    return sorted(_plans.values(), key=lambda one: (one.order, one.name))
