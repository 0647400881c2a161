"""What an earlier, unclear try may have done: it is looked for before anything like it is sent again.

Only for kinds that must not be repeated blindly. A doubt outlives its row: a newer wish takes the place of one
whose answer never came, and what that one may have made is still looked for, with its own payload.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from integrations import vendors
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Delivery

# After a try began. Its last byte leaves within the lease (60 s), and vendors' gateways give a request up after a
# minute (nginx and AWS say 60 s): what is not in their list by then was not made.
LOOK_AFTER = timedelta(seconds=120)
WAITS = "Waiting to look whether an earlier try arrived."
ARRIVED = "An earlier try had arrived."


@dataclass(frozen=True)
class Doubt:
    """Something that may have been done: as `payload` says, not before `since` (aware)."""

    payload: dict
    since: datetime


def of(row):
    """([Doubt], when they may be looked into or None) of a row nobody holds: its own, and of wishes it replaced."""
    if not may_not_repeat(row.kind):
        return [], None
    tries = list(_unclear_tries(row).order_by("started_at").values_list("delivery__payload", "started_at"))
    if not tries:
        # Marked by a restore: what waited in the backup may have been sent after it was taken.
        return ([Doubt(row.payload, row.created_at)], None) if row.maybe_double else ([], None)
    return _doubts(tries), tries[-1][1] + LOOK_AFTER


def may_not_repeat(kind):
    """Whether this kind is looked for before it is sent again."""
    return kind in vendors.KINDS and vendors.KINDS[kind].policy != "repeat"


def is_taken(row, vendor_ref):
    """Whether another delivery of this kind has the vendor's object already."""
    others = Delivery.objects.filter(kind=row.kind, vendor_ref=vendor_ref).exclude(pk=row.pk)
    return bool(vendor_ref) and others.exists()


def _doubts(tries):
    """One for each payload, from the first time it was tried."""
    found = []
    for payload, started_at in tries:
        if all(doubt.payload != payload for doubt in found):
            found.append(Doubt(payload, started_at))
    return found


def _unclear_tries(row):
    """Tries without an answer of this subject since something was last delivered.

    Where nobody can look and a person decides, they have decided about all that they could see.
    """
    same = Delivery.objects.filter(kind=row.kind, key=row.key, revision__lte=row.revision)
    settled = same.filter(state=DeliveryState.DELIVERED).aggregate(last=Max("revision"))["last"] or 0
    unclear = (AttemptOutcome.UNCERTAIN, AttemptOutcome.STARTED)
    tries = Attempt.objects.filter(delivery__in=same.filter(revision__gt=settled), outcome__in=unclear)
    if vendors.KINDS[row.kind].policy == "ask":
        ended_later = Q(delivery__revision__lt=row.revision, ended_at__gte=row.created_at)
        tries = tries.filter(Q(delivery=row, number__gt=row.round_start) | ended_later)
    return tries
