"""A call that no vendor of ours carried, as somebody remembers it: logged, and wrapped up like any other."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls import planned
from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from calls.services import events

# What a person can say about how a call ended; an answered one is COMPLETED.
ENDINGS = (
    CallStatus.COMPLETED,
    CallStatus.NO_ANSWER,
    CallStatus.BUSY,
    CallStatus.VOICEMAIL,
    CallStatus.FAILED,
)


def log(user, *, intent, kind, status, began, talked=None, customer=None, number=None, ticket_id=""):
    """Keep a call made elsewhere: the Call, also the one that this `intent` made before.

    status  one of ENDINGS; `began` aware, not in the future; `talked` seconds, None = not known
    """
    same = Call.objects.filter(intent=intent).first()
    if same:
        return same
    number = number or (customer.phone if customer else None)
    now, place = timezone.now(), customer.location if customer else None
    call = Call(
        intent=intent,
        provider=Provider.ELSEWHERE,
        kind=kind,
        status=status,
        agent=user,
        asked_by=user,
        customer=customer,
        number=number,
        location=place,
        ticket_id=ticket_id,
        created_at=began,
        connected_at=began if status == CallStatus.COMPLETED else None,
        ended_at=began + timedelta(seconds=talked or 0),
        talk_seconds=talked,
        wrap_up_due_at=now + timedelta(seconds=settings.WRAP_UP_SECONDS),
        callback=planned.meant_by(user, number, place, began) if kind == Kind.OUTBOUND else None,
    )
    return _keep(call, user, now)


def _keep(call, user, now):
    try:
        with transaction.atomic():
            call.save(force_insert=True)
            events.note(call, "logged", f"Logged by hand by {user}", dedupe="logged", by=user, at=now)
    except IntegrityError:
        first = Call.objects.filter(intent=call.intent).first()  # the same press a moment earlier
        if first or not call.callback:
            return first
        call.callback = None  # a colleague took that callback a moment earlier
        return _keep(call, user, now)
    return call
