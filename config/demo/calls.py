"""Writes past calls, what was reported about them, and how each was wrapped up."""

import random
import uuid
from datetime import timedelta

from calls.choices import CallStatus, CarrierLink, EventSource
from calls.models import Call, CallEvent
from customers import services as customers
from customers.models import DoNotCall
from feedback.choices import Outcome, PhoneStatus
from feedback.legs import phone_status_of
from feedback.models import Rating, RatingRevision
from feedback.services.ratings import KEPT_FIELDS
from integrations.models import Connection

# CCAI's words for the ways a call ends; our status is told from them.
VENDOR_WORD = {CallStatus.COMPLETED: "finished", CallStatus.REFUSED: ""}
FIRST_VENDOR_ID = 48_100


def write(story, agents, people, seed, wishes):
    """The calls with their events, ratings and what they taught about numbers. Returns {place in the story: rating}.

    `wishes`: place in the story → which survey its wrap-up asked for.
    """
    dice = random.Random(f"calls {seed}")  # noqa: S311  (a story, not a secret)
    ccai = Connection.objects.get_or_create(vendor="ccai")[0]
    calls = [
        _call(dice, past, index, agents[past.agent], people[past.customer], ccai) for index, past in enumerate(story)
    ]
    Call.objects.bulk_create(calls)
    CallEvent.objects.bulk_create(
        event for past, call in zip(story, calls, strict=True) for event in _events(past, call)
    )
    ratings = {
        index: _rating(past, call, wishes.get(index))
        for index, (past, call) in enumerate(zip(story, calls, strict=True))
        if past.outcome and not past.timed_out
    }
    Rating.objects.bulk_create(ratings.values())
    RatingRevision.objects.bulk_create(map(_revision, ratings.values()))
    _teach_numbers(calls, ratings.values())
    return ratings


def _call(dice, past, index, agent, customer, ccai):
    connected = past.at + timedelta(seconds=2 + past.ring) if past.talk else None
    refused = past.status == CallStatus.REFUSED
    carried = not refused and dice.random() < 0.85  # the carrier's report is missing for some
    code, cause, source = past.hangup if carried else ("", "", "")
    due = past.ended_at + timedelta(seconds=300) if past.timed_out else None
    return Call(
        uuid=uuid.UUID(int=dice.getrandbits(128), version=4),
        intent=f"demo-{index}",
        connection=ccai,
        agent=agent,
        customer=customer,
        location=customer.location,
        number=customer.phone,
        outbound_number=agent.default_caller_id,
        reported_outbound_number="" if refused else agent.default_caller_id,
        lang=customer.language[:2],
        status=past.status,
        vendor_id=None if refused else str(FIRST_VENDOR_ID + index),
        vendor_status=VENDOR_WORD.get(past.status, "failed"),
        fail_reason=past.fail_reason,
        disconnected_by="" if not past.talk else dice.choice(["end_user", "agent"]),
        why=past.why,
        created_at=past.at,
        asked_at=past.at,
        assigned_at=None if refused else past.at + timedelta(seconds=1),
        connected_at=connected,
        ended_at=past.ended_at,
        wait_seconds=None if refused else past.ring,
        talk_seconds=past.talk if connected else None,
        last_report_at=None if refused else past.ended_at,
        carrier_uuid=str(uuid.UUID(int=dice.getrandbits(128), version=4)) if carried else "",
        carrier_link=CarrierLink.MATCHED if carried else CarrierLink.NONE,
        hangup_code=code,
        hangup_cause=cause,
        hangup_source=source,
        wrap_up_due_at=due,
        timed_out_at=due,
        **past.flags,
    )


def _events(past, call):
    yield CallEvent(
        call=call, source=EventSource.US, dedupe="placing", word="placing", at=past.at, received_at=past.at,
        actor=call.agent,
    )  # fmt: skip
    if past.status == CallStatus.REFUSED:
        yield _event(call, "refused", past.ended_at, source=EventSource.US, text=past.why)
        return
    yield _event(call, "assigned", call.assigned_at, status="assigned")
    yield _event(call, "connecting", call.assigned_at + timedelta(seconds=1), status="connecting")
    if call.connected_at:
        yield _event(call, "connected", call.connected_at, status="connected")
    yield _event(call, call.vendor_status, past.ended_at, status=call.vendor_status, fail_reason=past.fail_reason)


def _event(call, word, at, source=EventSource.CCAI, **more):
    return CallEvent(call=call, source=source, dedupe=f"{source}:{word}", word=word, at=at, received_at=at, **more)


def _rating(past, call, wish):
    return Rating(
        call=call,
        outcome=past.outcome,
        right_party=past.right_party,
        quality=past.quality,
        issues=past.issues,
        phone_status=past.phone_status,
        notes=past.notes,
        flags=past.flags,
        feedback_request=wish,
        saved_by=call.agent,
        saved_at=past.saved_at,
        first_saved_at=past.saved_at,
    )


def _revision(rating):
    data = {name: getattr(rating, name) for name in KEPT_FIELDS}
    data |= {"quality": None if rating.quality is None else str(rating.quality), "reason": ""}
    return RatingRevision(rating=rating, number=1, data=data, by=rating.saved_by, at=rating.saved_at)


def _teach_numbers(calls, ratings):
    """What dialling and wrapping up would have written about the numbers, and do-not-call where asked for."""
    for call in calls:
        if call.status != CallStatus.REFUSED:
            customers.note_dialled(call.number, call.asked_at)
    for rating in ratings:
        outcome, call = Outcome(rating.outcome), rating.call
        customers.note_outcome(
            call.number,
            at=call.ended_at,
            reached=outcome.human_reached,
            right_party=rating.right_party is True,
            wrong_party=rating.right_party is False,
            disconnected=phone_status_of(rating)[0] == PhoneStatus.DISCONNECTED,
        )
        if outcome.is_do_not_call:
            why = f"Asked on call {call.pk}"
            DoNotCall.objects.get_or_create(
                number=call.number, account=None, defaults={"at": call.ended_at, "by": rating.saved_by, "why": why}
            )
