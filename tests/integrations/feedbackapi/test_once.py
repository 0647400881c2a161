"""Through the outbox to the sandbox: what must not be done twice is done once, though its answer was lost."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from customers.models import VendorUser
from integrations import outbox
from integrations.feedbackapi import delivery
from integrations.models import Delivery
from integrations.outbox import doubts
from integrations.sandbox import server
from tests.integrations.connections import connection_to

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PERSON = {"email": "jane6@example.test", "location": "here"}


@pytest.fixture
def sandbox(transactional_db, settings):
    with server.start(clock=lambda: NOON) as running:
        connection_to(f"{running.url}/feedbackapi", "feedbackapi", settings)
        running.feedbackapi.change(insert={"locations": [{"id": "here", "name": "Here"}]})
        yield running


def twice(sandbox, kind, payload, fault, key="x:1"):
    """The delivery after a first try that met the fault, and a second one in its time."""
    sandbox.fault("feedbackapi", **fault)
    with time_machine.travel(NOON, tick=False), transaction.atomic():
        row = outbox.send(kind, key, payload)
    with time_machine.travel(NOON, tick=False) as clock:
        outbox.deliver(row.pk)
        assert Delivery.objects.get().state == "pending"
        clock.shift(doubts.LOOK_AFTER)
        outbox.deliver(row.pk)
    return Delivery.objects.get()


@pytest.mark.parametrize(
    ("kind", "payload", "resource"),
    [
        (
            delivery.FEEDBACK_REQUEST,
            delivery.creation({"template": "dfar5V", "location": "here"}, customer=PERSON),
            "feedback-request",
        ),
        (delivery.LOCATION_CREATE, delivery.creation({"name": "Café “Q” & Co", "country_code": "US"}), "locations"),
        (
            delivery.ACCOUNT_CREATE,
            delivery.creation({"name": "Savastano", "active": True, "verb": "use"}),
            "accounts",
        ),
    ],
)
@pytest.mark.parametrize("when", ["after", "before"])
def test_one_whose_answer_was_lost_is_made_once(sandbox, kind, payload, resource, when):
    before = len(sandbox.feedbackapi.rows(resource))
    fault = {"path": f"{resource}$", "kind": "status", "status": 502, "when": when}
    done = twice(sandbox, kind, payload, fault)
    made = sandbox.feedbackapi.rows(resource)[before:]
    assert (done.state, done.vendor_ref) == ("delivered", made[0]["id"]) and len(made) == 1
    assert done.note == (doubts.ARRIVED if when == "after" else "")


def test_an_invitation_nobody_can_look_for_is_for_a_person(sandbox):
    fault = {"path": "users", "kind": "status", "status": 502, "when": "after"}
    invited = VendorUser.objects.create(email="a@b.test", invited_at=NOON)
    key = f"vendor-user:{invited.pk}"
    done = twice(sandbox, delivery.USER_INVITE, delivery.creation({"email": "a@b.test"}), fault, key)
    assert done.state == "parked" and done.reason.startswith("We do not know whether the invitation was made")
    assert len(sandbox.feedbackapi.pending()) == 1
