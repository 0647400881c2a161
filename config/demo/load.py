"""Fills an empty database with the demo world, once."""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.demo import (
    asked,
    calls,
    cases,
    cast,
    deliveries,
    linked,
    mirror,
    people,
    promised,
    since,
    story,
    surveys,
    there,
    watched,
)
from config.demo.sign_ins import email
from customers.models import Customer

SEED = 5550100


class NotEmpty(Exception):
    """Somebody's own data is here; a demo with a known password has no place in it."""


def is_loaded():
    return User.objects.filter(email=email("admin")).exists()


def load(now=None, seed=SEED):
    """Writes the world as of `now` (aware), all or nothing. Returns the number of calls. Raises NotEmpty."""
    now = now or timezone.now()
    with transaction.atomic():
        if User.objects.exists() or Customer.objects.exists():
            raise NotEmpty("This database has people of its own; the demo world goes into an empty one only.")
        agents, _ = people.write(now, seed)
        told = story.tell(now, _lines(), _desks(), seed)
        _at_feedbackapi(there.There(now, seed), told, agents, seed)
        watched.write(now)
    return len(told)


def _at_feedbackapi(world, told, agents, seed):
    """The calls with everything that was reported about them, and FeedbackAPI's side of the same story."""
    linked.write(world)
    customers = list(Customer.objects.select_related("location__account", "phone").order_by("pk"))
    past = surveys.tell(world.now, told, _askable(customers), seed)
    wishes = {one.call: asked.wish(one, customers[one.customer].location) for one in past}
    ratings = calls.write(told, agents, customers, seed, wishes)
    made = asked.write_there(world, past, customers)
    payloads = {one.call: (asked.payload(one, ratings[one.call].call), made[one.call]) for one in past}
    asked.write_here(past, ratings, made, deliveries.write(ratings, seed, payloads))
    mirror.read_all(world)
    since.write(world.now)
    cases.write(world.now)
    promised.write(world.now)


def _askable(customers):
    """Place in the cast → the channels by which that customer can be asked for feedback."""
    return {
        place: [channel for channel, there in (("email", one.email), ("sms", one.phone)) if there]
        for place, one in enumerate(customers)
        if one.vendor_id and one.opted_out_at is None
    }


def _lines():
    """The customers as the story sees them, by their place in the cast."""
    zones = {name: zone for places in cast.ACCOUNTS.values() for name, zone in places.items()}
    return [
        story.Line(place, ZoneInfo(zones[cast.location_of(place)]), _temper(name))
        for place, (name, _) in enumerate(cast.CUSTOMERS)
    ]


def _temper(name):
    if name in cast.OPTED_OUT | cast.WITHOUT_NUMBER | set(cast.NEVER_CALL):
        return "never"
    if name in cast.DEAD_LINES:
        return "dead"
    return "other" if name in cast.OTHERS_ANSWER else "answers"


def _desks():
    """For each agent of the cast, the places of the customers at their locations."""
    agents = [person for person in cast.PEOPLE if person.role == "agent"]
    return [
        [place for place in range(len(cast.CUSTOMERS)) if cast.location_of(place) in agent.locations]
        for agent in agents
    ]
