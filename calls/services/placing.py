"""Placing a call: at most once, whatever happens on the way.

The row is committed as `placing` before the vendor hears of it. The vendor is asked once, outside any
transaction, by whoever inserted the row; the unique intent decides who that is. A process that dies in
between leaves `placing`, which `calls.sync` turns into `uncertain` and then finds in the vendor's list.
"""

from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls import rules
from calls.choices import CallStatus
from calls.models import Call
from calls.rules import Refusal
from calls.services import events, reports
from customers import phones
from customers import services as customer_services
from customers.models import Location
from integrations import connections, pulse, vendors
from integrations.contracts import OutboundCall
from integrations.errors import Misconfigured, Uncertain, VendorError
from integrations.models import Connection
from integrations.text import clean

FINISH_IN_ADAPTER = "CCAI took it and waits for you: finish the call in the CCAI adapter."
MAYBE_RANG = "We do not know whether it rang. We are looking for it at CCAI; it is not dialled again by itself."
# Answers are recorded only onto a call nobody has decided about meanwhile.
_UNANSWERED = (CallStatus.PLACING, CallStatus.UNCERTAIN)
# Refusals that are an open call: one lands on it instead of reading a sentence.
_BUSY = ("agent_busy", "number_busy")


class DialRefused(Exception):
    """The rules say no and no row was made: `refusals`, at least one."""

    def __init__(self, refusals):
        super().__init__(" ".join(refusal.sentence for refusal in refusals))
        self.refusals = list(refusals)


class OpenCall(Exception):
    """There is an open call of this agent or to this number: `call`."""

    def __init__(self, call):
        super().__init__(f"{call} is open.")
        self.call = call


def place(
    user,
    *,
    intent,
    provider="ccai",
    to="",
    customer=None,
    ticket_id="",
    outbound_number="",
    lang="en",
    location=None,
    parent=None,
):
    """Dial once for this `intent` (any text up to 64 characters) and return the Call, whatever became of it.

    The same intent returns the first call. `to` and `outbound_number` are numbers in any spelling; a ticket
    wins over a number at the vendor. Raises DialRefused (rules, no row) and OpenCall.
    """
    first = _first(intent)
    if first:
        return first
    call = Call(
        intent=intent,
        provider=provider,
        connection=Connection.objects.of(provider),
        agent=user,
        customer=customer,
        number=_number(to, customer),
        location=location or _location(user, customer),
        ticket_id=clean(ticket_id),
        outbound_number=_caller_id(outbound_number),
        lang=lang,
        parent=parent,
    )
    try:
        _refuse(call)
    except (DialRefused, OpenCall):
        first = _first(intent)  # what stands in the way may be this very intent, a moment earlier
        if first:
            return first
        raise
    kept, is_ours = _keep(call)
    return _ask(kept) if is_ours else kept


def _first(intent):
    return Call.objects.filter(intent=intent).first()


def _number(to, customer):
    if not to:
        return customer.phone if customer else None
    try:
        return phones.get_number(phones.parse(to).e164)
    except phones.PhoneProblem as problem:
        raise DialRefused([Refusal("to", str(problem))]) from problem


def _caller_id(text):
    try:
        return phones.parse(text).e164 if text else ""
    except phones.PhoneProblem as problem:
        raise DialRefused([Refusal("outbound_number", str(problem))]) from problem


def _location(user, customer):
    """The customer's location, else the agent's only one."""
    if customer and customer.location:
        return customer.location
    mine = list(Location.objects.filter(members=user)[:2])
    return mine[0] if len(mine) == 1 else None


def _refuse(call):
    refusals = rules.may_dial(
        call.agent,
        customer=call.customer,
        number=call.number,
        ticket_id=call.ticket_id,
        connection=call.connection,
        outbound_number=call.outbound_number,
    )
    said = [refusal for refusal in refusals if refusal.code not in _BUSY]
    if said:
        raise DialRefused(said)
    if refusals:
        raise OpenCall(refusals[0].call)


def _keep(call):
    """(the row of this intent, whether we inserted it). Raises OpenCall when the constraints say so."""
    call.asked_at = call.created_at = timezone.now()
    try:
        with transaction.atomic():
            call.save(force_insert=True)
            events.note(call, "asked", _asked_words(call), dedupe="asked", by=call.agent, at=call.asked_at)
            if call.number:
                customer_services.note_dialled(call.number, call.asked_at)
            transaction.on_commit(pulse.start, robust=True)
    except IntegrityError:
        return _who_was_first(call), False
    return call, True


def _asked_words(call):
    whom = f"ticket {call.ticket_id}" if call.ticket_id else phones.display(call.number.e164)
    return f"Asked {call.connection} to call {whom}"


def _who_was_first(call):
    same = _first(call.intent)
    if same:
        return same
    other = rules.open_call_of(call.agent) or rules.open_call_to(call.number)
    if other is None:  # it ended between our insert and this look
        raise DialRefused([Refusal("number_busy", "Another call stood in the way and has just ended: dial again.")])
    raise OpenCall(other)


# --- Asking, and writing down what came back --------------------------------------------------


def _ask(call):
    """Ask the vendor once and record its answer. Never raises for what a vendor does."""
    try:
        placed = vendors.client(call.connection).place(_wish(call))
    except VendorError as error:
        _record_failure(call, error)
    else:
        _record(call, placed)
        connections.note_ok(call.connection)
    call.refresh_from_db()
    return call


def _wish(call):
    return OutboundCall(
        agent_email=call.agent.ccai_email,
        end_user_number=call.number.e164 if call.number and not call.ticket_id else "",
        ticket_id=call.ticket_id,
        outbound_number=call.outbound_number,
        lang=call.lang,
    )


@transaction.atomic
def _record(call, placed):
    shown = {"reported_outbound_number": placed.outbound_number[:40]} if placed.outbound_number else {}
    if placed.vendor_id:
        Call.objects.filter(pk=call.pk).update(**shown)
        reports.take_id(call, placed.vendor_id)
        reports.apply_report(call, placed.report)
    else:
        _settle(call, CallStatus.NEEDS_AGENT, FINISH_IN_ADAPTER, placed.words, **shown)


def _record_failure(call, error):
    if isinstance(error, Misconfigured):
        connections.pause(call.connection, error.sentence)
    if isinstance(error, Uncertain):
        _settle(call, CallStatus.UNCERTAIN, f"{error.sentence} {MAYBE_RANG}", error.words)
    else:
        _settle(call, CallStatus.REFUSED, error.sentence, error.words, ended_at=timezone.now())


@transaction.atomic
def _settle(call, status, why, words="", **facts):
    """Write an answer that brought no id, unless the call was found or decided about meanwhile."""
    unanswered = Call.objects.filter(pk=call.pk, status__in=_UNANSWERED, vendor_id=None)
    if unanswered.update(status=status, why=why[:500], vendor_words=words, **facts):
        events.note(call, status, why, dedupe=f"answer:{status}")


def give_up_waiting(older_than):
    """Calls still `placing` at `older_than` (aware): whoever asked for them is gone. Returns how many."""
    lost = Call.objects.filter(status=CallStatus.PLACING, vendor_id=None, asked_at__lt=older_than)
    gone = partial(_settle, status=CallStatus.UNCERTAIN, why=f"The answer never reached us. {MAYBE_RANG}")
    rows = list(lost)
    for call in rows:
        gone(call)
    return len(rows)


def deadline():
    """Seconds after asking when no answer can be on its way any more: three times what a dial may take."""
    return 3 * settings.PLACE_DEADLINE
