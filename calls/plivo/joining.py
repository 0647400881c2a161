"""Whom an agent who has picked up is joined with, and when nobody any more.

Plivo asks for instructions once a call and follows the first that it gets. It asks again, with a new nonce, only when
our answer did not reach it: then nothing was dialled yet and the same instructions are given again, as hanging up
would cut off an agent because of a lost packet. What must not happen is a second ring at the customer's, so nothing is
given out once anything was heard of the customer's phone, after ten minutes, or when the call is over. The same nonce
twice is a copy of a request and not Plivo: it never gets a number (integrations/views/hooks.py).
"""

from datetime import timedelta

from django.utils import timezone

from calls.choices import Provider, Side
from calls.models import Call
from calls.status.plivo import OF_CUSTOMER
from integrations.contracts import Bridge
from integrations.errors import SetAside

# Ringing, four tries at our address and as many at the fallback, a minute each at the most.
WAITS = timedelta(minutes=10)


def must_wait(call):
    """Raises SetAside with the reason where a call does not wait for instructions (any more)."""
    if call.state.is_final:
        raise SetAside("The agent picked up when the call was over: told to hang up.")
    if call.asked_at is None or call.asked_at < timezone.now() - WAITS:
        raise SetAside("The agent picked up more than ten minutes after we asked: told to hang up.")
    if call.number is None:
        raise SetAside("This call has no number to be joined with: told to hang up.")
    if _customer_was_dialled(call):
        raise SetAside("The customer’s phone was dialled for this call already: not dialled again.")


def _customer_was_dialled(call):
    return (
        call.events.filter(status__in=OF_CUSTOMER).exists()
        or call.legs.filter(side=Side.CUSTOMER).exclude(uuid="").exists()
    )


def bridge(reference):
    """The Bridge of the call with this reference (Call.uuid in hex), or None."""
    call = Call.objects.filter(uuid=reference, provider=Provider.PLIVO).select_related("number", "connection").first()
    if call is None or call.number is None:
        return None
    asked = call.outbound_number or next(iter(call.connection.caller_ids), "")
    caller_id = call.reported_outbound_number or asked
    return Bridge(reference, caller_id, call.number.e164) if caller_id else None
