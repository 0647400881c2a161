"""The named queries of this room's pages. Each has a pinned number of queries in its test."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Prefetch
from django.utils import timezone

from calls.models import Call
from feedback.access import deliveries_visible_to
from feedback.models import FeedbackRequest, RatingLeg, RequestBatch
from feedback.request_status import with_status
from integrations.choices import DeliveryState
from integrations.models import Connection, Delivery
from integrations.text import clean

TRAY_SHOWS = 5  # names beside the count; the rest is on the page
UNFINISHED_SHOWS = 100
UNFINISHED_CAP = 999  # nobody finishes a thousand: "999+" says as much
GROUP_SHOWS = 20  # causes
CAUSE_SHOWS = 5  # rows of each: they are tried again all at once, and the list has them all
NEWEST_PARKED = 200  # among which they are looked for
LAST_CALLS = 5  # what fits beside the dial button


def unfinished(user):
    """Ended, due and not rated: the wrap-ups that wait, of the calls this person may see, oldest first."""
    return _waiting_for_a_wrap_up(Call.objects.visible_to(user))


def _waiting_for_a_wrap_up(calls):
    waiting = calls.ended().filter(wrap_up_due_at__isnull=False, wrapped_up_at=None)
    return waiting.select_related("customer", "number", "agent", "location", "draft").order_by("wrap_up_due_at", "pk")


def own_unfinished(user):
    """Those of the person's own calls."""
    return _waiting_for_a_wrap_up(Call.objects.filter(agent=user))


def tray(user):
    """(calls to name, how many in all, counted to UNFINISHED_CAP + 1) for the tray on every page."""
    waiting = list(own_unfinished(user)[: TRAY_SHOWS + 1])
    if len(waiting) <= TRAY_SHOWS:
        return waiting, len(waiting)
    return waiting[:TRAY_SHOWS], _counted(own_unfinished(user))


def _counted(calls):
    return calls.order_by().values("pk")[: UNFINISHED_CAP + 1].count()


@dataclass(frozen=True)
class Unfinished:
    mine: list
    of_others: list


def unfinished_page(user):
    """The person's own first; for supervisors those of their locations beside them."""
    mine = list(own_unfinished(user)[:UNFINISHED_SHOWS])
    others = unfinished(user).exclude(agent=user)[:UNFINISHED_SHOWS] if user.is_supervisor else []
    return Unfinished(mine, list(others))


def last_calls_of(customer, without=None):
    """The customer's latest calls with what each came to, newest first. `without`: id of a call to leave out."""
    calls = customer.calls.select_related("agent", "rating").exclude(pk=without)
    return list(calls.order_by("-created_at", "-pk")[:LAST_CALLS])


def need_a_person(user):
    """Parked deliveries this person may see, newest first, ready to be shown."""
    parked = deliveries_visible_to(user).filter(state=DeliveryState.PARKED)
    return delivery_rows(parked).order_by("-done_at", "-pk")


def delivery_rows(deliveries):
    """Deliveries with connection, attempts and the call or the request each belongs to."""
    legs = RatingLeg.objects.select_related("rating__call__customer", "rating__call__number")
    asked = FeedbackRequest.objects.select_related("customer")
    return deliveries.select_related(
        "connection", "flag_leg__call__customer", "flag_leg__call__number"
    ).prefetch_related(
        "attempts", Prefetch("rating_legs", queryset=legs), Prefetch("feedback_requests", queryset=asked)
    )


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
    connections, shown = Connection.objects.in_bulk(), _newest_of_causes(parked)
    return [
        Cause(connections[at], reason, group["count"], shown.get((at, reason), []))
        for group in groups[:GROUP_SHOWS]
        for at, reason in [(group["connection"], group["reason"])]
    ]


def _newest_of_causes(parked):
    """{(connection, reason): the newest CAUSE_SHOWS} of the newest; only these are read whole."""
    by_cause = defaultdict(list)
    newest = parked.order_by("-done_at", "-pk").values_list("pk", "connection", "reason")
    for pk, *cause in newest[:NEWEST_PARKED]:
        by_cause[tuple(cause)].append(pk)
    keys = [pk for some in by_cause.values() for pk in some[:CAUSE_SHOWS]]
    rows = {row.pk: row for row in delivery_rows(Delivery.objects.filter(pk__in=keys))}
    return {cause: [rows[pk] for pk in some[:CAUSE_SHOWS]] for cause, some in by_cause.items()}


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


def request_rows(requests):
    """What a line of the list of requests shows, of requests out of `with_status`."""
    return requests.select_related("customer", "location", "template", "delivery", "cancelled_by", "requested_by")


def last_requests_of(customer, user):
    """The customer's latest requests that this person may see, newest first."""
    mine = with_status(FeedbackRequest.objects.visible_to(user).filter(customer=customer))
    return list(request_rows(mine).order_by("-requested_at", "-pk")[:LAST_CALLS])


def last_batches(user):
    """The person's latest lists of requests, newest first."""
    return list(RequestBatch.objects.filter(made_by=user).select_related("template")[:LAST_CALLS])


def request_of(delivery):
    """The request for feedback a delivery sends, from what delivery_rows prefetched; None for none."""
    return next(iter(delivery.feedback_requests.all()), None)


def day_began():
    """Midnight in the reader's zone."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def period_began(period):
    """When "today", or so many days as text ("7" are today and the six before it), began in the reader's zone."""
    return day_began() - timedelta(days=0 if period == "today" else int(period) - 1)
