"""What the pulse asks of calls at CCAI, and one beat of it."""

from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from calls import selectors, webhooks
from calls.choices import CallStatus
from calls.models import Call
from calls.services import placing
from calls.sync.lost import close_unfinished, reconcile
from calls.sync.tail import tail
from integrations import connections, outages, pulse
from integrations.errors import Misconfigured, VendorError
from integrations.models import Connection

RECONCILE_EVERY = 3  # seconds
HINT_LASTS = 5  # seconds the list is read after a hint: it may show a change a little later than it happened


def anything_live():
    """Whether some call may change at the vendor, or be found there, or the vendor hinted that one has."""
    connection = Connection.objects.of("ccai")
    return connection.can_send and (
        selectors.live_calls().exists()
        or selectors.calls_without_id(connection).exists()
        or cache.get(_hint_key(connection)) is not None
    )


def hint(connection):
    """The vendor says that something happened: its list is read at once. Call it in a transaction or outside."""
    cache.set(_hint_key(connection), True, HINT_LASTS)
    transaction.on_commit(pulse.start, robust=True)


def _hint_key(connection):
    return f"ccai-hint-{connection.pk}"


def tick():
    """One beat. What a vendor does to us is written down and never raised."""
    connection = Connection.objects.of("ccai")
    sweep()
    outage = outages.of(connection)
    if not outage.is_resting:
        _ask(connection, outage)
    webhooks.match_waiting()


def _ask(connection, outage):
    try:
        tail(connection)
        if cache.add(f"calls-reconcile-{connection.pk}", True, RECONCILE_EVERY):
            reconcile(connection)
    except Misconfigured as error:
        connections.pause(connection, error.sentence)
    except VendorError as error:
        outage.goes_on(connection, error.sentence)
    else:
        outage.ends(connection)


def sweep():
    """Turns calls whose asking process is gone into `uncertain`; frees agents of what is too old to be found."""
    now = timezone.now()
    for call in Call.objects.filter(status=CallStatus.NEEDS_AGENT, asked_at__lt=now - selectors.LOST_FOR_GOOD):
        close_unfinished(call, now)
    return placing.give_up_waiting(timezone.now() - timedelta(seconds=placing.deadline()))
