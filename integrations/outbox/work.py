"""The work: claim, send, record. Nothing is sent inside a transaction."""

import logging

from django.utils import timezone

from integrations import errors, vendors
from integrations.fields import SecretUnreadable
from integrations.outbox import claims, records, verdicts

log = logging.getLogger(__name__)
# Rows looked up at once; each is still claimed by itself, so other workers may take them meanwhile.
BATCH = 100
TOO_LATE = "Not sent: its worker had stood still for too long."


def deliver(pk):
    """Tries one delivery now. True when this call asked the vendor (whatever it said), False when it did not."""
    claim = claims.claim(pk)
    if claim is None:
        return False
    if not claim.may_send:
        records.give_back(claim, TOO_LATE)
        return False
    result = _ask(claim)
    return records.record(claim, _judge(claim, result), result)


def _ask(claim):
    """The vendor's Delivered, or the exception: also ours, so that one bad row never stops the rest."""
    row = claim.delivery
    try:
        return vendors.KINDS[row.kind].deliver(row.connection, row.payload)
    except errors.VendorError as error:
        return error
    except SecretUnreadable as error:
        return errors.Misconfigured(str(error))
    except Exception as error:
        log.exception("Delivery %s (%s) met a bug of ours", row.pk, row.kind)
        return error


def _judge(claim, result):
    row = claim.delivery
    return verdicts.of(result, tries=row.tries, max_attempts=vendors.KINDS[row.kind].max_attempts, age=_age(row))


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
