"""The named queries of the desk and of the call page."""

from dataclasses import dataclass

from django.db.models import F, Q

from calls.choices import HOLDS_NUMBER, LIVE
from calls.models import Call
from customers import health, phones
from customers.models import Customer

LAST_CALLS = 5  # what fits beside the dial button without scrolling
UP_NEXT = 8
# A panel asks twice a second while few are on the line, so that it shows a change within a second of
# the vendor; with many, once a second keeps two cores free for the rest.
FEW_LIVE_CALLS = 40
POLL_FEW, POLL_MANY = "500ms", "1s"


@dataclass(frozen=True)
class Person:
    """Who is at the other end, as far as known: customer, number, their local time, the line's health."""

    customer: Customer | None
    number: object | None
    local_time: object | None
    zone: str
    zone_is_certain: bool
    health: object | None
    last_calls: list


def person(user, customer=None, number=None, without=None):
    """Everything the desk shows about one person. `without`: the call whose page this is."""
    number = number or (customer.phone if customer else None)
    when, zone, certain = phones.local_time(customer or number) if (customer or number) else (None, "", False)
    return Person(
        customer=customer,
        number=number,
        local_time=when,
        zone=zone,
        zone_is_certain=certain,
        health=health.of(number) if number else None,
        last_calls=last_calls(user, customer, number, without),
    )


def last_calls(user, customer, number, without=None):
    """The latest calls with this customer, who is the user's to see, or with this number; newest first."""
    calls = Call.objects.select_related("agent").order_by("-created_at")
    if customer:
        calls = calls.filter(customer=customer)
    elif number:  # other clients may call it too
        calls = calls.told_to(user).filter(number=number)
    else:
        return []
    return list(calls.exclude(pk=without.pk if without else None)[:LAST_CALLS])


def open_call(user):
    """The call this agent is on, or None."""
    return Call.objects.filter(agent=user, status__in=LIVE).select_related("customer", "number").first()


def my_last_calls(user, limit=10):
    """The agent's own latest calls."""
    return list(Call.objects.filter(agent=user).select_related("customer", "number")[:limit])


def up_next(user):
    """Customers to call: never called first, then the longest ago.

    Nobody who opted out, must not be rung, was the wrong person, or whose number is known to be dead.
    """
    callable_now = Customer.objects.visible_to(user).filter(opted_out_at=None, phone__isnull=False)
    callable_now = callable_now.filter(phone__do_not_call=None, phone__wrong_party_at=None)
    alive = Q(phone__disconnected_at=None) | Q(phone__reached_at__gt=F("phone__disconnected_at"))
    callable_now = callable_now.filter(alive)
    callable_now = callable_now.exclude(phone__calls__status__in=sorted(HOLDS_NUMBER))
    order = F("phone__last_dialled_at").asc(nulls_first=True)
    return list(callable_now.select_related("phone", "location").order_by(order, "pk")[:UP_NEXT])


def poll_interval():
    """How often a live panel asks, as htmx writes it."""
    live = Call.objects.filter(status__in=LIVE)[: FEW_LIVE_CALLS + 1].count()
    return POLL_FEW if live <= FEW_LIVE_CALLS else POLL_MANY
