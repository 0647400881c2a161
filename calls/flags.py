"""CCAI's customer flags, changed while the call is on: sent at once, as a delivery of their own."""

from django.db import transaction

from calls.choices import CustomerFlag
from calls.models import Call, FlagLeg
from calls.services import events
from integrations import outbox
from integrations.ccai.delivery import CUSTOMER_FLAGS, payload_of
from integrations.contracts import CustomerFlags

NOT_YOURS = "These flags are not yours to set."
NO_ID = "CCAI has not told us its id of this call yet."
OVER = "The call is over: CCAI takes flags during a call. Set them with the wrap-up."


class CannotSetFlags(Exception):
    """Why the flags of a call cannot be set now; `str()` is the sentence."""


@transaction.atomic
def set_flags(call, by, **changed):
    """Send changed flags (name=True or False) of a live call at once: the Delivery. Raises CannotSetFlags.

    All flags set so far go with it: a newer wish replaces one that still waits, and must lose nothing of it.
    """
    unknown = set(changed) - set(CustomerFlag.values)
    if unknown:
        raise TypeError(f"There is no flag {sorted(unknown)[0]}.")
    call = Call.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=call.pk).first()
    _refuse(call)
    for name, value in changed.items():
        setattr(call, name, value)
    call.save(update_fields=list(changed))
    wish = CustomerFlags(call.vendor_id, **{name: getattr(call, name) for name in CustomerFlag.values})
    delivery = outbox.send(CUSTOMER_FLAGS, f"call:{call.pk}:live-flags", payload_of(wish))
    FlagLeg.objects.get_or_create(delivery=delivery, defaults={"call": call, "by": by})
    events.note(call, "flags", _words(changed), by=by)
    return delivery


def _refuse(call):
    if call is None:
        raise CannotSetFlags(NOT_YOURS)
    if not call.vendor_id:
        raise CannotSetFlags(NO_ID)
    if not call.state.is_live:
        raise CannotSetFlags(OVER)


def _words(changed):
    shown = (f"{name.replace('_', ' ')} {'on' if value else 'off'}" for name, value in sorted(changed.items()))
    return f"Customer flags: {', '.join(shown)}"
