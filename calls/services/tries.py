"""What a wrap-up does to planned calls: it closes the one the call carried out, plans the next try or the promised
call, ends a plan that has no sense any more; and takes all of that back.

A planned call is one row: the next try is a new one. So taking back is: cancel what this call planned, open again
what it settled.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from calls import planned, retry_plans
from calls.choices import WAITS, CallbackOrigin, CallbackState, Wait
from calls.models import Callback
from calls.retry_plans import ENDINGS
from calls.services.callbacks import AT_CCAI, REPLACED, Whom, Wish, end, hold, note, plan, waiting_to

__all__ = ["ENDINGS", "UNDONE", "Ending", "settle", "take_back", "what_next"]
REACHED = "The right person was reached."
TALKED_TO = "They were talked to."
AGREED = "Another time was agreed."
UNDONE = "Taken back with its wrap-up."


@dataclass(frozen=True)
class Ending:
    """How a call went, as far as planned calls care.

    stop      a sentence, why nobody is to be called any more; "" else
    reached   the right person was on the line
    retry     "busy", "no_answer", "voicemail", "failed" where nobody was reached
    wish      a Wish of the agent's; None: the plan decides
    no_more   the agent wants no next call
    reason    how it went, in a word or two: what the next caller reads
    """

    stop: str = ""
    reached: bool = False
    retry: str = ""
    wish: Wish | None = None
    no_more: bool = False
    reason: str = ""


@transaction.atomic
def settle(call, by, ending):
    """Bring planned calls in line with a wrap-up of `call`, the first or a correction: the planned Callback or None."""
    whom = Whom.of_call(call)
    hold(whom)
    spare, standing = _take_back(call, by)
    carried, (others, later) = _carried(call), _others(whom, call)
    tried = max((row.try_number for row in [carried, *_retries(others)] if row), default=1)
    if carried:
        why = ending.stop or (REACHED if ending.reached else "")
        end(carried, why, by, settled_by=call, done_at=call.asked_at or call.created_at)
    if ending.stop:
        _stop(others + later, ending.stop, call, by)
        return None
    _close(others, ending, call, by)
    origin = CallbackOrigin.RETRY if ending.retry else CallbackOrigin.PROMISE
    if origin in standing:
        return standing[origin]
    has_later = any(row.origin == origin for row in later)
    if ending.no_more or has_later or not (whom.number or whom.ticket_id):
        return None
    next_one = _retry if ending.retry else _promise
    return next_one(call, whom, by, ending, tried, spare.get(origin), others)


@transaction.atomic
def take_back(call, by):
    """Undo what the wrap-up of `call` did to planned calls."""
    hold(Whom.of_call(call))
    _take_back(call, by)


def _take_back(call, by):
    """Cancel what it planned, open what it settled. Gives two {origin: Callback}: those cancelled by this, to be
    used again, and those that stand because of what happened to them since."""
    spare, standing = {}, {}
    # What was promised beside the wrap-up, with a form of its own, is not the wrap-up's to take back.
    for row in Callback.objects.filter(from_call=call, intent=None).order_by("pk"):
        if row.state == CallbackState.OPEN and not planned.carried_out_by(row):
            end(row, UNDONE, by)
        if row.why == UNDONE:
            spare[row.origin] = row
        elif row.state != CallbackState.CANCELLED or row.settled_by_id:
            standing[row.origin] = row
    for row in Callback.objects.filter(settled_by=call).order_by("pk"):
        _open_again(row, by)
    return spare, standing


def _open_again(row, by):
    same = Callback.objects.waiting().filter(number=row.number, ticket_id=row.ticket_id, location=row.location)
    if same.filter(origin=row.origin).exists():
        return
    row.state, row.why, row.settled_by = CallbackState.OPEN, "", None
    row.done_at = row.cancelled_at = row.cancelled_by = None
    row.save(update_fields=["state", "why", "settled_by", "done_at", "cancelled_at", "cancelled_by"])
    note(row, "opened", "The wrap-up that ended it was changed", by)


def _carried(call):
    """The planned call that this one carries out, while it is not over."""
    row = call.callback_id and Callback.objects.get(pk=call.callback_id)
    return row if row and row.state in WAITS else None


def _others(whom, call):
    """Planned calls to the same people, in two lists: those that stood when this call was made, and those that a
    later call planned, which a correction of this one leaves alone."""
    rows = waiting_to(whom) if whom.number or whom.ticket_id else Callback.objects.none()
    rows = rows.exclude(pk=call.callback_id).select_related("from_call").order_by("promised_at", "pk")
    split = [], []
    for row in rows:
        split[bool(row.from_call and row.from_call.created_at > call.created_at)].append(row)
    return split


def _retries(rows):
    return [row for row in rows if row.is_retry]


def _promises(rows):
    return [row for row in rows if not row.is_retry]


def _stop(rows, why, call, by):
    for row in rows:
        if planned.is_with_ccai(row):
            Callback.objects.filter(pk=row.pk).update(why=f"{why} {AT_CCAI}"[:300])
            note(row, "warned", f"{why} {AT_CCAI}", by)
        else:
            end(row, why, by, settled_by=call)


def _close(rows, ending, call, by):
    """Retries that have no sense any more, and promises that were just kept or replaced."""
    at, soon = call.asked_at or call.created_at, timezone.now() + planned.NEAR
    for row in _retries(rows):
        if ending.wish and not ending.retry:
            end(row, AGREED, by, settled_by=call)
        elif ending.reached:
            end(row, REACHED, by, settled_by=call)
        elif ending.retry:
            end(row, "", by, settled_by=call, done_at=at)
    for row in _promises(rows):
        if planned.is_with_ccai(row):
            continue
        if ending.wish and not ending.retry:
            end(row, REPLACED, by, settled_by=call)
        elif ending.reached and row.promised_at <= soon and row.from_call_id != call.pk:
            end(row, TALKED_TO, by, settled_by=call, done_at=at)


def _promise(call, whom, by, ending, tried, spare, others):
    if ending.wish is None:
        return None
    at_ccai = next((row for row in _promises(others) if planned.is_with_ccai(row)), None)
    if at_ccai:
        return at_ccai
    return plan(CallbackOrigin.PROMISE, whom, ending.wish, by, row=spare, from_call=call, try_number=1, tries=1)


def _retry(call, whom, by, ending, tried, spare, others):
    plan_of = retry_plans.plan_for(whom.account)
    wish = ending.wish or _by_plan(call, whom, ending, plan_of, tried)
    if wish is None or (_promises(others) and not ending.wish):  # they are called at the promised time anyway
        return None
    count = {"try_number": tried + 1, "tries": max(plan_of.tries, tried + 1)}
    return plan(CallbackOrigin.RETRY, whom, wish, by, row=spare, from_call=call, **count)


def _by_plan(call, whom, ending, plan_of, tried):
    """When the plan wants the next try, as a Wish; None for not at all."""
    wait = retry_plans.wait_after(plan_of, ending.retry)
    if wait == Wait.NEVER or tried >= plan_of.tries:
        return None
    ended = call.ended_at or call.created_at
    at = retry_plans.next_try(wait, ended, timezone.now(), whom.customer, whom.number, whom.location)
    return Wish(at, call.agent, reason=ending.reason)


def what_next(call):
    """What follows from the wrap-up of a call, for people: (the Callback it planned or None, a sentence or "")."""
    rows = Callback.objects.filter(from_call=call).exclude(why=UNDONE)
    row = planned.with_people(rows).order_by("-pk").first()
    if row:
        return row, ""
    settled = Callback.objects.filter(settled_by=call, origin=CallbackOrigin.RETRY).order_by("-pk").first()
    if settled is None:
        return None, ""
    if settled.why:
        return None, f"No next try: the plan has ended. {settled.why}"
    return None, f"That was try {settled.try_number} of {settled.tries}: there is no next one."
