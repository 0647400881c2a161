"""Placing a call: at most once, whatever happens on the way.

The row is committed as `placing` before the vendor hears of it. The vendor is asked once, outside any
transaction, by whoever inserted the row; the unique intent decides who that is. A process that dies in
between leaves `placing`, which `calls.sync` turns into `uncertain` and then finds in the vendor's list.
"""

from dataclasses import replace
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls import planned, rules
from calls.choices import WAITS, CallStatus, EventSource, Kind, Provider
from calls.models import Call, Callback
from calls.rules import Refusal
from calls.services import events, overrides, reports, wishes
from customers import phones
from customers import services as customer_services
from customers.models import Location
from integrations import connections, pulse, vendors
from integrations.ccai.refusals import ON_DO_NOT_CALL
from integrations.errors import Misconfigured, Uncertain, VendorError
from integrations.models import Connection
from integrations.text import clean

FINISH_IN_ADAPTER = "CCAI took it and waits for you: finish the call in the CCAI adapter."
MAYBE_RANG = "We do not know whether it rang."
NOT_AGAIN = "It is not dialled again by itself."
# Which vendors have a list of calls that can be searched for it; TeleSign has only its events (FACTS 3).
_LISTED = (Provider.CCAI, Provider.PLIVO)
# The agent of these is whoever the vendor gives them to.
_VENDOR_CHOOSES = (Kind.INCOMING, Kind.SCHEDULED)
# These ring the agent's own phone and join it with the customer's.
_JOINS_PHONES = (Provider.PLIVO, Provider.TELESIGN)
# Answers are recorded only onto a call nobody has decided about meanwhile.
_UNANSWERED = (CallStatus.PLACING, CallStatus.UNCERTAIN)
# Refusals that are an open call: one lands on it instead of reading a sentence.
_BUSY = ("agent_busy", "number_busy")


class DialRefused(Exception):
    """The rules say no and no row was made: `refusals`, at least one, and `ask`, whom to ask, or ""."""

    def __init__(self, refusals, ask=""):
        super().__init__(" ".join([*(refusal.sentence for refusal in refusals), *([ask] if ask else [])]))
        self.refusals, self.ask = list(refusals), ask

    @property
    def may_override(self):
        """Whether a supervisor who says why could have it dialled all the same."""
        return overrides.can_be_overridden(self.refusals)


class OpenCall(Exception):
    """There is an open call of this agent or to this number: `call`."""

    def __init__(self, call):
        super().__init__(f"{call} is open.")
        self.call = call


def place(
    user,
    *,
    intent,
    provider=Provider.CCAI,
    kind=Kind.OUTBOUND,
    to="",
    customer=None,
    ticket_id="",
    outbound_number="",
    lang="en",
    location=None,
    parent=None,
    menu_id="",
    menu_name="",
    scheduled_at=None,
    recording_permission="",
    callback=None,
    override="",
):
    """Dial once for this `intent` (any text up to 64 characters) and return the Call, whatever became of it.

    The same intent returns the first call. `to` and `outbound_number` are numbers in any spelling; a ticket
    wins over a number at the vendor.

    kind          Kind.INCOMING and SCHEDULED are CCAI's: it rings the customer and gives them to a menu's queue
    parent        a Call this one follows; of a scheduled one the vendor is told
    menu_id       CCAI's id of a menu, `menu_name` what it is called now
    scheduled_at  aware, in the future
    callback      the Callback this call carries out; else the one a dial to this number means, if any
    override      why a supervisor has it dialled all the same, where the rules leave that to them

    Raises DialRefused (rules, no row) and OpenCall.
    """
    first = _first(intent)
    if first:
        return first
    call = Call(
        intent=intent,
        provider=provider,
        kind=kind,
        connection=Connection.objects.of(provider),
        agent=None if kind in _VENDOR_CHOOSES else user,
        asked_by=user,
        customer=customer,
        number=_number(to, customer),
        location=location or _location(user, customer),
        ticket_id=clean(ticket_id),
        outbound_number=_caller_id(outbound_number),
        lang=lang,
        parent=parent,
        agent_number=user.phone if provider in _JOINS_PHONES else "",
        menu_id=clean(str(menu_id or ""))[:40],
        menu_name=clean(menu_name)[:200],
        scheduled_at=scheduled_at,
        recording_permission=recording_permission,
        override_reason=clean(override).strip()[: overrides.LONGEST_REASON],
    )
    call.callback = callback or (planned.meant_by(user, call.number, call.location) if kind == Kind.OUTBOUND else None)
    try:
        overruled = _refuse(call)
    except (DialRefused, OpenCall):
        first = _first(intent)  # what stands in the way may be this very intent, a moment earlier
        if first:
            return first
        raise
    kept, is_ours = _keep(call, overruled, is_for=callback)
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
    """The Refusals that were overruled, mostly none. Raises DialRefused and OpenCall."""
    refusals = rules.may_dial(
        call.asked_by,
        customer=call.customer,
        number=call.number,
        ticket_id=call.ticket_id,
        connection=call.connection,
        outbound_number=call.outbound_number,
        kind=call.kind,
        menu_id=call.menu_id,
        scheduled_at=call.scheduled_at,
        parent=call.parent,
        location=call.location,
    )
    said = [refusal for refusal in refusals if refusal.code not in _BUSY]
    held = overrides.stand_in_the_way(call.asked_by, said, call.override_reason)
    if held:
        raise DialRefused(held, overrides.whom_to_ask(call.asked_by, held, call.location))
    if len(said) < len(refusals):
        raise OpenCall(next(refusal.call for refusal in refusals if refusal.code in _BUSY))
    if not said:
        call.override_reason = ""  # nothing had to be overruled
    return said


def _keep(call, overruled=(), is_for=None):
    """(the row of this intent, whether we inserted it). Raises OpenCall when the constraints say so.

    is_for  the Callback it was asked for: one that was changed or ended meanwhile is not rung for
    """
    call.asked_at = call.created_at = timezone.now()
    try:
        with transaction.atomic():
            if is_for:
                _still_meant(is_for, call)
            call.save(force_insert=True)
            events.note(call, "asked", wishes.words(call), dedupe="asked", by=call.asked_by, at=call.asked_at)
            if overruled:
                overrides.record(call, overruled)
            if call.number:
                customer_services.note_dialled(call.number, call.asked_at)
            transaction.on_commit(pulse.start, robust=True)
    except IntegrityError:
        return _who_was_first(call), False
    return call, True


def _still_meant(callback, call):
    """Holds the Callback. Raises DialRefused where it is over, or meant for another time than this call's."""
    row = Callback.objects.select_for_update(of=("self",)).get(pk=callback.pk)
    is_other_time = call.kind == Kind.SCHEDULED and row.promised_at != call.scheduled_at
    if row.state not in WAITS or is_other_time:
        raise DialRefused([Refusal("callback", "This callback was changed meanwhile: look at it again.")])


def _who_was_first(call):
    same = _first(call.intent)
    if same:
        return same
    other = (call.agent and rules.open_call_of(call.agent)) or rules.open_call_to(call.number)
    taken = call.callback and planned.carried_out_by(call.callback)
    if other is None and taken:
        raise DialRefused([Refusal("callback", planned.taken_words(taken))])
    if other is None:  # it ended between our insert and this look
        raise DialRefused([Refusal("number_busy", "Another call stood in the way and has just ended: dial again.")])
    raise OpenCall(other)


# --- Asking, and writing down what came back --------------------------------------------------


def _ask(call):
    """Ask the vendor once and record its answer. Never raises for what a vendor does."""
    try:
        placed = vendors.client(call.connection).place(wishes.of(call))
    except VendorError as error:
        _record_failure(call, error)
    else:
        _record(call, placed)
        connections.note_ok(call.connection)
    call.refresh_from_db()
    return call


@transaction.atomic
def _record(call, placed):
    shown = {"reported_outbound_number": placed.outbound_number[:40]} if placed.outbound_number else {}
    if placed.vendor_id:
        Call.objects.filter(pk=call.pk).update(**shown)
        reports.take_id(call, placed.vendor_id)
        reports.apply_report(call, _sight(call, placed.report), EventSource(call.provider))
    else:
        _settle(call, CallStatus.NEEDS_AGENT, FINISH_IN_ADAPTER, placed.words, **shown)


def _sight(call, report):
    """What the vendor's answer shows. It calls a scheduled call "queued" (FACTS 6.1-5); it waits for its time."""
    return replace(report, status="scheduled") if call.kind == Kind.SCHEDULED else report


def maybe_rang(call):
    """Two sentences for a call whose answer was lost: what we do about it."""
    looks = f" We are looking for it at {call.connection}." if call.provider in _LISTED else ""
    return f"{MAYBE_RANG}{looks} {NOT_AGAIN}"


def _record_failure(call, error):
    if isinstance(error, Misconfigured):
        connections.pause(call.connection, error.sentence)
    if isinstance(error, Uncertain):
        _settle(call, CallStatus.UNCERTAIN, f"{error.sentence} {maybe_rang(call)}", error.words)
    else:
        _settle(call, CallStatus.REFUSED, error.sentence, error.words, ended_at=timezone.now())
        if call.number and error.sentence == ON_DO_NOT_CALL:
            customer_services.note_ccai_list(call.number.e164, True)  # known from now on, and refused by us


@transaction.atomic
def _settle(call, status, why, words="", **facts):
    """Write an answer that brought no id, unless the call was found or decided about meanwhile."""
    unanswered = Call.objects.filter(pk=call.pk, status__in=_UNANSWERED, vendor_id=None)
    if unanswered.update(status=status, why=why[:500], vendor_words=words, **facts):
        events.note(call, status, why, dedupe=f"answer:{status}")


def give_up_waiting(older_than):
    """Calls still `placing` at `older_than` (aware): whoever asked for them is gone. Returns how many."""
    lost = Call.objects.filter(status=CallStatus.PLACING, vendor_id=None, asked_at__lt=older_than)
    gone = partial(_settle, status=CallStatus.UNCERTAIN)
    rows = list(lost.select_related("connection"))
    for call in rows:
        gone(call, why=f"The answer never reached us. {maybe_rang(call)}")
    return len(rows)


def deadline():
    """Seconds after asking when no answer can be on its way any more: three times what a dial may take."""
    return 3 * settings.PLACE_DEADLINE
