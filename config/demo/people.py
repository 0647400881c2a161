"""Writes the cast: accounts, locations, people, customers and what is known of their numbers."""

import random
import uuid
from datetime import timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import User
from config.demo import cast
from config.demo.sign_ins import PASSWORD
from customers.models import CallingRule, ClientAccount, Customer, DoNotCall, Location, NumberLookup, PhoneNumber
from integrations.models import Connection

CARRIERS = ("AT&T", "T-Mobile USA", "Verizon Wireless", "Comcast Phone", "Bandwidth.com")


def write(now, seed):
    """All of the cast. Returns (agents, customers) in the order of the cast."""
    locations = _locations()
    people = _people(locations)
    customers = _customers(now, locations)
    _look_ups(now, customers, random.Random(f"look-ups {seed}"))  # noqa: S311  (a story, not a secret)
    _closed_doors(now, customers, people)
    _calling_rules()
    # A default caller id to choose from, where no admin has entered any.
    for vendor, numbers in (("ccai", cast.CALLER_IDS), ("plivo", cast.CALLER_IDS), ("telesign", cast.LEASED)):
        Connection.objects.filter(vendor=vendor, caller_ids=[]).update(caller_ids=numbers)
    return [person for person in people if person.role == "agent"], customers


def _locations():
    rows = {}
    for account, places in cast.ACCOUNTS.items():
        owner = ClientAccount.objects.create(name=account)
        for name, zone in places.items():
            *lines, postal_code, country = cast.ADDRESSES[name]
            rows[name] = Location.objects.create(
                account=owner, name=name, time_zone=zone, address_line_1=lines[0], address_line_2=lines[1],
                address_line_3=lines[2] or "", postal_code=postal_code, country_code=country,
            )  # fmt: skip
    return rows


def _people(locations):
    password = make_password(PASSWORD)  # once: a slow hash for each would take seconds
    rows = User.objects.bulk_create(
        User(
            email=person.email,
            name=person.name,
            role=person.role,
            password=password,
            time_zone=person.time_zone,
            ccai_email=person.email,
            phone=f"+1201555{100 + place:04d}",  # for fiction; the sandbox picks up there
            default_caller_id=cast.CALLER_IDS[0],
            sees_all_locations=person.role == "admin",
            is_staff=person.role == "admin",
            is_superuser=person.role == "admin",
        )
        for place, person in enumerate(cast.PEOPLE)
    )
    for row, person in zip(rows, cast.PEOPLE, strict=True):
        for name in person.locations:
            locations[name].members.add(row)
    return rows


def _customers(now, locations):
    rows = []
    for place, (name, language) in enumerate(cast.CUSTOMERS):
        location = locations[cast.location_of(place)]
        rows.append(
            Customer.objects.create(
                name=name,
                language=language,
                location=location,
                time_zone=location.time_zone,
                phone=_number(place, name),
                email="" if place % 7 == 3 else f"customer{place:02d}@example.com",
                out_contact_id=f"C-{10400 + place * 7}",
                opted_out_at=now - timedelta(days=6 + place % 5) if name in cast.OPTED_OUT else None,
                created_at=now - timedelta(days=40 + place * 3),
            )
        )
    return rows


def _number(place, name):
    if name in cast.WITHOUT_NUMBER:
        return None
    names = [other for other, _ in cast.CUSTOMERS]
    own = names.index(cast.SAME_LINE.get(name, name))
    e164 = cast.OUTSIDE_NEW_YORK if own == len(names) - 2 else cast.number_of(own)
    return PhoneNumber.objects.get_or_create(e164=e164, defaults={"region": "US"})[0]


def _look_ups(now, customers, dice):
    """Most numbers were looked up once; one in five answers carried no response id."""
    for customer in customers:
        if customer.phone is None or dice.random() < 0.2:
            continue
        at = now - timedelta(days=dice.randint(22, 60))
        line = dice.choice(["Mobile", "Mobile", "Mobile", "Landline", "FixedVOIP", "NonFixedVOIP"])
        score = dice.randint(4, 29) if customer.name in cast.DEAD_LINES else dice.randint(45, 99)
        facts = {"activity_score": score, "line_type": line, "carrier": dice.choice(CARRIERS)}
        response_id = "" if dice.random() < 0.2 else f"T_{uuid.UUID(int=dice.getrandbits(128), version=4)}"
        raw = {"phone_number": customer.phone.e164, "is_valid": True, "country_code": "US", **facts}
        if response_id:
            raw["response_id"] = response_id
        NumberLookup.objects.create(number=customer.phone, at=at, response_id=response_id, raw=raw)
        PhoneNumber.objects.filter(pk=customer.phone_id).update(looked_up_at=at, **facts)


def _closed_doors(now, customers, people):
    """Numbers nobody calls, whatever the calls of the story add to them."""
    supervisor = next(person for person in people if person.role == "supervisor")
    for customer in customers:
        if customer.name in cast.NEVER_CALL:
            DoNotCall.objects.create(
                number=customer.phone,
                at=now - timedelta(days=12),
                by=supervisor,
                why=cast.NEVER_CALL[customer.name],
            )


def _calling_rules():
    """Numbers for fiction ring nobody, so the demo can be tried at any hour; one account keeps hours to be seen."""
    around_the_clock = [["00:00", "00:00"]] * 7
    CallingRule.objects.create(week=around_the_clock, most_a_day=20)
    account = ClientAccount.objects.get(name=cast.KEEPS_HOURS)
    weekdays = [["09:00", "19:00"]] * 6 + [None]
    CallingRule.objects.create(account=account, week=weekdays, supervisor_may=True)
