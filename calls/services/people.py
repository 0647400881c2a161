"""What only a person can say about a call."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from calls.choices import CallStatus, EventSource
from calls.models import Call
from calls.services import carrier, events, reports
from calls.status import table_of
from integrations.contracts import CallReport

_picked = []
_UNDECIDED = (CallStatus.UNCERTAIN, CallStatus.NEEDS_AGENT)


@transaction.atomic
def decide_uncertain(call, happened, by):
    """A call nobody could find: a person says whether it rang. Frees its number; False when it was found meanwhile.

    Happened: it ended now, as far as we know, and can be wrapped up. Not: it is closed as not placed.
    """
    now = timezone.now()
    changes = {"status": CallStatus.REFUSED, "why": f"{by} said that it did not ring.", "ended_at": now}
    if happened:
        changes |= {"status": CallStatus.COMPLETED, "why": f"{by} said that it rang."}
        changes["wrap_up_due_at"] = now + timedelta(seconds=settings.WRAP_UP_SECONDS)
    undecided = Call.objects.filter(pk=call.pk, status__in=_UNDECIDED)
    if not undecided.update(**changes):
        return False
    events.note(call, "decided", changes["why"], dedupe="decided", by=by)
    _weigh(call, "rang" if happened else "not_rung")
    call.refresh_from_db()
    return True


def _weigh(call, word):
    """Where the vendor may still tell of the call, what was decided counts among its words: nothing goes back."""
    if word in table_of(call.provider).outcome:
        call.events.filter(dedupe="decided").update(status=word)


@transaction.atomic
def end_by_hand(call, by):
    """A person says that a call the vendor still shows as live is over. False when it was not live any more.

    The word is a report like any other: what the vendor tells later still adds its times and durations.
    """
    call = Call.objects.select_for_update().get(pk=call.pk)
    if not call.state.is_live or call.status == CallStatus.PLACING:
        return False
    now = timezone.now()
    events.note(call, "ended_by_hand", f"{by} said that the call is over", dedupe="ended_by_hand", by=by)
    over = CallReport(vendor_id=call.vendor_id or "", status=table_of(call.provider).over, at=now, ended_at=now)
    reports.apply_report(call, over, source=EventSource.PERSON)
    return True


@transaction.atomic
def hear_voicemail(call, by):
    """A person has heard a voicemail: it waits no longer. A report like the vendor's own "read", which may come too."""
    events.note(call, "heard", f"{by} heard the voicemail", dedupe="heard", by=by)
    heard = CallReport(vendor_id=call.vendor_id or "", status="voicemail_read", at=timezone.now())
    reports.apply_report(call, heard, source=EventSource.PERSON)


def on_customer_picked(hear):
    """Registers `hear(call)`, called in the transaction in which a person says whom a call was with. In `ready()`."""
    _picked.append(hear)


@transaction.atomic
def pick_customer(call, customer, by):
    """A person says whom a call was with. The number is taken from the customer where none is known."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    reports.set_customer(call, customer)
    for hear in _picked:
        hear(call)
    events.note(call, "picked", f"The call was with {customer}", dedupe=f"picked:{customer.pk}", by=by)
    carrier.match_call(call)
    return call
