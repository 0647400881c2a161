"""May this person dial this now? Every reason why not, each in one sentence. Nothing is asked of a vendor.

A new rule is a generator of Refusals in RULES.
"""

from dataclasses import dataclass

from django.db.models import Q

from calls.choices import HOLDS_NUMBER, OPEN, CallStatus
from calls.models import Call
from customers import phones
from customers.models import Customer, DoNotCall, Location


@dataclass(frozen=True)
class Refusal:
    """`code` names the field or the rule; `call` is the open call that stands in the way, where one does."""

    code: str
    sentence: str
    call: Call | None = None


@dataclass(frozen=True)
class Dial:
    """What somebody wants to do."""

    user: object
    customer: Customer | None
    number: object | None
    ticket_id: str
    connection: object
    outbound_number: str = ""


def may_dial(user, *, customer=None, number=None, ticket_id="", connection, outbound_number=""):
    """The Refusals of a dial, the plainest first; empty means yes.

    customer, number  rows or None; the customer's number counts where none is given
    outbound_number   E.164 of the caller id, "" = the vendor's default
    """
    number = number or (customer.phone if customer else None)
    dial = Dial(user, customer, number, ticket_id, connection, outbound_number)
    return [refusal for rule in RULES for refusal in rule(dial)]


def _somebody_to_call(dial):
    if dial.number or dial.ticket_id:
        return
    nobody = "Say whom to call: a number, a customer or a ticket."
    yield Refusal("to", f"{dial.customer} has no phone number." if dial.customer else nobody)


def _agent_is_known_to_the_vendor(dial):
    if dial.connection.vendor == "ccai" and not dial.user.ccai_email:
        yield Refusal("no_ccai_email", "Your profile has no CCAI e-mail, so CCAI cannot ring you: add it there.")


def _connection_is_up(dial):
    if not dial.connection.is_on:
        yield Refusal("connection_off", f"The connection to {dial.connection} is switched off.")
    elif dial.connection.is_paused:
        why = f" {dial.connection.paused_why}" if dial.connection.paused_why else ""
        yield Refusal("connection_paused", f"The connection to {dial.connection} is paused until an admin acts.{why}")


def _caller_id_is_ours(dial):
    allowed = dial.connection.caller_ids
    asked = dial.outbound_number
    if asked and allowed and asked not in allowed and asked != dial.user.default_caller_id:
        yield Refusal("outbound_number", f"{phones.display(asked)} is not one of the caller ids of this connection.")


def _not_on_do_not_call(dial):
    if not dial.number:
        return
    entries = DoNotCall.objects.filter(number=dial.number).filter(Q(account=None) | Q(account__in=_accounts(dial)))
    entry = entries.order_by("account").select_related("account").first()
    if entry:
        for_whom = f" for {entry.account}" if entry.account else ""
        yield Refusal("do_not_call", f"{phones.display(dial.number.e164)} is on the do-not-call list{for_whom}.")


def _accounts(dial):
    """Ids of the client accounts this call would be for: the customer's, else all the person works for."""
    if dial.customer:
        return [dial.customer.location.account_id] if dial.customer.location else []
    return Location.objects.visible_to(dial.user).values("account")


def _not_opted_out(dial):
    """The wish belongs to the number: another row of the same customer does not undo it."""
    if dial.customer and dial.customer.opted_out_at:
        yield Refusal("opted_out", f"{dial.customer} asked not to be contacted.")
    elif dial.number and _opted_out(dial).exists():
        yield Refusal("opted_out", "Who has this number asked not to be contacted.")


def _opted_out(dial):
    same = Customer.objects.filter(phone=dial.number, opted_out_at__isnull=False)
    nowhere = Q(location=None)
    return same.filter(nowhere | Q(location__account__in=_accounts(dial)))


def _agent_is_free(dial):
    call = open_call_of(dial.user)
    if call:
        yield Refusal("agent_busy", "You are on a call already: finish it first.", call)


def _number_is_free(dial):
    call = open_call_to(dial.number)
    if call is None or (call.agent_id == dial.user.pk and call.state in OPEN):
        return  # one's own open call is told once, by the rule before
    if call.status == CallStatus.UNCERTAIN:
        sentence = "We do not know yet whether the last call to this number rang: look at it first."
    else:
        sentence = f"{call.agent or 'Somebody'} is on a call with this number right now."
    yield Refusal("number_busy", sentence, call)


def open_call_of(user):
    """The open call of an agent, or None."""
    return Call.objects.filter(agent=user, status__in=OPEN).select_related("number", "agent").first()


def open_call_to(number):
    """The open or uncertain call to a PhoneNumber, or None."""
    return number and Call.objects.filter(number=number, status__in=HOLDS_NUMBER).select_related("agent").first()


RULES = (
    _somebody_to_call,
    _agent_is_known_to_the_vendor,
    _connection_is_up,
    _caller_id_is_ours,
    _not_on_do_not_call,
    _not_opted_out,
    _agent_is_free,
    _number_is_free,
)
