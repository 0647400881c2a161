"""Handing callbacks over to CCAI's scheduled calls, where its connection says so.

Only those that are anyone's: CCAI gives the customer to a queue, not to a person. Each is asked for once, by the
unique intent of its call, outside any transaction. Refused, it stays ours with CCAI's words; uncertain, nobody rings
until a person has decided. Its API can neither move nor cancel a scheduled call (ccai_calls.txt), so a new promise
waits a little first: a slip can still be corrected.
"""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from calls import planned
from calls.choices import CallbackState, CallStatus, Kind, Provider
from calls.models import Call, Callback, CallbackEvent
from calls.services import placing
from calls.services.callbacks import ccai_takes_them, note
from integrations import options
from integrations.models import Connection

UNSURE = "We do not know whether CCAI took it: nobody rings until that is decided."
SETTLES_IN = timedelta(minutes=2)  # a correction comes within a minute or two, or much later
AT_LEAST_AHEAD = timedelta(minutes=3)  # nearer ones would be over before CCAI has them
SECONDS = 10  # then the next minute goes on; with one dial's deadline on top it ends before the task is stopped


def is_on():
    """Whether CCAI's connection takes callbacks over, and is up."""
    connection = Connection.objects.of(Provider.CCAI)
    return connection.is_on and not connection.is_paused and ccai_takes_them()


def hand_over_due():
    """Hand over what is ripe: how many were taken. The schedule calls it each minute; harmless twice."""
    if not is_on():
        return 0
    until, taken = time.monotonic() + SECONDS, 0
    for row in _ripe(timezone.now()):
        taken += hand_over(row)
        if time.monotonic() > until:
            break
    return taken


def _ripe(now):
    theirs = planned.ours_to_call(Callback.objects.filter(wants_ccai=True, why=""))
    ripe = theirs.filter(made_at__lte=now - SETTLES_IN, promised_at__gte=now + AT_LEAST_AHEAD)
    related = ripe.select_related("number", "customer__phone", "location", "from_call", "made_by")
    return related.order_by("promised_at", "pk")


# What may be over in a minute, and says nothing about this callback.
PASSING = {"connection_off", "connection_paused", "number_busy", "callback"}


def intent_of(row):
    """The key of one handover. After a refusal, and only for what was planned anew since, CCAI is asked again."""
    refused = row.calls.filter(status=CallStatus.REFUSED).count()
    return f"callback-{row.pk}-{refused}" if refused else f"callback-{row.pk}"


def hand_over(row):
    """Ask CCAI to ring them at the promised time. True when it took it.

    Read again: while others were asked for, this one may have been moved, given to somebody or cancelled.
    """
    row = _ripe(timezone.now()).filter(pk=row.pk).first()
    if row is None:
        return False
    menu = str(options.of(Connection.objects.of(Provider.CCAI)).get("callback_menu") or "")
    parent = row.from_call if row.from_call and row.from_call.provider == Provider.CCAI else None
    try:
        call = placing.place(
            row.made_by,
            intent=intent_of(row),
            provider=Provider.CCAI,
            kind=Kind.SCHEDULED,
            to=row.number.e164 if row.number else "",
            customer=row.customer,
            ticket_id=row.ticket_id,
            lang=(row.customer.language if row.customer else "") or "en",
            location=row.location,
            parent=None if menu else parent,
            menu_id=menu,
            scheduled_at=row.promised_at,
            callback=row,
        )
    except placing.DialRefused as refused:
        is_passing = PASSING.issuperset(refusal.code for refusal in refused.refusals)
        return False if is_passing else _stays_ours(row, str(refused))
    except placing.OpenCall:
        return False  # asked again when that call is over
    return _answered(row, call)


def _answered(row, call):
    if call.status == CallStatus.REFUSED:
        return _stays_ours(row, f"CCAI did not take it, so we call. {call.why} {call.vendor_words}".strip())
    if call.status == CallStatus.UNCERTAIN:
        return _keep(row, "unsure", UNSURE)
    with transaction.atomic():
        taken = Callback.objects.filter(pk=row.pk, state=CallbackState.OPEN).update(state=CallbackState.HANDED_OVER)
        if taken:
            note(row, "handed over", f"CCAI rings them: call {call.pk}")
    return bool(taken)


def _stays_ours(row, why):
    return _keep(row, "refused", why)


@transaction.atomic
def _keep(row, word, why):
    Callback.objects.filter(pk=row.pk, state=CallbackState.OPEN).update(why=why[:300])
    CallbackEvent.objects.create(callback=row, word=word, text=why[:500], promised_at=row.promised_at)
    return False


def settle_undecided():
    """Handovers whose answer was found or decided since, or never written down: how many. Called with the others."""
    since = {"asked_at__gte": F("callback__made_at")}  # what was refused before it was planned anew is past
    asked = Call.objects.filter(kind=Kind.SCHEDULED, callback__state=CallbackState.OPEN, **since)
    decided = asked.exclude(status__in=(CallStatus.UNCERTAIN, CallStatus.PLACING)).select_related("callback")
    return sum(_decided(call.callback, call) for call in decided.order_by("pk"))


def _decided(row, call):
    if call.status == CallStatus.REFUSED and row.why not in ("", UNSURE):
        return 0  # said already
    _answered(row, call)
    return 1
