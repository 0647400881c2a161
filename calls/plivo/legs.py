"""What is told of one side of a call becomes that side's row and a report of the call.

The customer's side decides how the call was; its id is the one that call quality feedback goes to. Feedback is about
the line between us and the customer, which is that leg: it has the caller id, the customer's network and the cause.
The agent's leg is our own phone, the same in every call, and would hide which customers' lines are bad.

Whatever comes, in any order and any number of times, leads to the same state: the first id and answer, the last end,
the longest duration, and of the cause the one with a code.
"""

from datetime import timedelta

from django.db import transaction

from calls.choices import EventSource, Side
from calls.models import Call, Leg
from calls.services import carrier, reports
from calls.status import normal
from calls.status.plivo import NOT_REACHED, OUTCOME
from integrations.contracts import CallReport

# What two clocks may differ. A stamp further ahead comes from a wrong clock or a wrong time zone of the connection.
APART = timedelta(minutes=2)
ROUNDED = timedelta(seconds=1)  # Plivo's stamps are cut to whole seconds
_OVER = {*OUTCOME}


@transaction.atomic
def take_in(call, told, seen_at, record_at=None):
    """Apply a LegReport, heard at `seen_at` (aware); `record_at` where it is the side's record. The fresh Call."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    was_connected = call.was_connected
    leg = _keep(call, told, seen_at, record_at)
    reports.apply_report(call, sight(call, told, seen_at), source=EventSource.PLIVO)
    call.refresh_from_db()
    if told.side == Side.CUSTOMER:
        is_news = call.was_connected != was_connected
        carrier.take_reported(call, leg.uuid, code=leg.cause_code, cause=leg.cause, source=leg.source, is_news=is_news)
        call.refresh_from_db()
    return call


def leg_of(call, side):
    """The Leg of that side of a call, made where there is none."""
    return Leg.objects.get_or_create(call=call, side=side)[0]


# --- The row of a side --------------------------------------------------------------------------


def _keep(call, told, seen_at, record_at):
    leg = leg_of(call, told.side)
    changes = {"uuid": leg.uuid or told.call_uuid, **_cause(leg, told)}
    if record_at:
        changes |= {"rate": told.rate, "amount": told.amount, "raw": told.raw}
        changes |= {"record_at": record_at, "look_at": None}
    if record_at or not leg.record_at:  # nothing outweighs the record
        changes |= _times(leg, told, moments(call, told, seen_at), is_record=bool(record_at))
    Leg.objects.filter(pk=leg.pk).update(**changes)
    leg.refresh_from_db()
    return leg


def _times(leg, told, moments_told, is_record):
    answered, ended = moments_told
    if is_record and told.ended_at == ended:  # a stamp that can be true, not the moment we heard
        return {
            "answered_at": answered,
            "ended_at": ended,
            "seconds": told.seconds,
            "billed_seconds": told.billed_seconds,
        }
    return {
        "answered_at": min(filter(None, (leg.answered_at, answered)), default=None),
        "ended_at": max(filter(None, (leg.ended_at, ended)), default=None),
        "seconds": _longer(leg.seconds, told.seconds),
        "billed_seconds": _longer(leg.billed_seconds, told.billed_seconds),
    }


def _longer(ours, theirs):
    return max((value for value in (ours, theirs) if value is not None), default=None)


def _cause(leg, told):
    """The dial's end names a cause without a code or source; what has a code outweighs it."""
    if told.cause_code and (not leg.cause_code or told.source):
        return {"cause_code": told.cause_code, "cause": told.cause, "source": told.source or leg.source}
    return {"cause": told.cause} if told.cause and not leg.cause else {}


# --- The report of the call ---------------------------------------------------------------------


def sight(call, told, seen_at):
    """The CallReport of a LegReport: the customer's words are the call's, the agent's are marked as the agent's."""
    status, reason = words(told)
    answered, ended = moments(call, told, seen_at)
    facts = {"assigned_at": answered} if told.side == Side.AGENT else {"connected_at": answered}
    if told.side == Side.CUSTOMER and ended:
        facts |= {"talk_seconds": told.seconds, "disconnected_by": _HUNG_UP.get(told.source.lower(), "")}
    return CallReport(
        vendor_id=call.vendor_id or "",
        status=status,
        at=ended or answered or seen_at,
        ended_at=ended,
        fail_reason=reason,
        raw=told.raw,
        **facts,
    )


# The caller of the customer's side is the agent's (FACTS 2; the object page writes Callee for the recipient).
_HUNG_UP = {"callee": "end_user", "call recipient": "end_user", "caller": "agent"}


def words(told):
    """(status, fail reason) of a LegReport in the words of calls.status.plivo."""
    word = normal(told.word)
    if told.side == Side.CUSTOMER or not word:
        return word, ""
    if word == "hangup":  # of a phone that did not pick up, and the cause says nothing
        word = "completed" if told.answered_at or told.seconds else "failed"
    if word == "completed":
        return "agent_completed", ""
    return (NOT_REACHED, f"agent_{word}") if word in _OVER else (f"agent_{word}", "")


def moments(call, told, seen_at):
    """(answered, ended) of a side, aware or None: the vendor's stamps where they can be true, else when we heard."""
    word, is_over = normal(told.word), normal(told.word) in _OVER
    ended = (believable(told.ended_at, call, seen_at) or seen_at) if is_over else None
    answered = believable(told.answered_at, call, seen_at)
    if answered is None and word == "in_progress":
        answered = seen_at
    if answered is None and word == "completed" and told.seconds:
        answered = ended - timedelta(seconds=told.seconds)
    return answered, ended


def believable(moment, call, seen_at):
    """A stamp, at the latest when we heard of it; None where it lies before we asked, or far ahead of our clock."""
    if moment is None or not (call.asked_at or call.created_at) - ROUNDED <= moment <= seen_at + APART:
        return None
    return min(moment, seen_at)
