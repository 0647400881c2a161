"""Writing down what came of a claim: one short transaction, and only while the claim still holds."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from integrations import connections, rates
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.contracts import Delivered
from integrations.models import Attempt, Connection, Delivery
from integrations.outbox import doubts, endings, listeners, verdicts

# Ends that an app hears of: a replaced row is its own doing.
TOLD = (DeliveryState.DELIVERED, DeliveryState.PARKED, DeliveryState.NOT_APPLICABLE)


def record(claim, verdict, result):
    """Writes the verdict. Returns False, and changes nothing but a note, when the claim is not ours any more."""
    # Durable: the vendor was asked, so what it said must not hang on somebody else's transaction.
    with transaction.atomic(durable=True):
        return _record(claim, verdict, result)


def adopt(claim, verdict, found):
    """As `record`, for what a look found: an object that another delivery took meanwhile is not ours.

    Then the row is looked for again. One at a time, by the lock on the connection; SQLite lets only one write anyway.
    """
    with transaction.atomic(durable=True):
        row = claim.delivery
        list(Connection.objects.select_for_update(no_key=True).filter(pk=row.connection_id))
        if doubts.is_taken(row, found.vendor_ref):
            verdict, found = verdicts.look_again(), None
        return _record(claim, verdict, found)


def _record(claim, verdict, result):
    if not _settle(claim, verdict):
        _note_late(claim, result)
        return False
    _close_attempt(claim, verdict, result)
    _tell_connection(claim.delivery.connection, verdict)
    claim.delivery.refresh_from_db()
    if claim.delivery.state in TOLD:
        listeners.tell(claim.delivery, getattr(result, "result", None))
    return True


def give_back(claim, sentence):
    """Nothing was sent and the row is due again at once, if it is still ours; either way the attempt is closed."""
    with transaction.atomic(durable=True):
        _held(claim).update(
            owner="", not_before=timezone.now(), uncounted=F("uncounted") + 1, version=F("version") + 1, reason=sentence
        )
        Attempt.objects.filter(pk=claim.attempt.pk, outcome=AttemptOutcome.STARTED).update(
            outcome=AttemptOutcome.NOT_SENT, ended_at=timezone.now(), sentence=sentence
        )


def _held(claim):
    return Delivery.objects.filter(
        pk=claim.delivery.pk, state=DeliveryState.PENDING, owner=claim.owner, version=claim.version
    )


def _settle(claim, verdict):
    """The row's new state; what would wait, or need a person, in front of a newer wish is replaced instead."""
    now = timezone.now()
    not_before = now + timedelta(seconds=verdict.wait)
    state, reason = verdict.state, verdict.reason
    is_replaced = state != DeliveryState.DELIVERED and endings.is_replaced(claim.delivery)
    if is_replaced:
        state, reason = DeliveryState.SUPERSEDED, endings.REPLACED
    settled = _held(claim).update(
        state=state,
        reason=reason[:500],
        owner="",
        not_before=not_before,
        done_at=now if state != DeliveryState.PENDING else None,
        uncounted=F("uncounted") + int(not verdict.counted),
        maybe_double=verdict.maybe_double is not None and (claim.delivery.maybe_double or verdict.maybe_double),
        vendor_ref=verdict.vendor_ref[:100],
        note=verdict.note[:500],
        version=F("version") + 1,
    )
    if settled and is_replaced:
        endings.hand_down_wait(claim.delivery, not_before)
    return settled


def _facts(result):
    """What any result, good or bad, tells about the exchange."""
    return {
        "status": getattr(result, "status", None),
        "words": getattr(result, "words", ""),
        "param": (getattr(result, "param", "") or "")[:60],
        "request_id": (getattr(result, "request_id", "") or "")[:64],
        "duration_ms": getattr(result, "duration_ms", None),
        "vendor_ref": (getattr(result, "vendor_ref", "") or "")[:100],
    }


def _close_attempt(claim, verdict, result):
    Attempt.objects.filter(pk=claim.attempt.pk).update(
        outcome=verdict.outcome, ended_at=timezone.now(), sentence=verdict.reason[:500], **_facts(result)
    )


def _note_late(claim, result):
    """The claim is lost: its attempt was called uncertain by whoever took over. What it saw is kept as a note."""
    saw = "delivered" if isinstance(result, Delivered) else str(result)
    note = f"Its worker came back after its time and changed nothing; it saw: {saw}"
    Attempt.objects.filter(pk=claim.attempt.pk).update(
        outcome=AttemptOutcome.UNCERTAIN, ended_at=timezone.now(), sentence=note[:500], **_facts(result)
    )


def _tell_connection(connection, verdict):
    if verdict.state == DeliveryState.DELIVERED:
        connections.note_ok(connection)
    elif verdict.outcome != AttemptOutcome.NOT_SENT or verdict.counted:
        connections.note_error(connection, verdict.reason)
    if verdict.pauses:
        connections.pause(connection, verdict.reason)
    if verdict.holds:
        rates.hold(connection, verdict.holds)
    if verdict.learned:
        connections.learn(connection, verdict.learned)
