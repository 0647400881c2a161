"""CCAI's list of changed calls as a plan of the sync: what the tail (sync/tail.py) could not see.

The tail reads while a call of ours is live, from a few minutes back. After a longer outage, where CCAI mends a
call that had ended, or where a call comes in while none is live, this list is read from where the last complete run
began.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

from django.utils import timezone

from calls.models import Call
from calls.services import taking_in
from calls.sync import EARLY, FIRST_LOOK, stamp, take_in
from integrations import rates, sync
from integrations.ccai.answers import PER_PAGE
from integrations.ccai.client import Client
from integrations.choices import Vendor

MINUTES = 5  # the tail sees what is live; who answers a call of somebody else's shall find it here soon


@dataclass(frozen=True)
class Page:
    """What the engine wants of a page. CCAI counts nothing, and the client has set aside what is no call."""

    rows: list
    returned: int
    odd: tuple = ()
    total_count: int | None = None


def source(connection):
    """The list by its last change, as a sync.Source. Raises Misconfigured when the connection lacks something."""
    client, first = Client(connection, paced=False), _first_ask(connection)

    def fetch(ask):
        since = first if ask.after is None else max(datetime.fromtimestamp(ask.after, UTC), first)
        found, more = client.calls_since(stamp(since), ask.page + 1)
        taking_in.learn_agents(connection, found)
        return Page(found, PER_PAGE if more else min(len(found), PER_PAGE - 1))

    return sync.Source(fetch, attrgetter("at"), find=None, reserve=rates.RESERVE)


def _first_ask(connection):
    """From when on a call in the list may be one of ours: a tenant's other calls, of years, are not our business."""
    asked = Call.objects.filter(connection=connection, asked_at__isnull=False)
    oldest = asked.order_by("asked_at").values_list("asked_at", flat=True).first()
    return (oldest or timezone.now() - FIRST_LOOK) - EARLY


def sink(connection):
    """(CallReports) -> Counts: those of our calls that changed take their report in."""

    def apply(found):
        changed = take_in(connection, found)
        return sync.Counts(updated=changed, unchanged=len(found) - changed)

    return apply


PLAN = sync.Plan(
    name="calls",
    label="Calls",
    vendor=Vendor.CCAI,
    order=90,
    source=source,
    sink=sink,
    minutes=MINUTES,
    windows=1,
    nightly=False,  # nothing of it can be gone
)
