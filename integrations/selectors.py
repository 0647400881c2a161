"""The pages' queries, by name."""

from collections import defaultdict

from django.db.models import Count, Q

from integrations import connections
from integrations.choices import DeliveryState, HookState
from integrations.fields import SecretUnreadable
from integrations.models import Attempt, Connection, Delivery, HookEvent

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


def waiting_by_connection():
    """{connection pk: {"waiting": n, "parked": n}} for connections that have any. One query."""
    states = {DeliveryState.PENDING: "waiting", DeliveryState.PARKED: "parked"}
    rows = Delivery.objects.filter(state__in=states).order_by()
    found = rows.values_list("connection", "state").annotate(n=Count("pk"))
    counts = defaultdict(lambda: {"waiting": 0, "parked": 0})
    for pk, state, n in found:
        counts[pk][states[state]] = n
    return dict(counts)


def attempts_of(deliveries):
    """{delivery pk: [attempts, first to last]} of some deliveries (rows or pks). One query."""
    pks = [getattr(delivery, "pk", delivery) for delivery in deliveries]
    found = defaultdict(list)
    for attempt in Attempt.objects.filter(delivery__in=pks).order_by("delivery", "number"):
        found[attempt.delivery_id].append(attempt)
    return dict(found)


def hook_events_for_a_person():
    """What vendors told us and nothing could be done with, newest first. One query."""
    states = (HookState.SET_ASIDE, HookState.UNMATCHED)
    return HookEvent.objects.filter(state__in=states).order_by("-received_at", "-pk")[:EVENTS_SHOWN]
