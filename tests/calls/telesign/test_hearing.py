"""What TeleSign's events make of a call of ours."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from calls.choices import CallStatus, EventSource, Provider
from calls.services import decide_uncertain, end_by_hand
from feedback.models import Feedback
from integrations import inbox
from integrations.choices import HookState
from integrations.models import HookEvent
from tests.calls.conftest import words_of
from tests.calls.telesign.conftest import LEASED, PHONE
from tests.calls.telesign.events import ANSWERED, CREATED, REFERENCE, over, tell
from tests.world import fiction, make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
THEIRS, OURS, MINE = fiction(1).lstrip("+"), LEASED.lstrip("+"), PHONE.lstrip("+")
ASKED = datetime.fromisoformat(f"{CREATED}+00:00")


@pytest.fixture
def call(world, connection):
    return ringing(world)


def ringing(world, **fields):
    fields = {"vendor_id": REFERENCE, "asked_at": ASKED, "created_at": ASKED} | fields
    fields.setdefault("status", CallStatus.RINGING)
    return make_call(world.agent, world.marta, provider=Provider.TELESIGN, **fields)


def answered(status="answered", **more):
    return tell("dial_completed", **{"to": THEIRS, "from": OURS, "status": status} | more)


def fresh(call):
    call.refresh_from_db()
    return call


def test_an_answered_call_is_on_and_its_end_tells_the_times(call):
    answered()
    assert fresh(call).status == CallStatus.IN_PROGRESS and call.was_connected
    tell("call_completed", **over())
    assert fresh(call).status == CallStatus.COMPLETED and call.wrap_up_due_at
    assert (call.wait_seconds, call.talk_seconds) == (5, 30)
    assert call.connected_at == datetime.fromisoformat(f"{ANSWERED}+00:00")
    assert set(call.events.exclude(source=EventSource.US).values_list("source", flat=True)) == {EventSource.TELESIGN}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("busy", CallStatus.BUSY),
        ("no_answer", CallStatus.NO_ANSWER),
        ("No-Answer", CallStatus.NO_ANSWER),
        ("cancelled", CallStatus.CANCELLED),
        ("failed", CallStatus.FAILED),
        ("a_word_of_tomorrow", CallStatus.FAILED),
        ("", CallStatus.FAILED),
    ],
)
def test_any_other_status_of_a_dial_is_its_end(call, said, status):
    answered(said)
    assert fresh(call).status == status and not call.was_connected
    tell("call_completed", **over(answered=None))
    assert fresh(call).status == status and call.talk_seconds is None


def test_an_end_without_an_answer_is_no_answer(call):
    tell("call_completed", **over(answered=None))
    assert fresh(call).status == CallStatus.NO_ANSWER


def test_an_answered_call_whose_end_says_no_time_of_answer_was_completed(call):
    answered()
    tell("call_completed", **over(answered=None))
    assert fresh(call).status == CallStatus.COMPLETED and call.talk_seconds is None


def test_an_end_that_tells_nothing_is_an_end_and_nothing_more(call):
    tell("call_completed", status="hangup")
    assert fresh(call).status == CallStatus.COMPLETED
    assert (call.connected_at, call.talk_seconds, call.wait_seconds) == (None, None, None)


def test_the_end_that_comes_first_stays(call):
    tell("call_completed", **over())
    answered()
    tell("speak_completed", status="speak_successful")
    assert fresh(call).status == CallStatus.COMPLETED and (call.wait_seconds, call.talk_seconds) == (5, 30)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off_does_not_move_our_times(world, connection, hours):
    call = ringing(world, asked_at=ASKED + timedelta(hours=hours), created_at=ASKED + timedelta(hours=hours))
    tell("call_completed", **over())
    assert fresh(call).connected_at - call.asked_at == timedelta(seconds=5)
    assert call.ended_at - call.asked_at == timedelta(seconds=35) and call.talk_seconds == 30


def test_a_phone_that_is_joined_changes_nothing_about_the_customers(world, connection):
    call = ringing(world, agent_number=PHONE)
    answered()
    answered("busy", to=MINE)
    assert fresh(call).status == CallStatus.IN_PROGRESS and call.fail_reason == ""


def test_unknown_events_are_kept_and_move_nothing(call):
    answered()
    tell("hologram_started", data="?")
    assert fresh(call).status == CallStatus.IN_PROGRESS
    assert "hologram_started" in words_of(call) and call.vendor_status == "hologram_started"


def test_what_it_did_not_do_is_said_on_the_call(call):
    answered()
    tell("call_completed", **over(status="unsupported_call_state"))
    assert fresh(call).status == CallStatus.COMPLETED
    assert call.vendor_words == "unsupported_call_state" and "did not do what it was told" in call.why


def test_what_it_said_stands_on_the_timeline_in_words(call):
    answered()
    tell("speak_completed", status="speak_successful")
    tell("call_completed", **over())
    said = dict(call.events.exclude(status="").values_list("status", "text"))
    assert (said["dial_answered"], said["speak_completed"]) == ("The customer answered", "The sentence was said")
    assert said["call_completed"] == "Call ended"


# --- Which call -------------------------------------------------------------------------------


def test_an_event_of_a_call_we_do_not_know_is_kept_with_the_reason_and_told_to_hang_up(world, connection):
    assert answered() == ("hangup", {})
    event = HookEvent.objects.get()
    assert event.state == HookState.UNMATCHED and "No call of ours" in event.reason


def test_the_case_of_an_id_says_nothing(call):
    tell("call_completed", reference_id=REFERENCE.upper(), **over())
    assert fresh(call).status == CallStatus.COMPLETED


@pytest.mark.parametrize("status", [CallStatus.UNCERTAIN, CallStatus.PLACING])
def test_a_call_whose_answer_was_lost_is_known_by_the_number_it_rang(world, connection, status):
    call = ringing(world, status=status, vendor_id=None, why="The answer was lost.", asked_at=timezone.now())
    answered()
    assert (fresh(call).vendor_id, call.status, call.why) == (REFERENCE, CallStatus.IN_PROGRESS, "")
    assert "adopted" in words_of(call)


def test_a_call_with_another_caller_id_is_another_one(world, connection):
    call = ringing(world, status=CallStatus.UNCERTAIN, vendor_id=None, outbound_number="+12125550187")
    answered()
    assert fresh(call).vendor_id is None and HookEvent.objects.get().state == HookState.UNMATCHED


def test_the_end_of_an_older_call_to_the_number_is_not_this_ones(world, connection):
    call = ringing(world, status=CallStatus.UNCERTAIN, vendor_id=None, asked_at=ASKED + timedelta(hours=3))
    tell("call_completed", to=THEIRS, **over())
    assert fresh(call).vendor_id is None


def test_an_event_that_came_before_our_answer_is_applied_by_the_sweep(world, connection):
    call = ringing(world, vendor_id=None, status=CallStatus.PLACING)
    tell("speak_completed", status="speak_successful")
    call.vendor_id = REFERENCE
    call.save(update_fields=["vendor_id"])
    inbox.apply_waiting()
    assert HookEvent.objects.get().state == HookState.APPLIED and fresh(call).status == CallStatus.IN_PROGRESS


# --- Keys --------------------------------------------------------------------------------------


def press(keys, **more):
    return tell("speak_completed", status="speak_successful", collected_digits=keys, **more)


def test_a_key_from_1_to_5_is_feedback_of_the_call(call, world):
    answered()
    press("4")
    answer = Feedback.objects.get()
    assert (answer.source, answer.kind, answer.star_rating, answer.call) == ("keypad", "stars", 4, call)
    assert (answer.customer, answer.location) == (world.marta, world.riverside)
    assert (answer.connection, answer.vendor_id) == (None, None)
    assert "keypad" in words_of(call)


@pytest.mark.parametrize("keys", ["0", "6", "9", "*", "#", "", "33", "12345", None, "٤"])
def test_other_keys_are_no_answer_and_are_told(call, keys):
    press(keys)
    assert not Feedback.objects.exists() and "keypad_unusable" in words_of(call)


def test_no_question_no_keys(call):
    tell("speak_completed", status="speak_successful")
    assert not Feedback.objects.exists() and "keypad_unusable" not in words_of(call)


def test_the_same_event_twice_and_a_second_key_are_one_answer(call):
    press("2")
    press("2")
    press("5", more="of it")
    assert [answer.star_rating for answer in Feedback.objects.all()] == [2]


# --- People and time ---------------------------------------------------------------------------


def test_a_call_ended_by_hand_stays_ended_and_learns_its_times(call, world):
    answered()
    assert end_by_hand(fresh(call), by=world.agent)
    assert fresh(call).status == CallStatus.COMPLETED
    tell("speak_completed", status="speak_successful")
    tell("call_completed", **over())
    assert fresh(call).status == CallStatus.COMPLETED and call.talk_seconds == 30


@pytest.mark.parametrize(("happened", "status"), [(True, CallStatus.COMPLETED), (False, CallStatus.REFUSED)])
def test_what_a_person_decided_is_not_undone_by_a_late_word(world, connection, happened, status):
    call = ringing(world, status=CallStatus.UNCERTAIN)
    assert decide_uncertain(call, happened, by=world.agent)
    answered()
    assert fresh(call).status == status
    tell("call_completed", **over())
    assert fresh(call).status == CallStatus.COMPLETED
