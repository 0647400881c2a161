"""Taking back a wrap-up that one key saved."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from calls.models import Call
from calls.services import tries
from feedback import drafts
from feedback.forms import typed_of
from feedback.models import Rating
from feedback.services import surveys
from feedback.services.ratings import UNDO_GRACE, UNDO_SECONDS, is_undoable_kind
from integrations.choices import DeliveryState
from integrations.models import Delivery


class CannotUndo(Exception):
    """It is too late to take the wrap-up back; `str()` says why."""


def undo_until(rating):
    """Until when the Undo button is shown (aware), or None."""
    return rating.saved_at + timedelta(seconds=UNDO_SECONDS) if is_undoable_kind(rating) else None


def undo_rating(call, by):
    """Take a wrap-up that one key saved back to a draft. Raises CannotUndo; then nothing was changed."""
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call.pk)
        rating = Rating.objects.filter(call=call).first()
        _check_undo(rating, by)
        _take_back_deliveries(rating)
        surveys.take_back(rating, by)
        tries.take_back(call, by)
        typed = typed_of(rating)
        rating.delete()
        Call.objects.filter(pk=call.pk).update(wrap_up_due_at=_due_again(call), **_flags_before(call, rating))
        return drafts.save(call, by, typed)


def _check_undo(rating, by):
    if rating is None:
        raise CannotUndo("There is nothing to undo: this wrap-up is not saved.")
    if rating.saved_by_id != by.pk or not is_undoable_kind(rating):
        raise CannotUndo("This wrap-up cannot be taken back. Correct it instead.")
    if timezone.now() > rating.saved_at + timedelta(seconds=UNDO_SECONDS + UNDO_GRACE):
        raise CannotUndo("The five seconds are over. Correct the wrap-up instead.")


def _due_again(call):
    """The time it had before, and a minute at least to choose again."""
    soon = timezone.now() + timedelta(seconds=60)
    return max(soon, call.ended_at + timedelta(seconds=settings.WRAP_UP_SECONDS)) if call.ended_at else soon


def _flags_before(call, rating):
    """What the flags that this wrap-up said were before it: as they were set during the call, else unknown. Left as it
    said them, CCAI would never hear of them: the next wrap-up tells what differs from the call."""
    last = call.flag_legs.select_related("delivery").order_by("pk").last()
    told = last.delivery.payload if last else {}
    return {name: told.get(name) for name in rating.flags}


def _take_back_deliveries(rating):
    """Each that still waits is replaced by nothing; one a worker has taken stops the undo."""
    pending = _own_pending(rating)
    expected = pending.count()
    taken_back = pending.filter(owner="", attempt_count=0).update(
        state=DeliveryState.SUPERSEDED, reason="Undone", done_at=timezone.now(), version=F("version") + 1
    )
    if taken_back != expected:
        raise CannotUndo("It is on its way to a vendor already. Correct the wrap-up instead.")


def _own_pending(rating):
    mine = rating.legs.filter(revision=rating.revision).values("delivery")
    return Delivery.objects.filter(pk__in=mine, state=DeliveryState.PENDING)
