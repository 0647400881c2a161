"""Wishes: written in the caller's transaction, so that a saved rating and what it owes are one commit."""

import hashlib
import json
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from integrations import doorbell, vendors
from integrations.choices import DeliveryState
from integrations.models import Connection, Delivery
from integrations.outbox import endings

# Writers that meet on one subject try again with the next revision; more than this is not a coincidence.
MEETINGS = 5


class CannotRetry(Exception):
    """The delivery is not one that a person may send again; str() says why."""


def send(kind, key, payload, *, not_before=None):
    """The Delivery that tells `payload` (plain JSON) about the subject `key`. Must be called in a transaction.

    The same wish, waiting or delivered, is returned as it is. Otherwise a new revision replaces what waits;
    one that a worker holds right now is left alone and the new one goes after it. `not_before` is aware.
    """
    digest = digest_of(payload)
    same = lambda row: row.digest == digest and row.state in (DeliveryState.PENDING, DeliveryState.DELIVERED)  # noqa: E731
    fields = {"payload": payload, "digest": digest, "not_before": not_before or timezone.now()}
    row, created = _wish(kind, key, vendors.KINDS[kind].vendor, same, **fields)
    if created:
        _ring(row)
    return row


def _ring(row):
    """Once it is committed. Robust: a broker that is down must not fail what was saved; the sweep finds the row."""

    def ring():  # a function with a name: Django cannot log the failure of a partial
        doorbell.wake(row.pk)
        doorbell.start_pulse()

    transaction.on_commit(ring, robust=True)


def not_applicable(kind, key, reason, vendor=None):
    """A Delivery born final, its `reason` in words. `vendor` is needed only for a kind that nothing delivers yet."""
    final = DeliveryState.NOT_APPLICABLE
    same = lambda row: row.state == final and row.reason == reason  # noqa: E731
    vendor = vendor or vendors.KINDS[kind].vendor
    return _wish(kind, key, vendor, same, state=final, reason=reason, done_at=timezone.now())[0]


def digest_of(payload):
    """What makes two wishes the same: SHA-256 of the payload (plain JSON), whatever the order of its keys."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _wish(kind, key, vendor, same, **fields):
    """(row, created): the newest revision when it is the `same` wish, else a new one in its place."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A wish is written in the transaction of what it tells about.")
    for _ in range(MEETINGS):
        newest = Delivery.objects.filter(kind=kind, key=key).order_by("-revision").first()
        if newest and same(newest):
            return newest, False
        row = _next_revision(kind, key, vendor, newest, fields)
        if row:
            return row, True
    raise IntegrityError(f"{kind} {key}: another revision kept coming first.")


def _next_revision(kind, key, vendor, newest, fields):
    """The saved row, or None when another writer took the number."""
    revision = newest.revision + 1 if newest else 1
    try:
        with transaction.atomic():
            row = Delivery.objects.create(
                kind=kind, key=key, revision=revision, connection=Connection.objects.of(vendor), **fields
            )
    except IntegrityError:
        return None
    _replace_older(row)
    row.refresh_from_db(fields=["not_before", "version"])
    return row


def _replace_older(row):
    """What waits or needs a person is replaced; what a worker holds goes first and is settled when it answers."""
    waiting = (DeliveryState.PENDING, DeliveryState.PARKED)
    older = Delivery.objects.filter(kind=row.kind, key=row.key, revision__lt=row.revision, state__in=waiting)
    now = timezone.now()
    for old in older:
        if not (old.owner and old.not_before > now):
            endings.supersede(old, now)


def retry(delivery, by, reason=""):
    """A person sends a parked delivery again: pending, due now, its tries counted anew. Returns the fresh row.

    Raises CannotRetry when it is not parked, or a newer wish has taken its place.
    """
    with transaction.atomic():
        if endings.is_replaced(delivery):
            raise CannotRetry("A newer wish has taken its place.")
        _unpark(delivery)
        audit.record(by, "sent again", delivery, {"state": [DeliveryState.PARKED, DeliveryState.PENDING]}, reason)
        _ring(delivery)
    delivery.refresh_from_db()
    return delivery


def _unpark(delivery):
    changed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PARKED).update(
        state=DeliveryState.PENDING,
        reason="Sent again by a person.",
        not_before=timezone.now() - timedelta(microseconds=1),
        uncounted=F("attempt_count"),
        round_start=F("attempt_count"),
        done_at=None,
        version=F("version") + 1,
    )
    if not changed:
        raise CannotRetry("Only a delivery that needs a person can be sent again.")
