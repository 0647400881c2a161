"""Calls through Plivo against the sandbox, on real sockets: its hooks come to our server, signed."""

import pytest
from django.utils import timezone

from calls.choices import CallStatus, CarrierLink
from calls.models import Leg
from calls.plivo import looking
from tests.calls.conftest import words_of
from tests.calls.plivo.conftest import AGENTS_PHONE, CALLER_ID, fresh
from tests.world import fiction

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_agents_phone_is_rung_first_and_joined_with_the_customers(dial, vendors, live):
    call = dial(50)
    assert (call.status, call.vendor_status, call.provider) == (CallStatus.QUEUED, "queued", "plivo"), call.why
    assert (call.agent_number, call.reported_outbound_number) == (AGENTS_PHONE, CALLER_ID)
    (made,) = [one for one in vendors.requests(vendor="plivo") if one["method"] == "POST"]
    ours = f"{live.url}/hooks/plivo/{call.uuid.hex}"
    assert made["body"] == {
        "from": CALLER_ID,
        "to": AGENTS_PHONE,
        "answer_url": f"{ours}/answer/",
        "answer_method": "POST",
        "ring_url": f"{ours}/ring/",
        "ring_method": "POST",
        "hangup_url": f"{ours}/hangup/",
        "hangup_method": "POST",
        "fallback_url": f"{ours}/fallback/",
        "fallback_method": "POST",
        "time_limit": 14400,
        "ring_timeout": 20,
    }
    vendors.advance(1)
    assert fresh(call).vendor_status == "agent_ringing" and fresh(call).status == CallStatus.RINGING
    vendors.advance(2)
    assert fresh(call).vendor_status == "dialling" and fresh(call).status == CallStatus.RINGING
    vendors.advance(4)
    call = fresh(call)
    assert (call.status, call.connected_at is not None) == (CallStatus.IN_PROGRESS, True)
    vendors.advance(30)
    call = fresh(call)
    agents, customers = vendors.plivo_calls()
    assert (call.status, call.vendor_id) == (CallStatus.COMPLETED, agents["call_uuid"])
    assert (call.carrier_uuid, call.carrier_link) == (customers["call_uuid"], CarrierLink.REPORTED)
    assert (call.hangup_code, call.hangup_cause, call.disconnected_by) == ("4000", "Normal Hangup", "end_user")
    assert call.talk_seconds == 5 and call.wrap_up_due_at
    assert (customers["from"], customers["to"]) == (CALLER_ID, fiction(50).lstrip("+"))
    assert [hook["state"] for hook in vendors.hooks()] == ["delivered"] * len(vendors.hooks())
    assert words_of(call) == [
        "asked",
        "queued",
        "agent_ringing",
        "agent_in_progress",
        "dialling",
        "in_progress",
        "completed",
        "agent_completed",
    ]


@pytest.mark.parametrize(
    ("last_two", "status", "code"),
    [
        (60, CallStatus.NO_ANSWER, "3000"),
        (61, CallStatus.BUSY, "3010"),
        (62, CallStatus.FAILED, "3050"),
        (64, CallStatus.CANCELLED, "1000"),
        (75, CallStatus.NO_ANSWER, "6010"),
        (91, CallStatus.COMPLETED, "4000"),
    ],
)
def test_the_customers_side_decides_how_the_call_was(dial, vendors, last_two, status, code):
    call = dial(last_two)
    for _ in range(4):
        vendors.advance(40)
    call = fresh(call)
    assert (call.status, call.hangup_code, call.fail_reason) == (status, code, "")
    assert bool(call.connected_at) == (status == CallStatus.COMPLETED)
    assert call.wrap_up_due_at and call.carrier_uuid == vendors.plivo_calls()[1]["call_uuid"]


@pytest.mark.parametrize(
    ("phone", "reason"), [(60, "agent_no_answer"), (61, "agent_busy"), (62, "agent_failed"), (75, "agent_no_answer")]
)
def test_an_agent_who_does_not_pick_up_says_nothing_about_the_customers_number(dial, vendors, agent, phone, reason):
    agent.phone = fiction(phone)
    agent.save()
    call = dial(50)
    vendors.advance(1)
    vendors.advance(40)
    call = fresh(call)
    assert (call.status, call.fail_reason) == (CallStatus.FAILED, reason)
    assert (call.hangup_code, call.hangup_cause, call.carrier_uuid) == ("", "", "")
    assert len(vendors.plivo_calls()) == 1, "the customer's phone was never dialled"
    (leg,) = Leg.objects.filter(call=call)
    assert leg.cause_code


def test_the_records_bring_times_causes_and_rates_and_repeat_nothing(dial, vendors, plivo):
    call = dial(50)
    for _ in range(3):
        vendors.advance(20)
    assert looking.look_at_due(plivo) == 0, "nothing is due in the first two seconds"
    Leg.objects.update(look_at=timezone.now())
    assert looking.look_at_due(plivo) == 2
    agents, customers = Leg.objects.filter(call=call)
    assert (customers.uuid, customers.cause, customers.source) == (call_uuid(vendors, 1), "Normal Hangup", "Callee")
    assert (str(customers.rate), str(customers.amount), customers.seconds) == ("0.00500", "0.00500", 5)
    assert agents.uuid == call_uuid(vendors, 0) and agents.record_at and agents.look_at is None
    assert looking.look_at_due(plivo) == 0


def call_uuid(vendors, which):
    return vendors.plivo_calls()[which]["call_uuid"]
