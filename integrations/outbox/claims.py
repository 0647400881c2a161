"""Whose turn it is. A claim is a postponement: one conditional UPDATE moves the row past a lease.

A dead worker's row simply comes due again, and a worker that wakes after its lease can change nothing.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef
from django.utils import timezone

from integrations import rates, vendors
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Delivery
from integrations.outbox import doubts, endings

# A record that ends its worker three times is a poison record, not bad luck.
DEATHS_BEFORE_PARKED = 3
DIED = "The worker ended before it wrote down an answer."
# CLOCK_BOOTTIME goes on while the machine sleeps; the monotonic clock of Linux does not.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def ticks():
    """Seconds on a clock that nobody sets and that runs while the machine sleeps."""
    return time.clock_gettime(_CLOCK)


@dataclass(frozen=True)
class Claim:
    """One worker's hold on one row: what it may send, and what it must name when it records."""

    delivery: Delivery
    attempt: Attempt
    owner: str
    version: int
    ends_at: float  # on `ticks()`
    doubts: list  # what earlier tries may have done, to be looked for first

    @property
    def may_send(self):
        """Whether the longest exchange still ends inside the lease."""
        return ticks() + settings.VENDOR_DEADLINE < self.ends_at


def sendable():
    """Pending rows nothing stands in the way of but time: connection on and not paused, no earlier revision
    waiting, and of a kind this worker knows (a newer release may have written others)."""
    earlier = Delivery.objects.filter(
        kind=OuterRef("kind"), key=OuterRef("key"), revision__lt=OuterRef("revision"), state=DeliveryState.PENDING
    )
    return Delivery.objects.filter(
        ~Exists(earlier),
        state=DeliveryState.PENDING,
        kind__in=list(vendors.KINDS),
        connection__is_on=True,
        connection__paused_at=None,
    )


def due(now=None):
    """What may be sent at `now` (aware; default this moment), oldest wish first. A held connection has none."""
    now = now or timezone.now()
    return sendable().filter(rates.not_held(now), not_before__lte=now).order_by("not_before", "pk")


def next_due_at():
    """When the next sendable row comes due, which may be in the past; None when nothing waits."""
    return sendable().aggregate(at=Min("not_before"))["at"]


def claim(pk):
    """A Claim on the row, or None: not due, somebody else's, replaced, parked for killing its workers, or waiting
    to be looked for."""
    started, now = ticks(), timezone.now()
    # Durable: a claim inside somebody's transaction would send inside it too, so Django refuses.
    with transaction.atomic(durable=True):
        row = due(now).filter(pk=pk).select_related("connection").first()
        if row is None or not _is_worth_sending(row, now):
            return None
        unclear, look_at = doubts.of(row)
        if look_at and look_at > now:
            endings.wait(row, look_at, doubts.WAITS, DIED)
            return None
        owner = secrets.token_hex(16)
        if not _postpone(row, owner, now):
            return None
        endings.close_dead_attempts(row, DIED)
        attempt = Attempt.objects.create(delivery=row, number=row.attempt_count + 1, started_at=now)
    row.refresh_from_db(fields=["version", "attempt_count", "owner", "not_before", "maybe_double"])
    return Claim(row, attempt, owner, row.version, started + settings.DELIVERY_LEASE, unclear)


def _postpone(row, owner, now):
    """The conditional UPDATE. Only the row's own columns: a join would not be looked at again after a wait."""
    return Delivery.objects.filter(pk=row.pk, state=DeliveryState.PENDING, version=row.version).update(
        owner=owner,
        not_before=now + timedelta(seconds=settings.DELIVERY_LEASE),
        attempt_count=F("attempt_count") + 1,
        version=F("version") + 1,
        maybe_double=endings.maybe_double(row),
    )


def _is_worth_sending(row, now):
    """False for what a newer wish replaced while it was in flight, and for what ends its workers."""
    if endings.is_replaced(row):
        endings.supersede(row, now)
        return False
    if row.owner and _deaths(row) >= DEATHS_BEFORE_PARKED:
        endings.park_unsent(row, f"Sending it ended the worker {DEATHS_BEFORE_PARKED} times.", DIED)
        return False
    return True


def _deaths(row):
    """How often a worker died of it since a person last sent it again, the one just found included."""
    died = row.attempts.filter(number__gt=row.round_start, sentence=DIED).count()
    return died + row.attempts.filter(outcome=AttemptOutcome.STARTED).count()
