"""Writes whom the calls are with and who makes them, and says where each stands."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.choices import Role
from accounts.models import User
from config.big_world import cast, numbers
from customers.choices import LineType
from customers.models import ClientAccount, Customer, Location, NumberLookup, PhoneNumber
from feedback.models import MessageTemplate
from integrations.models import Connection

SIGN_UP_DAYS = 900  # customers came to us over so many days
CARRIERS = ("AT&T", "T-Mobile USA", "Verizon Wireless", "Comcast Phone", "Bandwidth.com")


@dataclass
class Cast:
    """Everybody by their number in the world, with their keys in the database."""

    places: list
    place_keys: list
    agent_keys: list
    supervisor_keys: list
    agents_at: list  # place → numbers of agents
    skills: list  # agent → (how good, how much better of late)
    customers_at: list  # place → numbers of customers
    place_of: list  # customer → place
    first_customer: int
    first_number: int
    numbers: list  # customer → E.164
    response_ids: list  # customer → Trestle's, "" where it told none
    vendors: dict = field(default_factory=dict)  # vendor → key of its connection
    templates: list = field(default_factory=list)  # keys


def write(plan, store):
    """All of them. Returns the Cast."""
    dice = random.Random(f"people {plan.seed}")  # noqa: S311  (a story, not a secret)
    vendors = {vendor: Connection.objects.get_or_create(vendor=vendor)[0].pk for vendor in _VENDORS}
    places = cast.places()
    place_keys = _places(store, places, vendors["feedbackapi"])
    agent_keys, supervisor_keys = _users(plan, store, dice, places)
    agents_at = _members(store, dice, place_keys, agent_keys, supervisor_keys)
    place_of, first_customer, first_number, response_ids = _customers(plan, store, dice, places, place_keys, vendors)
    customers_at = [[] for _ in places]
    for customer, place in enumerate(place_of):
        customers_at[place].append(customer)
    skills = [(dice.gauss(0, 0.07), dice.choice((0, 0, 0, 0.12, -0.08))) for _ in agent_keys]
    return Cast(
        places, place_keys, agent_keys, supervisor_keys, agents_at, skills, customers_at, place_of, first_customer,
        first_number, [numbers.number(first_number + n - 1) for n in range(plan.customers)], response_ids, vendors,
         _templates(vendors["feedbackapi"]),
    )  # fmt: skip


_VENDORS = ("ccai", "plivo", "telesign", "trestle", "feedbackapi")


def _places(store, places, feedbackapi):
    first = store.keys(ClientAccount, len(cast.ACCOUNTS))
    store.write(
        ClientAccount,
        ("id", "connection_id", "vendor_id", "name"),
        [(first + n, feedbackapi, f"wA{first + n}", name) for n, name in enumerate(cast.ACCOUNTS)],
    )
    keys = _run(store.keys(Location, len(places)), len(places))
    store.write(
        Location,
        ("id", "connection_id", "vendor_id", "account_id", "name", "country_code", "time_zone"),
        [
            (key, feedbackapi, f"wL{key}", first + place.account, place.name, place.country, place.zone)
            for key, place in zip(keys, places, strict=True)
        ],
    )
    return keys


def _users(plan, store, dice, places):
    """Nobody can sign in as one of them: they have no password."""
    supervisors = len(cast.SUPERVISORS)
    keys = _run(store.keys(User, cast.AGENTS + supervisors), cast.AGENTS + supervisors)
    joined = plan.until - timedelta(days=500)
    rows = [
        (
            key, f"world-{key}@world.example", f"world-{key}@world.example", cast.name_of(dice.randrange(10_000)),
            Role.AGENT.value if n < cast.AGENTS else Role.SUPERVISOR.value,
            n >= cast.AGENTS and cast.SUPERVISORS[n - cast.AGENTS] is None,
            places[n % len(places)].zone, make_password(None), joined,
        )
        for n, key in enumerate(keys)
    ]  # fmt: skip
    columns = (
        "id",
        "email",
        "ccai_email",
        "name",
        "role",
        "sees_all_locations",
        "time_zone",
        "password",
        "date_joined",
    )
    store.write(User, columns, rows)
    return keys[: cast.AGENTS], keys[cast.AGENTS :]


def _members(store, dice, place_keys, agent_keys, supervisor_keys):
    """Who belongs where; gives place → numbers of its agents."""
    agents_at, pairs = [[] for _ in place_keys], []
    for agent, key in enumerate(agent_keys):
        first = agent % len(place_keys)  # so that each place has somebody
        others = [place for place in range(len(place_keys)) if place != first]
        for place in (first, *dice.sample(others, cast.PLACES_OF_AN_AGENT - 1)):
            agents_at[place].append(agent)
            pairs.append((place_keys[place], key))
    for key, count in zip(supervisor_keys, cast.SUPERVISORS, strict=True):
        pairs += [(place, key) for place in place_keys[: count or 0]]
    through = Location.members.through
    first = store.keys(through, len(pairs))
    store.write(through, ("id", "location_id", "user_id"), [(first + n, *pair) for n, pair in enumerate(pairs)])
    return agents_at


def _customers(plan, store, dice, places, place_keys, vendors):
    count = plan.customers
    place_of = dice.choices(range(len(places)), weights=[place.weight for place in places], k=count)
    place_of[: len(places)] = range(len(places))[:count]  # nowhere is nobody
    first, first_number = store.keys(Customer, count), store.keys(PhoneNumber, count)
    known_at = [plan.until - timedelta(seconds=dice.randrange(SIGN_UP_DAYS * 86_400)) for _ in range(count)]
    known_at = [at.replace(microsecond=0).astimezone(UTC) for at in known_at]
    lines = [(dice.randrange(5, 100), dice.choice(_LINES), dice.choice(CARRIERS)) for _ in range(count)]
    store.write(
        PhoneNumber,
        ("id", "e164", "region", "activity_score", "line_type", "carrier", "looked_up_at"),
        [(first_number + n, numbers.number(first_number + n - 1), "US", *lines[n], known_at[n]) for n in range(count)],
    )
    response_ids = [f"T_{dice.getrandbits(96):024x}" if dice.random() < 0.7 else "" for _ in range(count)]
    _look_ups(store, first_number, known_at, response_ids)
    store.write(
        Customer,
        _CUSTOMER,
        [
            _customer(dice, plan, n, first + n, first_number + n, places[place_of[n]], place_keys[place_of[n]],
                      vendors["feedbackapi"], known_at[n])
            for n in range(count)
        ],
    )  # fmt: skip
    return place_of, first, first_number, response_ids


_LINES = (LineType.MOBILE.value,) * 6 + (LineType.LANDLINE.value, LineType.FIXED_VOIP.value)
_CUSTOMER = (
    "id", "connection_id", "vendor_id", "vendor_created_at", "vendor_raw", "location_id", "name", "email",
    "country_code", "phone_id", "language", "time_zone", "out_contact_id", "opted_out_at", "created_at",
)  # fmt: skip


def _customer(dice, plan, n, key, number, place, place_key, feedbackapi, known_at):
    email = "" if n % 9 == 4 else f"customer{key}@world.example"
    opted_out = plan.until - timedelta(days=dice.randrange(1, 300)) if dice.random() < 0.01 else None
    raw = f'{{"id":"wC{key}","email":"{email}","country_code":"{place.country}","locations":["wL{place_key}"]}}'
    return (
        key, feedbackapi, f"wC{key}", known_at, raw, place_key, cast.name_of(dice.randrange(100_000)), email,
        place.country, number, dice.choice(cast.LANGUAGES), place.zone, f"W-{key}", opted_out, known_at,
    )  # fmt: skip


def _look_ups(store, first_number, known_at, response_ids):
    first = store.keys(NumberLookup, len(known_at))
    store.write(
        NumberLookup,
        ("id", "number_id", "at", "response_id"),
        [(first + n, first_number + n, known_at[n], response_ids[n]) for n in range(len(known_at))],
    )


def _templates(feedbackapi):
    return [
        MessageTemplate.objects.get_or_create(
            connection_id=feedbackapi, vendor_id=vendor_id, account=None, defaults={"name": name, "channel": channel}
        )[0].pk
        for vendor_id, name, channel, _ in cast.TEMPLATES
    ]


def moment(seconds):
    """Seconds since 1970 as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _run(first, count):
    return list(range(first, first + count))
