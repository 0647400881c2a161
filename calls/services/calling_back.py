"""Calling somebody back: one press at the desk, and the call carries the plan it comes from."""

from calls import planned
from calls.choices import WAITS, CallbackState
from calls.models import Callback
from calls.services import placing
from calls.services.callbacks import AT_CCAI, CannotChange


def call_back(user, row, *, intent, **how):
    """Dial for a Callback: the Call. The same `intent` gives the first one.

    how  provider, outbound_number, lang, as `place` takes them
    Raises CannotChange (over, with CCAI, or a colleague is on it: by name), DialRefused and OpenCall.
    """
    row = Callback.objects.select_related("customer__phone", "number", "location").get(pk=row.pk)
    taken = planned.carried_out_by(row)
    if taken is None or taken.intent != intent:
        _refuse(row, taken)
    return placing.place(
        user,
        intent=intent,
        to=row.number.e164 if row.number else "",
        customer=row.customer,
        ticket_id=row.ticket_id,
        location=row.location,
        callback=row,
        **how,
    )


def _refuse(row, taken):
    if row.state == CallbackState.HANDED_OVER:
        raise CannotChange(AT_CCAI)
    if taken:
        raise CannotChange(planned.taken_words(taken))
    if row.state not in WAITS:
        raise CannotChange(f"Nobody is to be called here any more. {row.why}".strip())
