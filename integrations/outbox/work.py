"""The work: claim, send, record. Nothing is sent inside a transaction."""

import logging
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.utils import timezone

from integrations import errors, http, repeats, vendors
from integrations.contracts import Delivered
from integrations.fields import SecretUnreadable
from integrations.outbox import claims, doubts, listeners, records, verdicts

log = logging.getLogger(__name__)
# Rows looked up at once; each is still claimed by itself, so other workers may take them meanwhile.
BATCH = 100
CANNOT_LOOK = "Whether an earlier try arrived cannot be looked up:"
TOO_LATE = "Not sent: its worker had stood still for too long."


def deliver(pk):
    """Tries one delivery now. True when this call asked the vendor (whatever it said), False when it did not."""
    claim = claims.claim(pk)
    if claim is None:
        return False
    with http.budget(settings.DELIVERY_DEADLINE):
        return _deliver(claim)


def _deliver(claim):
    """Looked for, where an earlier try left a doubt; then asked of its app; then sent."""
    if claim.doubts:
        found = _look(claim)
        if found is not None:
            write = records.adopt if isinstance(found, Delivered) else records.record
            return write(claim, _judge(claim, found), found)
    word = _word(claim.delivery)
    if word is not None:
        records.record(claim, verdicts.of_word(word, timezone.now()), None)
        return False
    if not claim.may_send:
        records.give_back(claim, TOO_LATE)
        return False
    result = _said(claim, lambda row, kind: kind.deliver(row.connection, row.payload))
    return records.record(claim, _judge(claim, result), result)


def _look(claim):
    """What a look at the vendor gave: a Delivered, an exception, or None when nothing is there and it may be sent."""
    if not claim.may_send:
        return errors.NotSent(TOO_LATE)
    found = _said(claim, lambda row, kind: _first(row, kind, claim.doubts))
    if isinstance(found, errors.Rejected):
        return errors.Rejected(f"{CANNOT_LOOK} {found.sentence}", **found.facts)
    kind = vendors.KINDS[claim.delivery.kind]
    return errors.Rejected(kind.unknown) if found is None and kind.policy == "ask" else found


def _first(row, kind, unclear):
    """The first of the doubts that proves to be done, as a Delivered; None when none does."""
    for doubt in unclear:
        is_taken = partial(doubts.is_taken, row)
        found = kind.find(row.connection, doubt.payload, doubt.since, is_taken)
        if found is not None:
            return replace(found, note=doubts.ARRIVED, result={**found.result, "payload": doubt.payload})
    return None


def _word(row):
    """What the app says right before it is sent: None for go. Who cannot say does not send."""
    try:
        return listeners.ask(row)
    except Exception as error:
        words = "Whether delivery %s (%s) may go met a bug of ours"
        repeats.exception(log, ("ready", row.kind, type(error)), words, row.pk, row.kind)
        return error


def _said(claim, deed):
    """What the deed at the vendor gives, or the exception: also ours, so that one bad row never stops the rest."""
    row = claim.delivery
    try:
        return deed(row, vendors.KINDS[row.kind])
    except errors.VendorError as error:
        return error
    except SecretUnreadable as error:
        return errors.Misconfigured(str(error))
    except Exception as error:
        repeats.exception(log, (row.kind, type(error)), "Delivery %s (%s) met a bug of ours", row.pk, row.kind)
        return error


def _judge(claim, result):
    row, kind = claim.delivery, vendors.KINDS[claim.delivery.kind]
    look_after = doubts.LOOK_AFTER.total_seconds() if doubts.may_not_repeat(row.kind) else None
    return verdicts.of(result, tries=row.tries, max_attempts=kind.max_attempts, age=_age(row), look_after=look_after)


def _age(row):
    """Seconds since the first attempt that counts began."""
    first = row.attempts.filter(number__gt=row.uncounted).order_by("number").first()
    return (timezone.now() - first.started_at).total_seconds() if first else 0


def deliver_due(limit=None, vendor=None, until_empty=False):
    """Works what is due in this process, oldest first; at most `limit` rows, of one vendor if named.

    Returns how many were asked for. With `until_empty` it looks again until nothing more is due.
    """
    asked = 0
    while True:
        batch = _batch(vendor, BATCH if limit is None else min(BATCH, limit - asked))
        worked = sum(deliver(pk) for pk in batch)
        asked += worked
        if not worked or (not until_empty and limit is None and len(batch) < BATCH) or asked == limit:
            return asked


def _batch(vendor, size):
    rows = claims.due()
    if vendor:
        rows = rows.filter(connection__vendor=vendor)
    return list(rows.values_list("pk", flat=True)[:size])
