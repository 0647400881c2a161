"""TeleSign's events, every documented one read; and what is none of them."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import SetAside
from integrations.telesign import commands
from integrations.telesign.events import parse, report
from tests.integrations.anything import json_values, patient
from tests.integrations.vendor_server import fixture, fixtures

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
# Each documented event: the word it says of its call.
WORDS = {
    "incoming_call__known_number": "incoming_call",
    "dial_completed__answered": "dial_answered",
    "dial_completed__busy": "dial_completed",
    "dial_completed__no_answer": "dial_completed",
    "dial_completed__numbers_at_the_top": "dial_answered",
    "speak_completed__digit": "speak_completed",
    "speak_completed__no_digits_asked": "speak_completed",
    "play_completed__played": "play_completed",
    "call_leg_completed__joined_phone": "call_leg_completed",
    "call_completed__printed": "call_completed",
    "call_completed__unanswered": "call_unanswered",
    "call_completed__without_times": "call_ended",
    "call_completed__unsupported_call_state": "call_completed",
}
NAMES = [name for name in fixtures("telesign", "") if not name.startswith(("dial__", "form__"))]


def read(name):
    return parse(json.dumps(fixture("telesign", name)["event"]))


def test_every_fixture_of_an_event_has_its_word():
    assert set(NAMES) == set(WORDS)


@pytest.mark.parametrize("name", NAMES)
def test_a_documented_event_says_its_word(name):
    told = report(read(name), AT)
    assert (told.vendor_id, told.status) == ("0123456789abcdef0123456789abcdef", WORDS[name])
    assert told.at == AT and told.raw == fixture("telesign", name)["event"]


def test_the_printed_end_gives_times_in_utc_and_the_talk_between_answer_and_end():
    told = report(read("call_completed__printed"), AT)
    assert told.created_at == datetime(2019, 3, 15, 6, 48, 22, 151000, UTC)
    assert told.connected_at == datetime(2019, 3, 15, 6, 48, 24, 151000, UTC)
    assert told.ended_at == datetime(2019, 3, 15, 6, 48, 28, 151000, UTC)
    assert (told.wait_seconds, told.talk_seconds) == (2, 4)


@pytest.mark.parametrize("name", ["call_completed__unanswered", "call_completed__without_times"])
def test_what_is_not_told_is_not_zero(name):
    told = report(read(name), AT)
    assert (told.connected_at, told.talk_seconds, told.wait_seconds) == (None, None, None)


@pytest.mark.parametrize("name", ["dial_completed__answered", "dial_completed__numbers_at_the_top"])
def test_numbers_are_read_in_the_data_and_at_the_top(name):
    event = read(name)
    assert (event.to_number, event.from_number) == ("+12125550150", "+12125550180")
    assert event.is_answer and report(event, AT).connected_at == AT


def test_a_joined_phone_that_answers_is_not_the_customer_answering():
    event = read("dial_completed__answered")
    told = report(event, AT, is_leg=True)
    assert (told.status, told.connected_at) == ("leg_answered", None)
    told = report(read("dial_completed__busy"), AT, is_leg=True)
    assert (told.status, told.fail_reason) == ("leg_unanswered", "")


def test_a_failed_dial_carries_its_status_as_the_reason():
    assert report(read("dial_completed__busy"), AT).fail_reason == "busy"


def test_keys_are_told_apart_from_no_question():
    assert read("speak_completed__digit").pressed == "4"
    assert read("speak_completed__no_digits_asked").pressed is None
    body = fixture("telesign", "speak_completed__digit")["event"]
    for value, pressed in [("", ""), (None, ""), (4, "4"), ("33", "33"), (["4"], "")]:
        body["data"]["collected_digits"] = value
        assert parse(json.dumps(body)).pressed == pressed


def test_what_it_would_not_do_is_seen_wherever_it_says_so():
    assert read("call_completed__unsupported_call_state").refused == "unsupported_call_state"
    bodies = [
        {"event": "unsupported_call_state", "reference_id": "a"},
        {"event": "error", "reference_id": "a", "error": {"code": "UNSUPPORTED_CALL_STATE"}},
        {"event": "error", "reference_id": "a", "data": {"errors": ["unsupported_call_state"]}},
    ]
    assert all(parse(json.dumps(body)).refused for body in bodies)
    assert read("call_completed__printed").refused == ""


def test_a_reference_id_is_one_in_either_case():
    assert parse('{"event": "x", "reference_id": "ABC-1"}').reference_id == "abc-1"


@pytest.mark.parametrize(
    ("body", "piece"),
    [
        ("", "no JSON"),
        ("[1]", "no JSON object"),
        ('"dial_completed"', "no JSON object"),
        ("[" * 100_000, "no JSON"),
        ('{"reference_id": "a"}', "No event"),
        ('{"event": "dial_completed"}', "No reference_id"),
        ('{"event": "dial_completed", "reference_id": {"a": 1}}', "No reference_id"),
        (json.dumps({"event": "dial_completed", "reference_id": "a" * 65}), "longer"),
    ],
)
def test_what_is_no_event_is_set_aside_with_the_reason(body, piece):
    with pytest.raises(SetAside) as aside:
        parse(body)
    assert piece in aside.value.reason


@patient
@given(st.dictionaries(st.sampled_from(["event", "reference_id", "data", "to", "status", "error"]), json_values))
def test_whatever_an_event_is_it_is_read_or_set_aside(body):
    try:
        told = report(parse(json.dumps(body)), AT)
    except SetAside:
        return
    assert told.status and told.vendor_id


def test_a_number_past_all_others_is_kept_as_nothing():
    text = '{"event": "call_completed", "reference_id": "a1", "data": {"duration": 1e999}}'
    assert parse(text).raw["data"] == {"duration": None}


def test_the_commands_are_what_the_vendors_demo_answers():
    assert commands.hangup() == {"jsonrpc": "2.0", "method": "hangup", "params": {}}
    assert commands.speak("Hello", "en-US") == {
        "jsonrpc": "2.0",
        "method": "speak",
        "params": {"tts": {"message": "Hello", "language": "en-US"}},
    }
    assert commands.speak("Press", "es-ES", 1)["params"]["collect_digits"] == {"max": 1}
    dial = commands.dial("+12125550150", "+1 212 555 0180")
    assert dial["params"] == {"to": "12125550150", "caller_id_number": "12125550180"}
