"""FeedbackAPI's lists for the sync engine: oldest first, whatever order the vendor would have taken."""

from datetime import UTC, datetime
from operator import attrgetter

from integrations.feedbackapi.bodies import REQUESTS
from integrations.feedbackapi.client import Client

CREATED, UPDATED = "created", "updated"


def fetch(connection, resource, *, by=CREATED, filters=None):
    """(Ask) -> Page for `sync.Source`, asked without the shared limits: the engine has taken its turn already.

    by        "created", or "updated" for feedback requests, which alone have such a filter
    filters   documented ones, by name, besides the window's own
    Raises Misconfigured when the connection lacks something.
    """
    if by == UPDATED and resource != REQUESTS:
        raise ValueError("Only feedback requests can be asked by their last change.")
    client = Client(connection, paced=False)

    def ask(wanted):
        window = {f"{by}_after": _stamp(wanted.after), f"{by}_before": _stamp(wanted.before)}
        return client.list(resource, filters={**(filters or {}), **window}, sort_by=f"{by}-asc", page=wanted.page)

    return ask


def find(connection, resource):
    """(vendor id) -> row or None for `sync.Source`."""
    client = Client(connection, paced=False)
    return lambda vendor_id: client.find(resource, vendor_id)


def stamp(by=CREATED):
    """(row) -> the time the list is ordered by, for `sync.Source`."""
    return attrgetter(f"{by}_at")


def _stamp(seconds):
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
