"""Saving a wrap-up and correcting it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from calls.choices import CallStatus
from calls.models import Call
from customers import services as customers
from feedback import drafts, legs, lines
from feedback.cases import calls as cases
from feedback.choices import Outcome, PhoneStatus
from feedback.models import Rating, RatingRevision
from feedback.services import planning, surveys
from integrations.text import clean

# The button is shown for five seconds (DECISIONS 27); two more for the way from the press to here.
UNDO_SECONDS = 5
UNDO_GRACE = 2
KEPT_FIELDS = (
    *("outcome", "right_party", "quality", "issues", "phone_status", "notes", "flags"),
    *("feedback_request", "callback"),
)


class CannotSave(Exception):
    """The wrap-up was not saved; `str()` says why. Nothing was changed."""


class ChangedMeanwhile(CannotSave):
    """Somebody (or another tab) saved first. `rating` is what stands."""

    def __init__(self, sentence, rating):
        super().__init__(sentence)
        self.rating = rating


class ReasonNeeded(CannotSave):
    """A supervisor finishes or corrects a colleague's wrap-up and has not said why."""


def save_rating(call, by, data, form_key="", reason="", based_on=None):
    """Save or correct the wrap-up of `call`; returns the Rating.

    data      a valid RatingForm's cleaned_data
    form_key  the same key again answers the first result and changes nothing
    reason    why a supervisor finishes or corrects for a colleague
    based_on  the revision the person saw (0 = none); another one by now raises ChangedMeanwhile
    Raises CannotSave and its kinds. All rows are written in one transaction or none is.
    """
    form_key, reason = clean(form_key), clean(reason)
    with transaction.atomic():
        # One writer per call: two tabs and two people are taken one after the other.
        call = Call.objects.select_for_update().get(pk=call.pk)
        before = Rating.objects.filter(call=call).select_related("saved_by").first()
        if before and _is_repeat(before, form_key):
            return before
        _check(call, by, before, reason, based_on)
        planned_by = planning.key(before) if before else None
        rating = _write(call, by, before, data, form_key, reason)
        _tell_left(rating, by)
        legs.send_all(rating, not_before=_held_until(rating))
        surveys.send(rating, not_before=_held_until(rating))
        if planning.key(rating) != planned_by:
            planning.settle(rating, by)
        cases.settle(rating, by, data.get("root_cause"))  # after the survey, which a case stands in the way of
        drafts.drop(call)
    return rating


def _is_repeat(rating, form_key):
    return bool(form_key) and rating.revisions.filter(form_key=form_key).exists()


def _check(call, by, before, reason, based_on):
    if not call.state.can_be_wrapped_up:
        raise CannotSave(why_not_yet(call))
    if before:
        return _check_correction(by, before, reason, based_on)
    if call.agent_id in (None, by.pk):
        return
    if not by.is_supervisor:
        raise CannotSave("Only the agent of this call or a supervisor can wrap it up.")
    if not reason.strip():
        raise ReasonNeeded("Say why you finish a colleague's wrap-up.")


def _check_correction(by, before, reason, based_on):
    if based_on is not None and based_on != before.revision:
        raise ChangedMeanwhile(f"{_who_saved(before, by)} Look at it before you save over it.", before)
    if before.saved_by_id == by.pk:
        return
    if not by.is_supervisor:
        raise ChangedMeanwhile(f"{_who_saved(before, by)} Only they or a supervisor can correct it.", before)
    if not reason.strip():
        raise ReasonNeeded(f"{_who_saved(before, by)} Say why you correct it.")


def _who_saved(rating, by):
    who = "You" if rating.saved_by_id == by.pk else rating.saved_by
    return f"{who} saved this wrap-up at {timezone.localtime(rating.saved_at):%H:%M}."


def why_not_yet(call):
    """Why a call cannot be wrapped up now, in a sentence."""
    if call.status == CallStatus.REFUSED:
        return "This call was not placed, so there is nothing to wrap up."
    if call.status == CallStatus.UNCERTAIN:
        return "We do not know yet whether this call rang. Wrap it up when that is settled."
    return "The call has not ended. What you note is kept until it has."


def _write(call, by, before, data, form_key, reason):
    rating = before or Rating(call=call, revision=0)
    for name in KEPT_FIELDS:
        setattr(rating, name, data[name])
    rating.call = call
    rating.revision += 1
    rating.saved_by, rating.saved_at, rating.reason = by, timezone.now(), reason.strip()[:300]
    if before is None:
        rating.first_saved_at, rating.after_call_seconds = rating.saved_at, _after_call_seconds(call, rating.saved_at)
    rating.save()
    RatingRevision.objects.create(
        rating=rating, number=rating.revision, data=_as_json(rating), by=by, at=rating.saved_at, form_key=form_key
    )
    if reason.strip():
        audit.record(by, "corrected a wrap-up" if before else "finished a wrap-up", call, reason=rating.reason)
    return rating


def _after_call_seconds(call, saved_at):
    """How long the wrap-up took, at most the time it had: who comes back tomorrow has not worked on it all night.

    Of a call that we heard of later than it ended (logged by hand, reported late) it counts from then, as its time did.
    """
    if call.ended_at is None:
        return None
    most = timedelta(seconds=settings.WRAP_UP_SECONDS)
    due = call.wrap_up_due_at or call.ended_at + most
    took = min(saved_at, due) - max(call.ended_at, due - most)
    return max(0, int(took.total_seconds()))


def _as_json(rating):
    data = {name: getattr(rating, name) for name in KEPT_FIELDS}
    return data | {"quality": None if rating.quality is None else str(rating.quality), "reason": rating.reason}


def _tell_left(rating, by):
    """Facts travel left by being written: the call's flags and clock, the number's history, do-not-call."""
    call, outcome = rating.call, Outcome(rating.outcome)
    Call.objects.filter(pk=call.pk).update(wrap_up_due_at=None, **rating.flags)
    for name, value in rating.flags.items():
        setattr(call, name, value)
    call.wrap_up_due_at = None
    if outcome.is_do_not_call and call.customer:  # no message from FeedbackAPI either
        customers.opt_out(call.customer, by, f"Asked for on call {call.pk}")
    if call.number is None:
        return
    _tell_number(rating, outcome)
    if outcome.is_do_not_call:
        customers.add_do_not_call(call.number, _account_of(call), by, why=f"Asked for on call {call.pk}")


def _tell_number(rating, outcome):
    status, _ = legs.phone_status_of(rating)
    customers.note_outcome(
        rating.call.number,
        reached=outcome.human_reached,
        right_party=outcome.human_reached and rating.right_party is True,
        wrong_party=outcome.human_reached and rating.right_party is False,
        disconnected=status == PhoneStatus.DISCONNECTED,
        at=rating.call.ended_at or rating.call.created_at,
        call=rating.call_id,
    )
    lines.note(rating.call)


def _account_of(call):
    """The client account a wish not to be called is about; None = all of them, when nobody knows which."""
    location = call.location or (call.customer.location if call.customer else None)
    return location.account if location else None


def _held_until(rating):
    """One key saved it: what it sends waits until that can no longer be taken back. Else None."""
    return rating.saved_at + timedelta(seconds=UNDO_SECONDS + UNDO_GRACE) if is_undoable_kind(rating) else None


def is_undoable_kind(rating):
    """First revision of an outcome that one key saves."""
    return Outcome(rating.outcome).saves_at_once and rating.revision == 1
