"""What the pulse asks of calls at Plivo, and one beat of it."""

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from calls import selectors
from calls.plivo import looking, lost
from calls.services import placing
from integrations import connections, outages
from integrations.errors import Misconfigured, VendorError
from integrations.models import Connection

RECONCILE_EVERY = 3  # seconds


def anything_live():
    """Whether a record is due, or some call may be found at Plivo."""
    connection = Connection.objects.of("plivo")
    return connection.can_send and (looking.is_due_soon() or selectors.calls_without_id(connection).exists())


def tick():
    """One beat. What Plivo does to us is written down and never raised."""
    connection = Connection.objects.of("plivo")
    placing.give_up_waiting(timezone.now() - timedelta(seconds=placing.deadline()))
    looking.begin()
    outage = outages.of(connection)
    if not outage.is_resting:
        _ask(connection, outage)


def _ask(connection, outage):
    try:
        looking.look_at_due(connection)
        if cache.add(f"calls-reconcile-{connection.pk}", True, RECONCILE_EVERY):
            lost.reconcile(connection)
    except Misconfigured as error:
        connections.pause(connection, error.sentence)
    except VendorError as error:
        outage.goes_on(connection, error.sentence)
    else:
        outage.ends(connection)
