"""Calls for cases: placing one, which case a call is about, and what its wrap-up does to the case."""

from django.db.models import Q

from calls import services as dialing
from feedback.cases import stages
from feedback.cases.linked import began, link, of_call, waiting
from feedback.cases.notes import note
from feedback.choices import CaseStage, CaseWord, ContactHow, Outcome, RootCause
from feedback.models import Case, CaseCall, CaseContact, CaseEvent


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
    """Bring cases in line with a saved or corrected wrap-up, in its transaction. It never fails for a case's sake.

    cause  what it says was behind the case of this call: a RootCause, "" for not resolved, None for not said
    """
    call, mine, talked = rating.call, of_call(rating.call), _talked(rating)
    for case in stages.hold_all(_touched(call, mine)):
        is_mine = mine is not None and case.pk == mine.pk
        _bring_in_line(case, rating, by, _said(call, case, cause, talked) if is_mine else None, talked)


def _talked(rating):
    return Outcome(rating.outcome).human_reached and rating.right_party is not False


def _touched(call, mine):
    """The call's own case, those whose customer waits, and those that an earlier version of its wrap-up moved: pks."""
    moved = [CaseEvent.objects.filter(call=call).values("case"), CaseContact.objects.filter(call=call).values("case")]
    rows = Case.objects.filter(Q(pk__in=waiting(call).values("pk")) | Q(pk__in=moved[0]) | Q(pk__in=moved[1]))
    return {*rows.order_by().values_list("pk", flat=True), *([mine.pk] if mine else [])}


def _said(call, case, cause, talked):
    """What stands of this wrap-up about its case, kept with the call: "" = not resolved, None = nothing said of it."""
    if cause is None and not talked and not CaseCall.objects.filter(call=call).exists():
        return None
    mine = link(call, case)
    said = "" if not talked else mine.root_cause if cause is None else cause
    CaseCall.objects.filter(pk=mine.pk).exclude(root_cause=said).update(root_cause=said)
    return said


def _bring_in_line(case, rating, by, cause, talked):
    """`case` is held."""
    call, why = rating.call, f"The wrap-up was corrected: {rating.get_outcome_display()}"
    if _resolved_by(case, call):
        if talked and cause != "":
            return _corrected_cause(case, by, cause, call)
        case = _unresolved(case, by, why, call)
    if case.is_closed:
        return
    is_noted = case.contacts.filter(call=call).exists()
    if talked and not is_noted:
        case = stages.contact(case, by, ContactHow.CALL, at=began(call), call=call)
    elif is_noted and not talked:
        case = stages.withdraw(case, by, why, call)
    if cause:
        _resolve(case, by, RootCause(cause), call)


def _corrected_cause(case, by, cause, call):
    if cause and cause != case.root_cause:
        stages.change_cause(case, by, cause, call)


def _unresolved(case, by, why, call):
    """The case, open again where it can be; where it cannot the wrap-up is saved all the same, and the case says so."""
    try:
        return stages.unresolve(case, by, why, call)
    except stages.CannotChange as cannot:
        note(case, CaseWord.NOTE, f"{why}. It stays resolved: {cannot}", by, call)
        return case


def _resolve(case, by, cause, call):
    """A call of before it was reopened settles it no more."""
    if case.stage == CaseStage.CONTACTED and not stages.is_past(case, began(call)):
        stages.resolve(case, by, cause, call=call)
        return
    CaseCall.objects.filter(call=call).update(root_cause="")
    note(case, CaseWord.NOTE, f"A wrap-up of before it was reopened says: {cause.label}. It stays open.", by, call)


def _resolved_by(case, call):
    """Whether the wrap-up of this call closed it, and it is closed still."""
    if case.stage != CaseStage.RESOLVED:
        return False
    last = case.events.filter(word=CaseWord.RESOLVED).last()
    return last is not None and last.call_id == call.pk
