"""Which call of the carrier's a call of ours was: matched where nothing else fits, else said by a person.

A record fits a call when it went to the same number, began within two minutes of our start and, where
both sides know it, showed the same caller id (DECISIONS 11). Two that fit are offered, never chosen.
"""

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from calls.choices import CallStatus, CarrierLink, EventSource, Provider
from calls.models import Call, CarrierRecord
from calls.services import events

WINDOW = timedelta(minutes=2)
_GRAMMAR = re.compile(r"[0-9A-Za-z-]{8,64}")  # Plivo's samples differ in length (FACTS 6.2-5)
# Plivo tells the id of what it was asked to call; a call through TeleSign is none of Plivo's.
_KNOW_THEIR_OWN = (Provider.PLIVO, Provider.TELESIGN)
_NO_CAUSE = {"hangup_code": "", "hangup_cause": "", "hangup_source": ""}  # of a call whose record is not known
_listeners = []


def on_carrier_link(hear):
    """Registers `hear(call)`, called in the transaction that gives a call its carrier's id or takes it back.

    In `ready()`.
    """
    _listeners.append(hear)


# --- What fits ----------------------------------------------------------------------------------


def calls_that_fit(record):
    """The calls a record may have been, linked or not; held, so that two records are not matched side by side."""
    if not record.to_number or record.started_at is None:
        return []
    window = (record.started_at - WINDOW, record.started_at + WINDOW)
    near = Q(asked_at__range=window) | Q(assigned_at__range=window)
    to = "+" + record.to_number.lstrip("+")
    calls = Call.objects.filter(near, number__e164=to).exclude(carrier_link__in=(CarrierLink.CHOSEN, CarrierLink.TYPED))
    calls = calls.exclude(provider__in=_KNOW_THEIR_OWN).exclude(status=CallStatus.REFUSED)  # that one rang nobody
    return [call for call in calls.select_for_update(of=("self",)).order_by("pk") if _same_caller(call, record)]


def records_that_fit(call):
    """The carrier's records that may be this call and belong to no other."""
    moments = [moment for moment in (call.asked_at, call.assigned_at) if moment]
    if not (call.number and moments) or call.provider in _KNOW_THEIR_OWN:
        return []
    near = Q()
    for moment in moments:
        near |= Q(started_at__range=(moment - WINDOW, moment + WINDOW))
    records = CarrierRecord.objects.filter(near, to_number=call.number.e164.lstrip("+"), call=None)
    return [record for record in records if _same_caller(call, record)]


def _same_caller(call, record):
    ours, theirs = _digits(call.reported_outbound_number or call.outbound_number), _digits(record.from_number)
    return not ours or not theirs or ours == theirs


def _digits(text):
    return re.sub(r"\D", "", text)


# --- Matching -----------------------------------------------------------------------------------


@transaction.atomic
def match_record(record):
    """Link a record to the call its id was typed in for, else to the one that fits.

    Gives how many calls fit: 1 = linked, 0 = none yet, more = offered.
    """
    record = CarrierRecord.objects.select_for_update().get(pk=record.pk)
    if record.call_id:
        return 1
    typed = Call.objects.filter(carrier_uuid=record.call_uuid, carrier_link=CarrierLink.TYPED).first()
    if typed:  # a person knew it before the hangup came
        link(typed, record, CarrierLink.TYPED)
        return 1
    fitting = calls_that_fit(record)
    free = [call for call in fitting if not call.carrier_uuid]
    if not free:
        return _doubt(record, fitting)
    if len(free) == 1:
        return 1 if _is_only(free[0], record) and link(free[0], record, CarrierLink.MATCHED) else 2
    return len(free)


def match_call(call):
    """Link a call to the one record that waits for it, where there is exactly one for both."""
    if call.carrier_uuid:
        return False
    records = records_that_fit(call)
    return len(records) == 1 and match_record(records[0]) == 1


def match_waiting(since):
    """Look again at records that found no call when they came, from `since` (aware) on: how many were linked.

    Only at numbers that some call of ours went to: an account may carry calls of others, and each look takes
    the write lock.
    """
    called = Call.objects.filter(number__e164=Concat(Value("+"), OuterRef("to_number")))
    waiting = CarrierRecord.objects.filter(Exists(called), call=None, hook__received_at__gte=since)
    return sum(match_record(record) == 1 for record in waiting)


def _is_only(call, record):
    return [one.pk for one in records_that_fit(call)] == [record.pk]


def _doubt(record, fitting):
    """A second record for a call that was matched by numbers and time: then neither is certain."""
    matched = [call for call in fitting if call.carrier_link == CarrierLink.MATCHED]
    for call in matched:
        _unlink(call)
    return 1 + len(matched) if matched else 0


def _unlink(call):
    CarrierRecord.objects.filter(call=call).update(call=None)
    Call.objects.filter(pk=call.pk).update(carrier_uuid="", carrier_link=CarrierLink.NONE, **_NO_CAUSE)
    text = "A second Plivo call fits too: a person must say which it was"
    events.note(call, "carrier_doubt", text, source=EventSource.PLIVO)
    _tell(call)


@transaction.atomic
def link(call, record, how, by=None):
    """Give a call its record: id, cause and an event; whoever listens hears of it. False: it has one already."""
    free = Call.objects.filter(pk=call.pk)
    if how == CarrierLink.MATCHED:
        free = free.filter(carrier_uuid="")
    facts = {"hangup_code": record.cause_code, "hangup_cause": record.cause, "hangup_source": record.source}
    if not free.update(carrier_uuid=record.call_uuid, carrier_link=how, **facts):
        return False
    CarrierRecord.objects.filter(call=call).exclude(pk=record.pk).update(call=None)
    CarrierRecord.objects.filter(pk=record.pk).update(call=call)
    events.note(
        call,
        "hangup",
        f"Plivo: {record.cause or record.status}" + (f", by {record.source}" if record.source else ""),
        dedupe=f"plivo:{record.call_uuid}",
        source=EventSource.PLIVO,
        by=by,
        raw={"call_uuid": record.call_uuid, "code": record.cause_code},
    )
    _tell(call)
    return True


@transaction.atomic
def take_reported(call, uuid, *, code="", cause="", source="", is_news=False):
    """Keep what the carrier itself said of a call it was asked for: its id and cause. A person's word on the id stays.

    Whoever listens hears of it, and where `is_news` (the call turned out to have been answered) in any case.
    """
    call = Call.objects.select_for_update().get(pk=call.pk)
    facts = {"hangup_code": code[:10], "hangup_cause": cause[:60], "hangup_source": source[:30]}
    changes = {name: value for name, value in facts.items() if value}
    if uuid and call.carrier_link not in (CarrierLink.TYPED, CarrierLink.CHOSEN):
        changes |= {"carrier_uuid": uuid, "carrier_link": CarrierLink.REPORTED}
    if is_news or any(getattr(call, name) != value for name, value in changes.items()):
        Call.objects.filter(pk=call.pk).update(**changes)
        _tell(call)


def _tell(call):
    call.refresh_from_db()
    for hear in _listeners:
        hear(call)


# --- A person's word ------------------------------------------------------------------------------


@transaction.atomic
def set_carrier_uuid(call, text, by):
    """Keep a Plivo call id that a person typed. Raises ValueError with a sentence."""
    text = text.strip()
    if not _GRAMMAR.fullmatch(text):
        raise ValueError("A Plivo call id has 8 to 64 letters, digits and dashes.")
    if Call.objects.filter(carrier_uuid=text).exclude(pk=call.pk).exists():
        raise ValueError("Another call has this Plivo call id already.")
    record = CarrierRecord.objects.filter(call_uuid=text).first()
    if record:
        link(call, record, CarrierLink.TYPED, by)
    else:
        CarrierRecord.objects.filter(call=call).update(call=None)
        Call.objects.filter(pk=call.pk).update(carrier_uuid=text, carrier_link=CarrierLink.TYPED, **_NO_CAUSE)
        _tell(call)
    events.note(call, "carrier_typed", f"Plivo call id typed in: {text}", by=by)


@transaction.atomic
def choose_carrier_record(call, record, by):
    """A person says which of the offered records it was. Raises ValueError when another call took it meanwhile."""
    record = CarrierRecord.objects.select_for_update().get(pk=record.pk)
    if record.call_id not in (None, call.pk):
        raise ValueError("Another call was linked to this Plivo call meanwhile.")
    link(call, record, CarrierLink.CHOSEN, by)
    events.note(call, "carrier_chosen", f"Chosen as the Plivo call: {record.call_uuid}", by=by)
