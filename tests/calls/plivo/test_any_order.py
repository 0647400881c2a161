"""Callbacks and records of a call in any order, repeated and with gaps: one state, and what ended stays ended."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.choices import CallStatus
from calls.models import Call, Leg
from calls.plivo import legs
from calls.services import reports
from calls.status import derive
from calls.status import plivo as table
from calls.status.plivo import OUTCOME, PROGRESS
from integrations.contracts import CallReport, LegReport
from tests.calls.plivo.conftest import A_LEG, B_LEG, CALLER_ID
from tests.world import make_call

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MANY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STATE = (
    *("status", "vendor_status", "fail_reason", "assigned_at", "connected_at", "ended_at", "talk_seconds"),
    *("disconnected_by", "carrier_uuid", "carrier_link", "hangup_code", "hangup_cause", "hangup_source"),
)
OF_LEG = ("side", "uuid", "answered_at", "ended_at", "seconds", "cause_code", "cause", "source", "rate", "amount")


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def agents(word, **facts):
    return LegReport("agent", word, A_LEG, A_LEG, **facts)


def customers(word, **facts):
    return LegReport("customer", word, B_LEG, A_LEG, **facts)


NORMAL = {"cause_code": "4000", "cause": "Normal Hangup", "source": "Callee"}
BUSY = {"cause_code": "3010", "cause": "Busy Line", "source": "Carrier"}
RECORD = {"rate": "0.00500", "amount": "0.01000"}
# Each is what Plivo tells of one whole call, with when we hear it; the last two are its records.
TALKED = [
    (agents("ringing"), 1),
    (agents("in_progress"), 3),
    (customers("ringing"), 4),
    (customers("in_progress"), 8),
    (customers("completed", seconds=30, **NORMAL), 38),
    (replace(customers("completed", cause="NORMAL_CLEARING"), call_uuid=B_LEG), 38),
    (agents("completed", seconds=35, answered_at=at(3), ended_at=at(38), **NORMAL), 39),
    (customers("completed", seconds=30, answered_at=at(8), ended_at=at(38), **NORMAL, **RECORD), 45),
    (agents("completed", seconds=35, answered_at=at(3), ended_at=at(38), **NORMAL, **RECORD), 44),
]
WAS_BUSY = [
    (agents("ringing"), 1),
    (agents("in_progress"), 3),
    (customers("busy", **BUSY), 8),
    (replace(customers("busy", cause="USER_BUSY"), call_uuid=""), 8),
    (agents("completed", seconds=5, answered_at=at(3), ended_at=at(8), **NORMAL), 9),
    (customers("busy", ended_at=at(8), seconds=0, **BUSY, **RECORD), 20),
    (agents("completed", seconds=5, answered_at=at(3), ended_at=at(8), **NORMAL, **RECORD), 21),
]
NOT_PICKED_UP = [
    (agents("ringing"), 1),
    (agents("no_answer", seconds=0, cause_code="3000", cause="No Answer", source="Carrier"), 21),
    (agents("no_answer", seconds=0, ended_at=at(21), cause_code="3000", cause="No Answer", source="Carrier"), 30),
]
LIVES = {
    "talked": (TALKED, CallStatus.COMPLETED),
    "busy": (WAS_BUSY, CallStatus.BUSY),
    "not picked up": (NOT_PICKED_UP, CallStatus.FAILED),
}


def begun(agent):
    Call.objects.all().delete()
    return make_call(
        agent, status=CallStatus.QUEUED, provider="plivo", vendor_id=A_LEG, asked_at=NOON, outbound_number=CALLER_ID
    )


def play(call, told):
    """Take in (LegReport, second it was heard) pairs; the statuses on the way."""
    seen = []
    for report, second in told:
        is_record = report.rate is not None
        legs.take_in(call, report, at(second), record_at=at(second) if is_record else None)
        seen.append(Call.objects.get(pk=call.pk).state)
    return seen


def state(call):
    call.refresh_from_db()
    of_legs = [[getattr(leg, name) for name in OF_LEG] for leg in Leg.objects.filter(call=call)]
    return [getattr(call, name) for name in STATE], of_legs


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.django_db
@given(data=st.data())
@MANY
def test_any_order_and_any_repeats_lead_to_one_state(agent, life, data):
    told, status = LIVES[life]
    call = begun(agent)
    play(call, told)
    wanted = state(call)
    order = data.draw(st.permutations(told)) + data.draw(st.lists(st.sampled_from(told), max_size=4))
    call = begun(agent)
    seen = play(call, order)
    assert state(call) == wanted and call.status == status
    ends = [one.is_final for one in seen]
    assert ends == sorted(ends), "what has ended stays ended"


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.django_db
@given(data=st.data())
@MANY
def test_with_any_gaps_the_records_alone_say_how_it_was(agent, life, data):
    told, status = LIVES[life]
    records = [one for one in told if one[0].rate is not None] or told[-1:]
    kept = data.draw(st.lists(st.sampled_from(told), max_size=6))
    order = kept + records
    random.Random(data.draw(st.integers())).shuffle(order)  # noqa: S311 an order, not a secret
    call = begun(agent)
    play(call, order)
    call.refresh_from_db()
    assert call.status == status
    if life == "talked":
        assert (call.connected_at, call.talk_seconds, call.carrier_uuid) == (at(8), 30, B_LEG)


words = st.sampled_from([*PROGRESS, *OUTCOME, "hologram", "", "🙂"])
reasons = st.sampled_from(["", "agent_busy", "agent_no_answer", "agent_cancel", "who_knows"])
seen = st.lists(st.tuples(words, reasons), max_size=12)


@given(seen, seen)
def test_more_words_never_lower_anything_and_an_ended_call_never_unends(first, more):
    before, after = derive(first, "plivo"), derive(first + more, "plivo")
    assert after.progress >= before.progress and after.outcome >= before.outcome
    assert not (before.status and before.status.is_final) or after.status.is_final
    assert not (before.status and before.status.can_be_wrapped_up) or after.status.can_be_wrapped_up


@pytest.mark.django_db
def test_a_word_of_a_person_that_it_is_over_yields_to_what_plivo_says(agent):
    call = begun(agent)
    over = CallReport(A_LEG, "ended", at=at(5), ended_at=at(5))
    reports.apply_report(call, over)
    play(call, WAS_BUSY)
    call.refresh_from_db()
    assert call.status == CallStatus.BUSY


def test_the_table_in_the_docstring_is_the_table_in_the_code():

    for word in [*PROGRESS, *OUTCOME]:
        assert word in table.__doc__, word
