"""The pages' queries, by name."""

from django.db.models import Count, Q

from integrations import connections
from integrations.choices import DeliveryState, HookState
from integrations.fields import SecretUnreadable
from integrations.models import Connection, HookEvent

EVENTS_SHOWN = 100  # a page a person can read; older ones are found in the admin


def connection_rows():
    """Every connection with `waiting` and `parked` deliveries and `differing` variables. One query."""
    of_state = {
        "waiting": Count("deliveries", filter=Q(deliveries__state=DeliveryState.PENDING)),
        "parked": Count("deliveries", filter=Q(deliveries__state=DeliveryState.PARKED)),
    }
    rows = list(Connection.objects.annotate(**of_state))
    for row in rows:
        row.differing = differing_of(row)
    return sorted(rows, key=lambda row: (not row.is_on, str(row)))


def differing_of(row):
    """Names of the variables that differ; none when the secret cannot be opened, which its page says."""
    try:
        return connections.differing(row)
    except SecretUnreadable:
        return []


def hook_events_for_a_person():
    """What vendors told us and nothing could be done with, newest first. One query."""
    states = (HookState.SET_ASIDE, HookState.UNMATCHED)
    return HookEvent.objects.filter(state__in=states).order_by("-received_at", "-pk")[:EVENTS_SHOWN]
