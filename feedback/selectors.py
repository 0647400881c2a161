"""The named queries of this room's pages. Each has a pinned number of queries in its test."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from calls.choices import LIVE, WRAPPABLE
from calls.models import Call
from feedback.access import deliveries_visible_to
from feedback.models import RatingLeg
from integrations.choices import DeliveryState
from integrations.models import Connection
from integrations.text import clean

TRAY_SHOWS = 5  # names beside the count; the rest is on the page
UNFINISHED_SHOWS = 100
GROUP_SHOWS = 20  # causes, and rows of each
NEWEST_PARKED = 200
LATEST = 10
LAST_CALLS = 5  # what fits beside the dial button


def unfinished(user):
    """Ended, due and not rated: the wrap-ups that wait, of the calls this person may see, oldest first."""
    calls = Call.objects.visible_to(user).filter(wrap_up_due_at__isnull=False, rating=None, status__in=WRAPPABLE)
    return calls.select_related("customer", "number", "agent", "location", "draft").order_by("wrap_up_due_at", "pk")


def own_unfinished(user):
    """Those of the person's own calls."""
    return unfinished(user).filter(agent=user)


def tray(user):
    """(calls to name, how many in all) for the tray on every page."""
    waiting = list(own_unfinished(user)[: TRAY_SHOWS + 1])
    if len(waiting) <= TRAY_SHOWS:
        return waiting, len(waiting)
    return waiting[:TRAY_SHOWS], own_unfinished(user).count()


@dataclass(frozen=True)
class Unfinished:
    mine: list
    of_others: list


def unfinished_page(user):
    """The person's own first; for supervisors those of their locations beside them."""
    mine = list(own_unfinished(user)[:UNFINISHED_SHOWS])
    others = unfinished(user).exclude(agent=user)[:UNFINISHED_SHOWS] if user.is_supervisor else []
    return Unfinished(mine, list(others))


def call_rows(calls):
    """What a row of the calls list shows, prefetched: the same number of queries for one row and for fifty."""
    legs = RatingLeg.objects.select_related("delivery")
    related = calls.select_related("customer", "number", "agent", "location", "rating")
    return related.prefetch_related(Prefetch("rating__legs", queryset=legs))


def latest_calls(user):
    """The newest calls of what a supervisor watches."""
    return list(call_rows(Call.objects.visible_to(user))[:LATEST])


def last_calls_of(customer, without=None):
    """The customer's latest calls with what each came to, newest first. `without`: id of a call to leave out."""
    calls = customer.calls.select_related("agent", "rating").exclude(pk=without)
    return list(calls.order_by("-created_at", "-pk")[:LAST_CALLS])


@dataclass(frozen=True)
class Now:
    """The team this minute."""

    on_a_call: int
    wrapping_up: int
    unfinished: int
    at: object


def team_now(user):
    """Who is on a call, who wraps up, and what waits past its time; one query."""
    now = timezone.now()
    waits = Q(wrap_up_due_at__isnull=False, rating=None, status__in=WRAPPABLE)
    # What is live or waits is a small part of the table; both conditions have their own index.
    calls = Call.objects.visible_to(user).filter(Q(status__in=LIVE) | waits)
    counts = calls.aggregate(
        on_a_call=Count("pk", filter=Q(status__in=LIVE), distinct=True),
        wrapping_up=Count("pk", filter=waits & Q(wrap_up_due_at__gt=now), distinct=True),
        unfinished=Count("pk", filter=waits & Q(wrap_up_due_at__lte=now), distinct=True),
    )
    return Now(**counts, at=now)


def need_a_person(user):
    """Parked deliveries this person may see, newest first, ready to be shown."""
    parked = deliveries_visible_to(user).filter(state=DeliveryState.PARKED)
    return delivery_rows(parked).order_by("-done_at", "-pk")


def delivery_rows(deliveries):
    """Deliveries with connection, attempts and the call each belongs to."""
    legs = RatingLeg.objects.select_related("rating__call__customer", "rating__call__number")
    return deliveries.select_related(
        "connection", "flag_leg__call__customer", "flag_leg__call__number"
    ).prefetch_related("attempts", Prefetch("rating_legs", queryset=legs))


@dataclass(frozen=True)
class Cause:
    """Parked deliveries of one vendor with one reason; `rows` are the newest few."""

    connection: object
    reason: str
    count: int
    rows: list


def causes(user):
    """What needs a person, grouped by vendor and reason; the largest group first."""
    parked = deliveries_visible_to(user).filter(state=DeliveryState.PARKED).order_by()
    groups = parked.values("connection", "reason").annotate(count=Count("pk")).order_by("-count", "reason")
    connections = Connection.objects.in_bulk()
    newest = list(need_a_person(user)[:NEWEST_PARKED])
    return [
        Cause(connections[group["connection"]], group["reason"], group["count"], _rows_of(group, newest))
        for group in groups[:GROUP_SHOWS]
    ]


def _rows_of(group, deliveries):
    return [row for row in deliveries if _is_in(row, group)][:GROUP_SHOWS]


def _is_in(delivery, group):
    return delivery.connection_id == group["connection"] and delivery.reason == group["reason"]


def parked_of_cause(user, vendor, reason):
    """The deliveries of one cause, for trying all of them again."""
    parked = deliveries_visible_to(user).filter(state=DeliveryState.PARKED, connection__vendor=vendor)
    return parked.filter(reason=clean(reason))


def call_of(delivery):
    """The call a delivery tells about, from what delivery_rows prefetched; None for none."""
    for leg in delivery.rating_legs.all():
        return leg.rating.call
    flag_leg = getattr(delivery, "flag_leg", None)
    return flag_leg.call if flag_leg else None


def day_began():
    """Midnight in the reader's zone."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def days_ago(days):
    """Midnight `days` days before today, in the reader's zone."""
    return day_began() - timedelta(days=days)
