"""The cast: few people, two client accounts, three locations, a handful of customers.

    Northwind Dental   Riverside (agent, colleague, supervisor)   Harbor (supervisor)
    Blue Oak Vets      Oak Street (elsewhere)

admin sees every location; stranger sees none. Small `make_…` functions build one row each with
believable defaults; tests name only what they are about.
"""

import itertools
from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from calls.choices import CallStatus, Kind, Provider
from calls.models import Call, Callback
from customers.models import ClientAccount, Customer, Location, PhoneNumber
from feedback.choices import Channel
from feedback.models import MessageTemplate
from integrations.models import Connection

# Everybody's, long enough for the validators and on no list of common ones.
PASSWORD = "a-quiet-desk-in-the-corner"
_counter = itertools.count(1)


def fiction(last_two):
    """A number reserved for fiction: `fiction(3)` → "+12125550103". What each does stands in the sandbox."""
    return f"+121255501{last_two:02d}"


def make_user(email=None, role=Role.AGENT, locations=(), password=PASSWORD, **fields):
    """A saved user who can sign in with PASSWORD, member of `locations`."""
    email = email or f"person{next(_counter)}@example.test"
    name = fields.pop("name", email.split("@")[0].title())
    user = User.objects.create_user(email, password, name=name, role=role, **fields)
    for location in locations:
        location.members.add(user)
    return user


def make_account(name="Northwind Dental", **fields):
    return ClientAccount.objects.create(name=name, **fields)


def make_location(name="Riverside", account=None, members=(), **fields):
    fields.setdefault("time_zone", "America/New_York")
    location = Location.objects.create(name=name, account=account or make_account(f"Client of {name}"), **fields)
    location.members.add(*members)
    return location


def make_number(e164):
    """The row of a number; the same row when it is there already."""
    return PhoneNumber.objects.get_or_create(e164=e164, defaults={"region": "US"})[0]


def make_customer(name="Marta Oliveira", location=None, phone=None, **fields):
    """A customer; `phone` is E.164 text, None for one without a number."""
    number = make_number(phone) if phone else None
    return Customer.objects.create(name=name, location=location, phone=number, **fields)


def connection(vendor):
    """The one connection of a vendor, made if migrating has not."""
    return Connection.objects.get_or_create(vendor=vendor)[0]


def make_call(agent, customer=None, status=CallStatus.COMPLETED, provider=Provider.CCAI, **fields):
    """A call of `agent` to `customer`, at their location and number unless said otherwise."""
    fields.setdefault("location", customer.location if customer else None)
    fields.setdefault("number", customer.phone if customer else None)
    fields.setdefault("intent", f"intent-{next(_counter)}")
    fields.setdefault("kind", Kind.OUTBOUND)
    fields.setdefault("connection", connection(provider))
    return Call.objects.create(agent=agent, customer=customer, status=status, provider=provider, **fields)


def make_callback(owner, customer, ahead=timedelta(hours=1), **fields):
    """A call that `owner` (None: anyone) promised a customer, so long from now."""
    fields.setdefault("promised_at", timezone.now() + ahead)
    fields.setdefault("origin", "promise")
    fields.setdefault("made_by", owner)
    place = {"number": customer.phone, "location": customer.location, "zone": customer.time_zone}
    return Callback.objects.create(owner=owner, customer=customer, **(place | fields))


def make_template(vendor_id="dfar5V", name="After a call", channel=Channel.SMS, **fields):
    """A message template of FeedbackAPI that admins keep; for all accounts unless said otherwise."""
    return MessageTemplate.objects.create(
        connection=connection("feedbackapi"), vendor_id=vendor_id, name=name, channel=channel, **fields
    )


class World:
    """Everybody and everything, made at once and a table at a time: nearly every test begins with it. Attributes are
    saved rows."""

    def __init__(self):
        accounts = [ClientAccount(name=name) for name in ("Northwind Dental", "Blue Oak Vets")]
        self.northwind, self.blue_oak = ClientAccount.objects.bulk_create(accounts)
        self._locations()
        self._people()
        self._customers()

    def _locations(self):
        rows = [
            Location(name="Riverside", account=self.northwind, time_zone="America/New_York"),
            Location(name="Harbor", account=self.northwind, time_zone="America/Los_Angeles"),
            Location(name="Oak Street", account=self.blue_oak, time_zone="America/Chicago"),
        ]
        self.riverside, self.harbor, self.oak_street = Location.objects.bulk_create(rows)

    def _people(self):
        rows = [
            _person("agent", "Ada Agent", ccai_email="ada@ccai.example.test"),
            _person("colleague", "Cleo Colleague", ccai_email="cleo@ccai.example.test"),
            _person("supervisor", "Sam Supervisor", Role.SUPERVISOR),
            _person("elsewhere", "Eli Elsewhere", Role.SUPERVISOR),
            _person("admin", "Ana Admin", Role.ADMIN, sees_all_locations=True),
            _person("stranger", "Stan Stranger"),
        ]
        self.agent, self.colleague, self.supervisor, self.elsewhere, self.admin, self.stranger = (
            User.objects.bulk_create(rows)
        )
        places = {
            self.riverside: (self.agent, self.colleague, self.supervisor),
            self.harbor: (self.supervisor,),
            self.oak_street: (self.elsewhere,),
        }
        member = Location.members.through
        member.objects.bulk_create(
            member(location=place, user=user) for place, users in places.items() for user in users
        )

    def _customers(self):
        numbers = [PhoneNumber(e164=fiction(n), region="US") for n in (1, 2, 3, 4)]
        first, second, third, fourth = PhoneNumber.objects.bulk_create(numbers)
        rows = [
            Customer(name="Marta Oliveira", location=self.riverside, phone=first, email="marta@example.test"),
            Customer(name="Jon Bell", location=self.riverside, phone=second),
            Customer(name="Harriet Sund", location=self.harbor, phone=third),
            Customer(name="Nora Numberless", location=self.riverside),
            Customer(name="Oskar Lind", location=self.oak_street, phone=fourth),
        ]
        self.marta, self.jon, self.harriet, self.numberless, self.oskar = Customer.objects.bulk_create(rows)


def _person(who, name, role=Role.AGENT, **fields):
    return User(email=f"{who}@example.test", name=name, role=role, password=_password(), **fields)


@cache
def _password():
    return make_password(PASSWORD)
