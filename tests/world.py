"""The cast: few people, two client accounts, three locations, a handful of customers.

    Northwind Dental   Riverside (agent, colleague, supervisor)   Harbor (supervisor)
    Blue Oak Vets      Oak Street (elsewhere)

admin sees every location; stranger sees none. Small `make_…` functions build one row each with
believable defaults; tests name only what they are about.
"""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta

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


@dataclass
class World:
    """Everybody and everything, made at once. Attributes are saved rows."""

    northwind: ClientAccount = field(default_factory=lambda: make_account("Northwind Dental"))
    blue_oak: ClientAccount = field(default_factory=lambda: make_account("Blue Oak Vets"))

    def __post_init__(self):
        self.riverside = make_location("Riverside", self.northwind)
        self.harbor = make_location("Harbor", self.northwind, time_zone="America/Los_Angeles")
        self.oak_street = make_location("Oak Street", self.blue_oak, time_zone="America/Chicago")
        self._people()
        self._customers()

    def _people(self):
        self.agent = make_user(
            "agent@example.test", locations=[self.riverside], name="Ada Agent", ccai_email="ada@ccai.example.test"
        )
        self.colleague = make_user(
            "colleague@example.test",
            locations=[self.riverside],
            name="Cleo Colleague",
            ccai_email="cleo@ccai.example.test",
        )
        self.supervisor = make_user(
            "supervisor@example.test", Role.SUPERVISOR, [self.riverside, self.harbor], name="Sam Supervisor"
        )
        self.elsewhere = make_user("elsewhere@example.test", Role.SUPERVISOR, [self.oak_street], name="Eli Elsewhere")
        self.admin = make_user("admin@example.test", Role.ADMIN, name="Ana Admin", sees_all_locations=True)
        self.stranger = make_user("stranger@example.test", name="Stan Stranger")

    def _customers(self):
        self.marta = make_customer("Marta Oliveira", self.riverside, fiction(1), email="marta@example.test")
        self.jon = make_customer("Jon Bell", self.riverside, fiction(2))
        self.harriet = make_customer("Harriet Sund", self.harbor, fiction(3))
        self.numberless = make_customer("Nora Numberless", self.riverside)
        self.oskar = make_customer("Oskar Lind", self.oak_street, fiction(4))
