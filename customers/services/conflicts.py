"""A value changed here and at FeedbackAPI: an admin says which one holds."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from customers import takes
from customers.choices import Side
from customers.models import Conflict
from customers.services import saving, vendor


class Settled(Exception):
    """Somebody was quicker, or the two values agree by now."""


def resolve(conflict, side, by):
    """Keep ours (and send it, over theirs) or take theirs. The Conflict; raises Settled."""
    with transaction.atomic():
        conflict = Conflict.objects.select_for_update(of=("self",)).get(pk=conflict.pk)
        if conflict.resolved_at:
            raise Settled("This conflict is settled already.")
        row = saving.locked(conflict.subject)
        conflict.kept, conflict.resolved_by, conflict.resolved_at = side, by, timezone.now()
        conflict.save(update_fields=["kept", "resolved_by", "resolved_at"])
        _record(conflict, row, side, by)
        if side == Side.THEIRS:
            takes.take(row, conflict.field, conflict.theirs)
        vendor.wish(row, acceptable=takes.as_sent(conflict.field, conflict.theirs))
    return conflict


def _record(conflict, row, side, by):
    pair = [conflict.ours, conflict.theirs] if side == Side.THEIRS else [conflict.theirs, conflict.ours]
    deed = "took FeedbackAPI's value" if side == Side.THEIRS else "kept our value over FeedbackAPI's"
    audit.record(by, deed, row, {conflict.field: pair})
