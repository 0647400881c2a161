"""When somebody who was not reached is tried again: which plan holds for whom, and the times it gives."""

from datetime import timedelta

from django.db.models import F

from calls import clocks
from calls.choices import Wait
from calls.models import RetryPlan
from customers import hours

_SPANS = {
    Wait.MINUTES_5: timedelta(minutes=5),
    Wait.MINUTES_15: timedelta(minutes=15),
    Wait.MINUTES_30: timedelta(minutes=30),
    Wait.HOUR: timedelta(hours=1),
    Wait.HOURS_2: timedelta(hours=2),
    Wait.HOURS_4: timedelta(hours=4),
}


def plan_for(account):
    """The RetryPlan of a ClientAccount (or None): its own, else the one for all, else the values we begin with."""
    plans = RetryPlan.objects.filter(account=None)
    if account:
        plans = (plans | RetryPlan.objects.filter(account=account)).order_by(F("account").asc(nulls_last=True))
    return plans.select_related("account").first() or RetryPlan()


def wait_after(plan, ending):
    """The Wait of a plan after a call that ended so ("busy", "no_answer", "voicemail", "failed"; others: none)."""
    return Wait(getattr(plan, ending)) if ending in ENDINGS else Wait.NEVER


ENDINGS = ("busy", "no_answer", "voicemail", "failed")


def next_try(wait, tried_at, now, customer, number, location=None):
    """When to try again (aware); whoever writes it down moves it into the hours for calls.

    Counted from the try itself; where that time is over already, from now.
    """

    def is_allowed(moment):
        return hours.may_call_at(customer or number, moment, location)

    if wait == Wait.NEXT_DAY:
        clock = clocks.clock_of(customer, number, location)
        asked = clocks.next_day(tried_at, clock, now, is_allowed)
    else:
        asked = tried_at + _SPANS[wait]
    return max(asked, now)
