"""A vendor for tests of the outbox: it answers from a script and keeps a ledger of what it really did."""

import dataclasses

import pytest
from django.db import connection as database

from integrations import outbox, repeats, vendors
from integrations.choices import Vendor
from integrations.contracts import Delivered
from integrations.outbox import listeners

KIND = "test.note"
MAX_ATTEMPTS = 12
OK = Delivered(status=201, words="ok", vendor_ref="ref-1", request_id="req-1", duration_ms=7)


class FakeVendor:
    """`script` holds what the next answers are: a Delivered, an exception, or a callable that gives one.

    An answer is taken from its front; with an empty script every wish is fulfilled. `looks` is the same for looking:
    with nothing in it, the book is looked into.
    """

    def __init__(self, vendor=Vendor.PLIVO):
        self.script = []
        self.ledger = []
        self.in_transaction = []
        self.looks = []
        self.looked_for = []  # (payload, since) of each look
        self.kind = vendors.Kind(KIND, vendor, self.deliver, max_attempts=MAX_ATTEMPTS)

    def deliver(self, connection, payload):
        self.in_transaction.append(database.in_atomic_block)
        answer = self.script.pop(0) if self.script else OK
        answer = answer() if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        self.ledger.append(payload)
        return answer

    def find(self, connection, payload, since, is_taken):
        self.looked_for.append((payload, since))
        answer = self.looks.pop(0) if self.looks else None
        if isinstance(answer, Exception):
            raise answer
        places = [n for n, done in enumerate(self.ledger) if done == payload and not is_taken(f"found-{n}")]
        return Delivered(status=200, vendor_ref=f"found-{places[0]}", result={"row": payload}) if places else None

    def must_look(self, policy="find", unknown=""):
        """From now on, what it does must not be done twice."""
        kind = dataclasses.replace(self.kind, policy=policy, find=self.find, unknown=unknown)
        vendors.KINDS[KIND] = self.kind = kind


@pytest.fixture
def vendor(monkeypatch):
    """A FakeVendor in the place of Plivo, for deliveries of kind KIND."""
    repeats.forget()
    fake = FakeVendor()
    monkeypatch.setitem(vendors.KINDS, KIND, fake.kind)
    yield fake
    listeners.off(KIND)


@pytest.fixture
def heard(vendor):
    """What an app on the right was told: (delivery pk, state), in order."""
    told = []
    outbox.on(KIND, delivered=lambda delivery: told.append((delivery.pk, str(delivery.state))))
    return told
