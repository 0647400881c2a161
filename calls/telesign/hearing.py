"""An event of TeleSign's, applied: words, times and keys of one call.

In any order and any number of times: the same state.
"""

from dataclasses import replace
from datetime import timedelta

from calls.choices import EventSource
from calls.models import Call
from calls.services import events, keypad, reports
from calls.telesign import incoming, matching, silence
from integrations.choices import HookState
from integrations.models import Connection
from integrations.telesign.events import parse, report

# What two clocks may differ without harm. One that is wrong by more is set right by what we saw ourselves.
SAME_CLOCK = timedelta(minutes=1)
UNSUPPORTED = "TeleSign did not do what it was told at this point of the call."


def apply(event):
    """Applies a stored HookEvent: None when its call has it, UNMATCHED while none fits. Raises inbox.SetAside."""
    told = parse(event.body)
    call = matching.call_of(Connection.objects.of("telesign"), told, event.received_at)
    if call is None:
        event.reason = "No call of ours has this reference id, and none waits for one to this number."
        return HookState.UNMATCHED
    event.reason = ""
    _take_in(call, told, event.received_at)
    return None


def _take_in(call, told, received_at):
    is_leg = matching.is_of_joined_phone(call, told)
    sight = by_our_clock(call, report(told, received_at, is_leg))
    reports.apply_report(call, sight, source=EventSource.TELESIGN)
    silence.is_broken(call)
    call.refresh_from_db()
    incoming.add_number(call, told)
    if told.refused:
        _note_refusal(call, told.refused)
    if told.pressed is not None:
        keypad.take(call, told.pressed, received_at)


def by_our_clock(call, sight):
    """The CallReport with stamps that fit ours: TeleSign made the call when we asked for it (or heard of it)."""
    if sight.created_at is None:
        return sight
    ahead = sight.created_at - (call.asked_at or call.created_at)
    if abs(ahead) <= SAME_CLOCK:
        return sight
    stamps = ("created_at", "connected_at", "ended_at")
    return replace(sight, **{name: getattr(sight, name) - ahead for name in stamps if getattr(sight, name)})


def _note_refusal(call, word):
    events.note(call, word, UNSUPPORTED, dedupe=f"refused:{word}", source=EventSource.TELESIGN)
    Call.objects.filter(pk=call.pk).update(why=UNSUPPORTED, vendor_words=word)
