"""Ends a row comes to without an answer: replaced by a newer wish, or taken from a dead worker."""

from django.db.models import F
from django.utils import timezone

from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Delivery
from integrations.outbox import doubts, listeners

REPLACED = "Replaced by a newer wish."


def close_dead_attempts(row, sentence):
    """An attempt still "started" when nobody may hold the row: sent or not, nobody knows."""
    return Attempt.objects.filter(delivery=row, outcome=AttemptOutcome.STARTED).update(
        outcome=AttemptOutcome.UNCERTAIN, ended_at=timezone.now(), sentence=sentence
    )


def is_replaced(row):
    """Whether a newer wish for the same subject exists, whatever became of it."""
    return Delivery.objects.filter(kind=row.kind, key=row.key, revision__gt=row.revision).exists()


def supersede(row, now):
    """Ends `row` unless somebody changed it since it was read. The newer wish waits as long as this one had to."""
    if not _end(row, DeliveryState.SUPERSEDED, REPLACED):
        return False
    close_dead_attempts(row, "Replaced before its worker wrote down an answer.")
    hand_down_wait(row, row.not_before)
    return True


def hand_down_wait(row, not_before):
    """Later revisions still waiting may not go earlier than `not_before`."""
    Delivery.objects.filter(
        kind=row.kind,
        key=row.key,
        revision__gt=row.revision,
        state=DeliveryState.PENDING,
        owner="",
        not_before__lt=not_before,
    ).update(not_before=not_before, version=F("version") + 1)


def wait(row, until, reason, attempts_say):
    """A row nobody holds waits until then (aware); what a dead worker left under way is called uncertain."""
    waits = Delivery.objects.filter(pk=row.pk, version=row.version, state=DeliveryState.PENDING).update(
        owner="", not_before=until, reason=reason, version=F("version") + 1
    )
    if waits:
        close_dead_attempts(row, attempts_say)


def maybe_double(row):
    """Whether the vendor may hear it twice: a worker held it and nobody looks before it is sent again."""
    return row.maybe_double or (bool(row.owner) and not doubts.may_not_repeat(row.kind))


def park_unsent(row, reason, attempts_say):
    """Parks a row that must not be tried again, and tells its app."""
    if _end(row, DeliveryState.PARKED, reason):
        close_dead_attempts(row, attempts_say)
        row.refresh_from_db()
        listeners.tell(row)


def _end(row, state, reason):
    return Delivery.objects.filter(pk=row.pk, version=row.version).update(
        state=state,
        reason=reason,
        owner="",
        done_at=timezone.now(),
        version=F("version") + 1,
        maybe_double=maybe_double(row),
    )
