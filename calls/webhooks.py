"""A carrier's hangup, applied: kept as a record and matched with a call where exactly one fits.

It adds the cause to a call; the call's status is CCAI's to say and is never touched. Callbacks of calls that we
placed through Plivo itself are heard in plivo/hearing.py.
"""

from datetime import timedelta
from urllib.parse import parse_qs

from django.utils import timezone

from calls.models import CarrierRecord
from calls.plivo import hearing
from calls.services import carrier
from integrations.choices import HookState
from integrations.models import Connection
from integrations.plivo.webhook import parse


def apply_plivo(event):
    """Applies a stored HookEvent: None when a call has it, UNMATCHED while none does. Raises inbox.SetAside."""
    if "Call" in event.headers:  # its address names the call that we placed through Plivo
        return hearing.apply(event)
    return _apply_hangup(event)


def _apply_hangup(event):
    hangup = parse(parse_qs(event.body, keep_blank_values=True), Connection.objects.of("plivo").time_zone)
    record = _record(event, hangup)
    if record is None:
        event.reason = "This hangup was told before."
        return None
    fitting = carrier.match_record(record)
    if fitting == 0:
        event.reason = "No call of ours fits by number and time."
        return HookState.UNMATCHED
    event.reason = "" if fitting == 1 else "More than one fits: a person must say which."
    return None


def _record(event, hangup):
    """The record of this hangup, made once; None when another event told the same."""
    told_before = CarrierRecord.objects.filter(call_uuid=hangup.call_uuid).exclude(hook=event)
    if told_before.exists():
        return None
    facts = {
        "call_uuid": hangup.call_uuid,
        "from_number": hangup.from_number.lstrip("+"),
        "to_number": hangup.to_number.lstrip("+"),
        "started_at": hangup.started_at,
        "seconds": hangup.seconds,
        "status": hangup.status[:30],
        "cause_code": hangup.cause_code[:10],
        "cause": hangup.cause[:60],
        "source": hangup.source[:30],
    }
    return CarrierRecord.objects.get_or_create(hook=event, defaults=facts)[0]


def match_waiting():
    """Look again at hangups that found no call: one may have turned up since. Returns how many were linked."""
    return carrier.match_waiting(timezone.now() - timedelta(hours=1))
