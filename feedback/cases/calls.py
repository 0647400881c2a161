"""Calls for cases: placing one, which case a call is about, and what its wrap-up does to the case."""

from django.db.models import Q

from calls import services as dialing
from feedback.cases import stages
from feedback.cases.linked import began, link, of_call, waiting
from feedback.choices import CaseStage, CaseWord, ContactHow, Outcome, RootCause
from feedback.models import Case, CaseCall, CaseEvent


class CannotCall(Exception):
    """Nobody can be called about this case; `str()` says why."""


def number_of(case):
    """The PhoneNumber to call about a case, None where none is known. The customer's present one comes first."""
    return (case.customer.phone if case.customer else None) or case.number


def place(user, case, *, intent, **how):
    """Call the customer of a case: the Call. The same `intent` gives the first one.

    how  provider, outbound_number, lang, as `calls.services.place` takes them
    Raises CannotCall, DialRefused and OpenCall.
    """
    number = number_of(case)
    if number is None:
        raise CannotCall("No number is known. Add one to the customer, or contact them otherwise.")
    if case.is_closed:
        raise CannotCall(f"{case} is {case.get_stage_display().lower()} already. Reopen it first.")
    call = dialing.place(user, intent=intent, to=number.e164, customer=case.customer, location=case.location, **how)
    link(call, case)
    return call


def settle(rating, by, cause=None):
    """Bring cases in line with a saved or corrected wrap-up, in its transaction.

    cause  what it says was behind the case of this call: a RootCause, "" for not resolved, None for not said
    """
    call, mine = rating.call, of_call(rating.call)
    talked = _talked(rating)
    if mine and (cause is not None or talked):
        mine_call = link(call, mine)
        cause = mine_call.root_cause if cause is None else cause if talked else ""
        CaseCall.objects.filter(pk=mine_call.pk).update(root_cause=cause)
    for case in _touched(call, mine):
        _bring_in_line(case, rating, by, cause if mine and case.pk == mine.pk else None, talked)


def _talked(rating):
    return Outcome(rating.outcome).human_reached and rating.right_party is not False


def _touched(call, mine):
    """The call's own case, those whose customer waits, and those that an earlier version of its wrap-up moved."""
    moved = CaseEvent.objects.filter(call=call).values("case")
    rows = list(Case.objects.filter(Q(pk__in=waiting(call).values("pk")) | Q(pk__in=moved)).order_by("pk"))
    return rows if mine is None or mine in rows else [*rows, mine]


def _bring_in_line(case, rating, by, cause, talked):
    call = rating.call
    if _resolved_by(case, call) and (not talked or cause == ""):
        case = stages.unresolve(case, by, f"The wrap-up was corrected: {rating.get_outcome_display()}", call)
    elif _resolved_by(case, call) and cause and cause != case.root_cause:
        stages.change_cause(case, by, cause, call)
        return
    if case.is_closed:
        return
    if talked and not _is_noted(case, call):
        case = stages.contact(case, by, ContactHow.CALL, at=began(call), call=call)
    elif not talked and case.contact_call_id == call.pk and case.stage == CaseStage.CONTACTED:
        case = stages.withdraw(case, by, f"The wrap-up was corrected: {rating.get_outcome_display()}", call)
    if talked and cause:
        stages.resolve(case, by, RootCause(cause), call=call)


def _resolved_by(case, call):
    """Whether the wrap-up of this call closed it, and it is closed still."""
    if case.stage != CaseStage.RESOLVED:
        return False
    last = case.events.filter(word=CaseWord.RESOLVED).last()
    return last is not None and last.call_id == call.pk


def _is_noted(case, call):
    """Whether this call stands as a contact of the case already."""
    last = case.events.filter(call=call, word__in=(CaseWord.CONTACTED, CaseWord.WITHDRAWN)).last()
    return last is not None and last.word == CaseWord.CONTACTED
