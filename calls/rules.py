"""May this person dial this now? Every reason why not, each in one sentence. Nothing is asked of a vendor.

A new rule is a generator of Refusals in RULES.
"""

from django.utils import timezone

from calls import line_rules
from calls.choices import HOLDS_NUMBER, OPEN, CallStatus, Kind, Provider
from calls.dials import Dial, Refusal
from calls.models import Call
from customers import phones
from integrations import options

__all__ = ["Dial", "Refusal", "held_words", "may_dial", "open_call_of", "open_call_to"]


def may_dial(user, *, customer=None, number=None, ticket_id="", connection, outbound_number="", **how):
    """The Refusals of a dial, the plainest first; empty means yes.

    customer, number  rows or None; the customer's number counts where none is given
    outbound_number   E.164 of the caller id, "" = the vendor's default
    how               kind, menu_id, scheduled_at (aware), parent (a Call) where they are not an outbound call's;
                      location (a Location) whose clock and account count where there is no customer
    """
    number = number or (customer.phone if customer else None)
    dial = Dial(user, customer, number, ticket_id, connection, outbound_number, **how)
    return [refusal for rule in RULES for refusal in rule(dial)]


def _somebody_to_call(dial):
    if dial.number or dial.ticket_id:
        return
    nobody = "Say whom to call: a number, a customer or a ticket."
    yield Refusal("to", f"{dial.customer} has no phone number." if dial.customer else nobody)


def _kind_is_offered(dial):
    if not dial.is_by_menu:
        return
    if dial.connection.vendor != Provider.CCAI:
        yield Refusal("kind", f"{dial.connection} places outbound calls only.")
    elif not dial.number:
        yield Refusal("to", "CCAI needs the number for this kind of call, also beside a ticket.")
    if not (dial.menu_id or (dial.kind == Kind.SCHEDULED and dial.parent and dial.parent.vendor_id)):
        yield Refusal("menu_id", "Choose a menu.")


def _time_is_ahead(dial):
    if dial.kind != Kind.SCHEDULED:
        return
    if not dial.scheduled_at or dial.scheduled_at <= timezone.now():
        yield Refusal("scheduled_at", "Choose a time in the future.")


def _agent_has_a_phone(dial):
    if _joins_phones(dial.connection) and not dial.user.phone:
        yield Refusal(
            "no_phone", f"{dial.connection} joins your phone with the customer’s: add your phone in your profile."
        )


def _joins_phones(connection):
    """Whether it rings the agent's own phone: Plivo does, TeleSign where an admin chose it."""
    if connection.vendor == Provider.TELESIGN:
        return options.of(connection)["on_answer"] == "connect"
    return connection.vendor == Provider.PLIVO


def _agent_is_known_to_the_vendor(dial):
    if dial.connection.vendor == Provider.CCAI and not dial.is_by_menu and not dial.user.ccai_email:
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
    own = dial.user.default_caller_id if dial.connection.vendor == Provider.CCAI else ""
    if asked and allowed and asked not in (*allowed, own):
        yield Refusal("outbound_number", f"{phones.display(asked)} is not one of the caller ids of this connection.")


def _agent_is_free(dial):
    if dial.is_by_menu:
        return  # it goes to whoever is free
    call = open_call_of(dial.user)
    if call:
        yield Refusal("agent_busy", "You are on a call already: finish it first.", call)


def _number_is_free(dial):
    if dial.kind == Kind.SCHEDULED:
        return  # by then it is over
    call = open_call_to(dial.number)
    if call is None or (call.agent_id == dial.user.pk and call.state in OPEN):
        return  # one's own open call is told once, by the rule before
    yield Refusal("number_busy", held_words(call), call)


def held_words(call):
    """Why a number cannot be dialled while `call` holds it, in one sentence."""
    if call.status == CallStatus.UNCERTAIN:
        return "We do not know yet whether the last call to this number rang: look at it first."
    return f"{call.agent or 'Somebody'} is on a call with this number right now."


def open_call_of(user):
    """The open call of an agent, or None."""
    return Call.objects.filter(agent=user, status__in=OPEN).select_related("number", "agent").first()


def open_call_to(number):
    """The open or uncertain call to a PhoneNumber, or None."""
    return number and Call.objects.filter(number=number, status__in=HOLDS_NUMBER).select_related("agent").first()


RULES = (
    _somebody_to_call,
    _kind_is_offered,
    _time_is_ahead,
    _agent_has_a_phone,
    _agent_is_known_to_the_vendor,
    _connection_is_up,
    _caller_id_is_ours,
    line_rules.not_on_do_not_call,
    line_rules.not_opted_out,
    line_rules.at_a_legal_hour,
    line_rules.line_is_alive,
    line_rules.right_person_answers,
    line_rules.not_called_too_often,
    _agent_is_free,
    _number_is_free,
)
