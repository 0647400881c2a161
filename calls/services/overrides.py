"""A supervisor has a call dialled all the same, where the law allows it, and says why."""

from accounts import audit
from accounts.access import SUPERVISORS
from accounts.models import User
from calls.dials import Refusal
from calls.services import events

ASK_AT_MOST = 2  # names in a sentence
WHY = "Say why it is dialled all the same."
LONGEST_REASON = 300  # characters our column holds
NOT_YOURS = Refusal("override", "Only a supervisor can have a call dialled all the same.")


def stand_in_the_way(user, refusals, reason):
    """Those of the Refusals that hold although `user` gave `reason` ("" for none)."""
    if not reason:
        return refusals
    if not user.is_supervisor:
        return [*refusals, NOT_YOURS] if refusals else []
    return [refusal for refusal in refusals if not refusal.may_override]


def can_be_overridden(refusals):
    """Whether nothing but what a supervisor may overrule stands in the way."""
    return bool(refusals) and all(refusal.may_override for refusal in refusals)


def whom_to_ask(user, refusals, location):
    """A sentence for who may not overrule the Refusals themselves: who may; "" where nobody may."""
    if user.is_supervisor or not can_be_overridden(refusals):
        return ""
    people = User.objects.filter(role__in=SUPERVISORS, is_active=True)
    near = list(people.filter(locations=location)[:ASK_AT_MOST]) if location else []
    names = near or list(people.filter(sees_all_locations=True)[:ASK_AT_MOST])
    return f"{' or '.join(map(str, names)) or 'A supervisor'} can have it dialled all the same."


def record(call, refusals):
    """Write down that these Refusals were overruled: on the call's timeline and in the history."""
    overruled = " ".join(refusal.sentence for refusal in refusals)
    text = f"Dialled all the same: {call.override_reason} ({overruled})"
    events.note(call, "overridden", text, dedupe="overridden", by=call.asked_by)
    codes = {refusal.code: [refusal.sentence, "overruled"] for refusal in refusals}
    audit.record(call.asked_by, "dialled all the same", call, codes, reason=call.override_reason)
