"""The record of a call's two sides, fetched when it is over, with patience: it may not be there yet.

While a call is on, its agent's side is looked for every half minute all the same: a record says that it is over,
should every callback have been lost. After the end the looks grow rarer, and after two hours there are none.
"""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from calls.choices import LIVE, Provider, Side
from calls.models import Call, Leg
from calls.plivo import legs
from calls.selectors import LONGEST_CALL
from calls.services import events
from integrations import pulse, vendors

LIVE_EVERY = timedelta(seconds=30)
AT_ONCE = timedelta(seconds=2)  # a record is seldom there earlier
# Seconds from one look in vain to the next; two hours in all.
WAITS = (3, 5, 10, 30, 60, 300, 600, 1800, 3600)
SOON = timedelta(seconds=10)  # the pulse stays awake for what is due by then; the rest it is woken for each minute
MOST = 10  # looks in one beat
NO_RECORD = "Plivo shows no record of this side"


def follow(call):
    """Say when the records of a call are looked for. Call it in the transaction that heard of it."""
    now = timezone.now()
    legs.leg_of(call, Side.AGENT)
    missing = Leg.objects.filter(call=call, record_at=None)
    if call.state.is_final:
        later = Q(look_at=None) | Q(look_at__gt=now + AT_ONCE)
        missing.filter(later, looks=0).update(look_at=now + AT_ONCE)
    else:
        missing.filter(side=Side.AGENT, look_at=None).update(look_at=now + LIVE_EVERY)
    transaction.on_commit(pulse.start, robust=True)


def begin():
    """Calls that Plivo took and of which it has told nothing since get a row to be looked for."""
    for call in _untold():
        with transaction.atomic():
            follow(call)


def _untold():
    now = timezone.now()
    placed = Call.objects.filter(provider=Provider.PLIVO, vendor_id__isnull=False, asked_at__gt=now - LONGEST_CALL)
    return placed.filter(status__in=LIVE, legs=None)


def is_due_soon():
    """Whether a look is due, or a call waits for its first."""
    return Leg.objects.filter(look_at__lte=timezone.now() + SOON).exists() or _untold().exists()


def look_at_due(connection):
    """Look for the records that are due: how many were there. Raises what the client raises, after noting the look."""
    due = Leg.objects.filter(look_at__lte=timezone.now()).select_related("call__number").order_by("look_at")[:MOST]
    calls = vendors.client(connection).calls
    return sum(_look(calls, leg) for leg in due)


def _look(calls, leg):
    # Postponed first: where the look fails, or this process dies, it is not repeated at once.
    _postpone(leg)
    record = _record(calls, leg)
    if record is None:
        return False
    now = timezone.now()
    with transaction.atomic():
        # Whose phone it was we know better: a record may lack its parent.
        call = legs.take_in(leg.call, replace(record, side=leg.side), now, record_at=now)
        if leg.side == Side.AGENT:
            _go_on_to_customer(call)
        follow(call)
    return True


def _record(calls, leg):
    """The LegReport of this side; None while there is none, or no certain one."""
    if leg.side == Side.AGENT:
        return calls.record(leg.uuid or leg.call.vendor_id)
    if leg.uuid:
        return calls.record(leg.uuid)
    agents = leg.call.legs.filter(side=Side.AGENT).exclude(uuid="").values_list("uuid", flat=True).first()
    parent = agents or leg.call.vendor_id
    found = [one for one in calls.ended(parent_call_uuid=parent) if _is_customers(leg.call, one, parent)]
    return found[0] if len(found) == 1 else None


def _is_customers(call, record, parent):
    return record.side == Side.CUSTOMER and record.parent_uuid == parent and record.to_number == call.number.e164


def _go_on_to_customer(call):
    """The agent's side is over. Had it been picked up, there may be a customer's side nobody told us of."""
    if call.legs.get(side=Side.AGENT).answered_at and call.number:
        legs.leg_of(call, Side.CUSTOMER)


def _postpone(leg):
    now, call = timezone.now(), leg.call
    if not call.state.is_final:
        young = call.asked_at and call.asked_at > now - LONGEST_CALL
        Leg.objects.filter(pk=leg.pk).update(look_at=now + LIVE_EVERY if young else None)
    elif leg.looks < len(WAITS):
        Leg.objects.filter(pk=leg.pk).update(look_at=now + timedelta(seconds=WAITS[leg.looks]), looks=leg.looks + 1)
    else:
        Leg.objects.filter(pk=leg.pk).update(look_at=None)
        events.note(call, "no_record", f"{NO_RECORD}: {leg.get_side_display()}", dedupe=f"no_record:{leg.side}")
