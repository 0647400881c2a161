"""The named queries of the desk and of the call page."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from calls import planned
from calls.choices import HOLDS_NUMBER, LIVE, WAITS
from calls.models import Call, Callback
from customers import do_not_call_list, health, hours, phones
from customers.models import Customer, DoNotCall, PhoneNumber

LAST_CALLS = 5  # what fits beside the dial button without scrolling
UP_NEXT = 8
# So many are judged by the clock where they are to find eight who can be called now: at night most cannot.
LOOK_AT = 60
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
    ruling: object | None  # whether the hour allows a call
    blocked: list  # entries of the do-not-call list
    last_calls: list
    planned: list


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
        health=health.of(number, customer) if number else None,
        ruling=hours.Book().ruling(_whom(customer, number)) if number else None,
        blocked=do_not_call_list.of_number(user, number) if number else [],
        last_calls=last_calls(user, customer, number, without),
        planned=planned.waiting_for(user, customer, number),
    )


def _whom(customer, number):
    """The customer where it is their own number, so that their own time zone counts."""
    return customer if customer and number == customer.phone else number


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
    """Customers to call, each with its `ruling`: whom the hour allows first; then never called, then the longest ago.

    Nobody who opted out, must not be rung, was the wrong person, or whose number is known to be dead.
    """
    customers = _callable(user)
    numbers = _longest_ago(PhoneNumber.objects.filter(_may_be_rung(), Exists(customers.filter(phone=OuterRef("pk")))))
    found = customers.filter(phone__in=numbers).select_related("phone", "location").order_by("pk")
    first = sorted(found, key=lambda one: numbers.index(one.phone_id))[:LOOK_AT]
    return sorted(hours.Book().mark(first), key=lambda one: not one.ruling.is_allowed)[:UP_NEXT]


def _callable(user):
    """The customers of this person who want to be called, or have not said otherwise."""
    blocked = DoNotCall.objects.holding().filter(
        Q(account=None) | Q(account=OuterRef("location__account")), number=OuterRef("phone")
    )
    return Customer.objects.visible_to(user).filter(~Exists(blocked), opted_out_at=None)


def _may_be_rung():
    """The Q of numbers that are alive, the right person's, free, and not promised another time."""
    right = Q(wrong_party_at=None) | Q(right_party_at__gte=F("wrong_party_at"))
    alive = Q(disconnected_at=None) | Q(reached_at__gt=F("disconnected_at"))
    free = Q(ccai_blocked_at=None) | Q(ccai_blocked_until__lte=timezone.now())
    promised = Callback.objects.filter(number=OuterRef("pk"), state__in=WAITS)
    taken = Call.objects.filter(number=OuterRef("pk"), status__in=sorted(HOLDS_NUMBER))
    return right & alive & free & ~Exists(promised) & ~Exists(taken)


def _longest_ago(numbers):
    """Keys of LOOK_AT numbers: those never dialled, then those dialled the longest ago. Each half walks the index, and
    where it is never dialled numbers that fill the list the other is not asked for."""
    never = list(_keys(numbers.filter(last_dialled_at=None))[:LOOK_AT])
    rest = LOOK_AT - len(never)
    return never + (list(_keys(numbers.filter(last_dialled_at__isnull=False))[:rest]) if rest else [])


def _keys(numbers):
    return numbers.order_by("last_dialled_at", "pk").values_list("pk", flat=True)


def poll_interval():
    """How often a live panel asks, as htmx writes it."""
    live = Call.objects.filter(status__in=LIVE)[: FEW_LIVE_CALLS + 1].count()
    return POLL_FEW if live <= FEW_LIVE_CALLS else POLL_MANY
