"""Calls that TeleSign tells nothing of: it has no list to look in, so time decides what is said of them.

still ringing after RINGS_AT_MOST        uncertain: the agent is free, a person says whether it rang
no end longer than a call can last       over, its talk time not reported
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from calls.choices import LIVE, CallStatus, EventSource, Kind, Provider
from calls.models import Call
from calls.services import events, reports
from calls.status.telesign import NOT_REPORTED
from integrations.contracts import CallReport
from integrations.telesign.client import LONGEST_CALL

RINGS_AT_MOST = timedelta(minutes=5)  # no network lets a phone ring that long
LONGEST = timedelta(seconds=LONGEST_CALL) + RINGS_AT_MOST
SILENT = "TeleSign took the call and has told us nothing since. You decide whether it rang."
NEVER_ENDED = "TeleSign never told that this call ended. It was closed after four hours, the longest a call can last."
_RINGING = (CallStatus.QUEUED, CallStatus.RINGING)


def sweep():
    """What time decides, for every call of TeleSign's; the schedule calls it each minute. Returns how many changed."""
    now = timezone.now()
    ours = Call.objects.filter(provider=Provider.TELESIGN, vendor_id__isnull=False)
    silent = ours.filter(status__in=_RINGING, kind=Kind.OUTBOUND, asked_at__lt=now - RINGS_AT_MOST)
    old = Q(asked_at__lt=now - LONGEST) | Q(asked_at=None, created_at__lt=now - LONGEST)
    endless = ours.filter(old, status__in=LIVE).exclude(pk__in=silent)
    return sum([_doubt(call) for call in silent] + [_close(call, now) for call in endless])


@transaction.atomic
def _doubt(call):
    if not Call.objects.filter(pk=call.pk, status__in=_RINGING).update(status=CallStatus.UNCERTAIN, why=SILENT):
        return False
    return events.note(call, "silent", SILENT, dedupe="silent")


@transaction.atomic
def _close(call, now):
    """The word is a report like any other: what TeleSign tells after all still adds its times."""
    over = CallReport(vendor_id=call.vendor_id, status=NOT_REPORTED, at=now, ended_at=now)
    Call.objects.filter(pk=call.pk).update(why=NEVER_ENDED)
    return reports.apply_report(call, over, source=EventSource.US)


def is_broken(call):
    """TeleSign has spoken again: what was said about its silence holds no longer."""
    Call.objects.filter(pk=call.pk, why__in=(SILENT, NEVER_ENDED)).update(why="")
