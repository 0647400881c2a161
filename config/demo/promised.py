"""Calls that were promised or are tried again: a few due now, one overdue, one anyone's, some for later."""

from datetime import timedelta

from accounts.models import User
from calls import clocks
from calls.choices import CallbackOrigin
from calls.models import Call, Callback, CallbackEvent
from config.demo import cast
from config.demo.sign_ins import email
from customers.hours import Book
from customers.models import Customer
from feedback.choices import Outcome

MINUTE = timedelta(minutes=1)
RELEASED_AFTER = 30 * MINUTE  # what a retry plan begins with
NOBODYS = cast.OPTED_OUT | cast.WITHOUT_NUMBER | cast.DEAD_LINES | cast.OTHERS_ANSWER | set(cast.NEVER_CALL)
NOTES = ("Wants to hear what the crown costs", "", "Asked for a morning appointment", "", "Bring the last invoice")


def write(now):
    """As of `now` (aware). The due ones are of people who may be called at this hour."""
    agent, colleague = (User.objects.get(email=address) for address in (email("agent"), "agent2@demo.test"))
    awake, others = _people(agent, now)
    due = [(-25 * MINUTE, agent), (-8 * MINUTE, None), (-3 * MINUTE, agent), (-70 * MINUTE, colleague)]
    for number, ((ago, owner), customer) in enumerate(zip(due, awake, strict=False)):
        _callback(customer, owner, now + ago, now, NOTES[number], is_retry=number == 2)
    for number, customer in enumerate((awake[len(due) :] + others)[:4]):
        clock = clocks.clock_of(customer, None)
        at = clocks.tomorrow(clock, now) + number * 45 * MINUTE
        _callback(customer, agent if number % 2 else None, at, now, NOTES[-number], is_retry=number in (1, 3))


def _people(agent, now):
    """(customers of the agent's who may be called now, the rest): each with a number of their own and a past call."""
    mine = Customer.objects.filter(location__members=agent, calls__isnull=False, phone__isnull=False).distinct()
    mine = mine.exclude(name__in=NOBODYS | set(cast.SAME_LINE) | set(cast.SAME_LINE.values()))
    mine = mine.filter(phone__do_not_call=None, phone__wrong_party_at=None).select_related("phone", "location__account")
    book, split = Book(now), ([], [])
    for customer in mine.order_by("pk"):
        split[not book.ruling(customer).is_allowed].append(customer)
    return split


def _callback(customer, owner, at, now, note, is_retry):
    call = Call.objects.filter(customer=customer).select_related("agent").order_by("-created_at").first()
    made = min(call.ended_at or call.created_at, now)
    row = Callback.objects.create(
        origin=CallbackOrigin.RETRY if is_retry else CallbackOrigin.PROMISE,
        customer=customer,
        number=customer.phone,
        location=customer.location,
        from_call=call,
        promised_at=at.replace(second=0, microsecond=0),
        zone=customer.time_zone,
        owner=owner,
        released_at=at + RELEASED_AFTER if owner else None,
        reason=Outcome.NO_ANSWER.label if is_retry else Outcome.CALLBACK.label,
        note="" if is_retry else note,
        try_number=2 if is_retry else 1,
        tries=3 if is_retry else 1,
        made_by=call.agent,
        made_at=made,
    )
    CallbackEvent.objects.create(callback=row, at=made, word="made", promised_at=row.promised_at, by=call.agent)
