"""Which of FeedbackAPI's lists become our rows, and how often they are read."""

from dataclasses import replace

from customers.models import ClientAccount, Customer, Location
from customers.sync import belonging, mirror
from customers.sync.people import customers
from customers.sync.places import accounts, locations
from customers.sync.users import users
from integrations import sync
from integrations.choices import Vendor
from integrations.feedbackapi import bodies
from integrations.sync.mirrored import gone, source

SELDOM, OFTEN = 30, 5  # minutes
# An opt-out must be seen before the next dial and survey, and `created_after` never shows it (FACTS 6.5).
OPT_OUTS = 10  # minutes


def register():
    """Hands the plans to the wire. In `ready()`."""
    for plan in _plans():
        sync.plan(plan)
    mirror.on_appearing(_take_up)


def _take_up(model, connection, vendor_ids):
    if model is Location:
        belonging.take_up(connection, vendor_ids)


def _plans():
    closed = {"is_active": False}
    yield _plan("accounts", "Client accounts", 10, bodies.ACCOUNTS, accounts, gone(ClientAccount, **closed), SELDOM)
    yield _plan("locations", "Locations", 20, bodies.LOCATIONS, locations, gone(Location, **closed), OFTEN)
    yield _plan("users", "FeedbackAPI users", 30, bodies.USERS, users, gone(users.model), SELDOM)
    people = _plan("customers", "Customers", 40, bodies.CUSTOMERS, customers, gone(Customer), OFTEN)
    yield replace(people, windows=sync.LONG_LIST)
    yield sync.Plan(
        name="opt-outs",
        label="Opt-outs",
        vendor=Vendor.FEEDBACKAPI,
        order=50,
        source=source(bodies.CUSTOMERS, filters={"opt_out": True}),
        sink=customers.sink,
        minutes=OPT_OUTS,
        full=True,
    )


def _plan(name, label, order, resource, mirror, gone, minutes):
    return sync.Plan(
        name=name,
        label=label,
        vendor=Vendor.FEEDBACKAPI,
        order=order,
        source=source(resource),
        sink=mirror.sink,
        gone=gone,
        minutes=minutes,
    )
