"""Plivo's callbacks of a call that we placed: what each changes, and what changes nothing but is kept."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from xml.etree import ElementTree as xml

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from calls.choices import CallStatus, CarrierLink
from calls.models import Call, CarrierRecord, Leg
from calls.plivo import legs
from calls.services import end_by_hand, placing
from feedback import truth
from integrations import inbox
from integrations.choices import HookState
from integrations.contracts import CallReport, PlacedCall
from integrations.models import HookEvent
from tests.calls.conftest import words_of
from tests.calls.plivo.conftest import (
    A_LEG,
    B_LEG,
    CALLER_ID,
    about,
    answer,
    customer,
    dialled,
    fresh,
    hangup,
    hook,
    ring,
)
from tests.world import fiction, make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def call(agent, world):
    """A call that Plivo took and whose agent's phone does not ring yet."""
    return make_call(
        agent,
        world.marta,
        status=CallStatus.QUEUED,
        provider="plivo",
        vendor_id=A_LEG,
        asked_at=timezone.now(),
        agent_number=agent.phone,
        reported_outbound_number=CALLER_ID,
    )


def joined_with(response):
    """The number in the instructions; None where they are to hang up."""
    assert response.status_code == 200 and response["Content-Type"] == "application/xml"
    root = xml.fromstring(response.content)  # noqa: S314 what we ourselves wrote
    return root.findtext("Dial/Number") if root.find("Hangup") is None else None


def last_event():
    event = HookEvent.objects.order_by("-pk").first()
    return event.state, event.reason


def test_each_side_is_told_apart_on_the_timeline(call):
    ring(call)
    assert joined_with(answer(call)) == fiction(1)
    for action in ("ringing", "answer", "connected"):
        customer(call, action)
    assert fresh(call).status == CallStatus.IN_PROGRESS
    customer(call, "hangup", DialBLegDuration="30", DialBLegHangupCauseCode="4000", DialBLegHangupSource="Callee")
    dialled(call, "completed", DialBLegUUID=B_LEG)
    hangup(call)
    assert [event.text for event in call.events.all() if event.status] == [
        "The agent’s phone rings",
        "The agent picked up",
        "The customer’s phone is dialled",
        "The customer’s phone rings",
        "The customer answered",
        "Call ended",
        "The agent’s side ended",
    ]
    call = fresh(call)
    assert (call.status, call.talk_seconds, call.disconnected_by) == (CallStatus.COMPLETED, 30, "end_user")
    assert (call.carrier_uuid, call.carrier_link) == (B_LEG, CarrierLink.REPORTED)
    assert HookEvent.objects.exclude(state=HookState.APPLIED).count() == 0


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("busy", CallStatus.BUSY),
        ("no-answer", CallStatus.NO_ANSWER),
        ("timeout", CallStatus.NO_ANSWER),
        ("failed", CallStatus.FAILED),
        ("cancel", CallStatus.CANCELLED),
        ("completed", CallStatus.COMPLETED),
    ],
)
def test_how_the_customers_side_ended_is_how_the_call_was(call, word, status):
    answer(call)
    dialled(call, word)
    hangup(call)
    assert fresh(call).status == status and fresh(call).wrap_up_due_at


@pytest.mark.parametrize("word", ["busy", "no-answer", "timeout", "failed", "cancel"])
def test_the_agents_own_phone_says_nothing_about_the_customers_number(call, word):
    ring(call)
    hangup(call, word, HangupCauseCode="3050", HangupCauseName="Unallocated number", Duration="0")
    call = fresh(call)
    assert call.fail_reason == f"agent_{word.replace('-', '_')}" and "own phone" in call.events.last().text
    assert (call.hangup_code, call.hangup_cause, call.carrier_uuid, call.connected_at) == ("", "", "", None)
    for outcome in ("disconnected_number", "failed", "reached", "no_answer"):
        told = truth.of_call(call, outcome)
        assert (told.phone_status, told.ask) == (None, False)


def test_an_agent_who_hangs_up_before_the_customer_answers_has_stopped_the_call(call):
    answer(call)
    hangup(call)
    assert fresh(call).status == CallStatus.CANCELLED and fresh(call).connected_at is None
    customer(call, "answer")  # it was late: the end of a call that had been answered
    assert fresh(call).status == CallStatus.COMPLETED and fresh(call).connected_at


def test_a_terminal_state_does_not_go_back(call):
    answer(call)
    dialled(call, "busy")
    for late in (ring, answer):
        late(call)
    customer(call, "hangup", DialBLegHangupCauseCode="3000")
    assert fresh(call).status == CallStatus.BUSY


def test_the_hangup_of_a_leg_under_ccai_is_not_matched_with_it_by_number_and_time(call):
    """A leg under one of CCAI's calls to the same number at the same time: this call knows its own."""
    hook_of_carrier = about("Hangup", "busy") | {
        "CallUUID": "672b0b3f-e4b9-46e7-8fa9-3b48c7da8683",
        "To": fiction(1).lstrip("+"),
        "SessionStart": timezone.now().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
    }
    event, _ = inbox.receive("plivo", "of-ccai", {}, "&".join(f"{k}={v}" for k, v in hook_of_carrier.items()))
    assert event.state == HookState.UNMATCHED and CarrierRecord.objects.get().call is None
    assert fresh(call).carrier_uuid == ""


# --- Instructions ---------------------------------------------------------------------------------


def test_a_second_fetch_whose_answer_was_lost_gets_the_same_and_dials_nobody_twice(call):
    assert [joined_with(answer(call)), joined_with(hook(call, "fallback", about("StartApp", "in-progress")))] == [
        fiction(1)
    ] * 2


@pytest.mark.parametrize("news", ["ringing", "answer"])
def test_once_the_customers_phone_was_heard_of_nothing_is_given_out_any_more(call, news):
    answer(call)
    customer(call, news)
    assert joined_with(answer(call)) is None
    assert last_event()[0] == HookState.SET_ASIDE and "dialled for this call already" in last_event()[1]


def test_a_copied_request_never_gets_a_number(call):
    assert joined_with(answer(call)) == fiction(1)
    first = HookEvent.objects.get()
    assert joined_with(hook(call, "answer", about("StartApp", "in-progress"), nonce=first.event_id)) is None
    assert HookEvent.objects.count() == 1


def test_a_call_that_is_over_gets_no_number(call, agent):
    end_by_hand(call, agent)
    assert joined_with(answer(call)) is None and "over" in last_event()[1]


def test_a_call_of_half_an_hour_ago_gets_no_number(call):
    Call.objects.filter(pk=call.pk).update(asked_at=timezone.now() - timedelta(minutes=30))
    assert joined_with(answer(call)) is None and "ten minutes" in last_event()[1]


def test_instructions_that_cannot_be_decided_are_asked_for_again(call, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("locked")

    monkeypatch.setattr(legs, "take_in", broken)
    response = answer(call)
    assert response.status_code == 503 and fiction(1).encode() not in response.content


# --- What changes nothing -------------------------------------------------------------------------


def test_a_forged_callback_is_refused_and_not_kept(call):
    for which in ("answer", "fallback", "ring", "hangup", "customer", "dialled"):
        response = hook(call, which, about("Hangup", "completed"), token="somebody-elses")
        assert response.status_code == 403 and fiction(1).encode() not in response.content
    assert not HookEvent.objects.exists() and fresh(call).status == CallStatus.QUEUED


def test_the_address_is_signed_too(call, world, agent):
    """A callback of one call is worth nothing at the address of another."""
    other = make_call(world.colleague, world.jon, status=CallStatus.QUEUED, provider="plivo", vendor_id="other-1234")
    fields = about("Hangup", "completed")
    path = f"/hooks/plivo/{other.uuid.hex}/hangup/"
    signed = hook(call, "hangup", fields)
    sent = {name: value for name, value in signed.wsgi_request.headers.items() if name.startswith("X-Plivo")}
    assert Client().post(path, fields, headers=sent).status_code == 403
    assert fresh(other).status == CallStatus.QUEUED


def test_a_body_of_ten_megabytes_is_refused_unread(call):
    response = hook(call, "ring", about("Ring", "ringing") | {"Pad": "x" * 10_000_000})
    assert response.status_code == 413 and not HookEvent.objects.exists()


def test_a_callback_for_a_call_we_do_not_know_is_kept_with_the_reason(call):
    assert joined_with(hook(call, "answer", about("StartApp", "in-progress"), reference=uuid4().hex)) is None
    assert last_event() == (HookState.SET_ASIDE, "We placed no call that has this address.")


def test_a_callback_about_another_call_of_plivos_is_set_aside(call):
    strange = {"CallUUID": "0000aaaa-strange", "RequestUUID": "0000aaaa-strange"}
    assert joined_with(answer(call, **strange)) is None
    assert "another call" in last_event()[1] and words_of(call) == []


@pytest.mark.parametrize(
    ("which", "fields", "reason"),
    [
        ("ring", {"CallStatus": "ringing"}, "No CallUUID"),
        ("ring", {"CallUUID": "a b", "CallStatus": "ringing"}, "CallUUID is not one"),
        ("hangup", {"CallUUID": A_LEG}, "No CallStatus"),
        ("hangup", {"CallUUID": A_LEG, "CallStatus": "<b>"}, "CallStatus is not one"),
        ("dialled", {"CallUUID": A_LEG}, "No DialStatus"),
        ("customer", {"CallUUID": A_LEG}, "No DialAction"),
        ("customer", {}, "No DialALegUUID"),
    ],
)
def test_a_body_that_cannot_be_used_is_set_aside_with_the_reason(call, which, fields, reason):
    hook(call, which, fields or {"DialAction": "answer"})
    assert last_event()[0] == HookState.SET_ASIDE and reason in last_event()[1]
    assert fresh(call).status == CallStatus.QUEUED


def test_digits_pressed_and_words_nobody_knows_change_nothing(call):
    answer(call)
    customer(call, "digits")
    dialled(call, "hologram")
    assert fresh(call).status == CallStatus.RINGING and fresh(call).vendor_status in ("dialling", "hologram")


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off_moves_no_time(call, hours):
    wrong = (timezone.now() + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S")
    answer(call)
    customer(call, "answer")
    customer(call, "hangup", DialBLegDuration="30", DialBLegHangupCauseCode="4000")
    hangup(call, AnswerTime=wrong, EndTime=wrong, SessionStart=wrong)
    call = fresh(call)
    for moment in (call.assigned_at, call.connected_at, call.ended_at):
        assert abs(timezone.now() - moment) < timedelta(minutes=1)
    assert call.talk_seconds == 30 and call.wrap_up_due_at < timezone.now() + timedelta(minutes=6)


def test_the_vendors_own_times_count_where_they_can_be_true(call):
    began = datetime(2026, 11, 20, 12, tzinfo=UTC)
    Call.objects.filter(pk=call.pk).update(asked_at=began)
    with time_machine.travel(began + timedelta(seconds=70), tick=False):
        answer(call)
        dialled(call, "busy")
        hangup(call, EndTime="2026-11-20 12:00:40")
    assert Leg.objects.get(side="agent").ended_at == began + timedelta(seconds=40)


# --- A call whose answer was lost -------------------------------------------------------------------


@pytest.mark.parametrize("status", [CallStatus.UNCERTAIN, CallStatus.PLACING])
def test_a_callback_finds_the_call_whose_answer_was_lost(call, status):
    Call.objects.filter(pk=call.pk).update(status=status, vendor_id=None)
    ring(call)
    call = fresh(call)
    assert (call.status, call.vendor_id, call.why) == (CallStatus.RINGING, A_LEG, "")
    assert "adopted" in words_of(call) and joined_with(answer(call)) == fiction(1)


def test_the_answer_to_our_dial_may_come_after_the_first_callback(call):
    Call.objects.filter(pk=call.pk).update(status=CallStatus.PLACING, vendor_id=None)
    ring(call)
    placing._record(fresh(call), PlacedCall(A_LEG, CallReport(A_LEG, "queued"), 201, outbound_number=CALLER_ID))
    call = fresh(call)
    assert (call.status, call.vendor_status, call.vendor_id) == (CallStatus.RINGING, "agent_ringing", A_LEG)
    assert joined_with(answer(call)) == fiction(1)


def test_a_call_that_a_person_closed_is_not_opened_again_and_rings_nobody(call):
    Call.objects.filter(pk=call.pk).update(status=CallStatus.REFUSED, vendor_id=None)
    assert joined_with(answer(call)) is None
    assert fresh(call).status == CallStatus.REFUSED and "closed" in last_event()[1]
