"""Reading one session event: leniently, and never as a status."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given

from integrations.ccai.session_events import Unreadable, parse, split
from integrations.errors import SetAside
from tests.integrations.anything import json_values, patient
from tests.integrations.vendor_server import fixture

PRINTED = fixture("ccai", "session_events__six_of_one_call")["body"]["events"]


def told(**event):
    return parse(json.dumps({"event_id": "e", "item": {"call_id": 515}} | event))


def test_the_documented_events_are_read():
    read = [parse(json.dumps(event)) for event in PRINTED]
    assert {event.call_ids[0] for event in read} == {"1515"} and {event.number for event in read} == {"+12125550130"}
    assert read[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC), "epoch milliseconds"
    assert [event.state for event in read] == ["connected"] * 4 + ["disconnected"] * 2
    assert [event.steps[-1] for event in read] == [
        "external connected",
        "external connected",
        "agent accepted",
        "agent connected",
        "agent disconnected",
        "agent dispositionSubmitted",
    ]
    assert read[-1].disposition == "resolved 7: Done on the phone." and not any(e.disposition for e in read[:-1])
    assert read[-1].raw == PRINTED[-1]


@pytest.mark.parametrize(
    ("item", "ids"),
    [
        ({"call_id": 515}, ("515",)),
        ({"call_id": "call_1418"}, ("1418", "call_1418")),
        ({"call_id": "846802bf90d1"}, ("846802bf90d1",)),
        ({"call_id": 515, "call_uuid": "0b2c"}, ("515", "0b2c")),
        ({"call_uuid": "0b2c"}, ("0b2c",)),
    ],
)
def test_a_calls_id_comes_in_several_forms(item, ids):
    assert told(item=item).call_ids == ids


@pytest.mark.parametrize("stamp", [None, True, "", "soon", -1, 0, 1e300, 10**40, [], "9" * 30])
def test_a_stamp_that_is_none_is_no_time(stamp):
    assert told(timestamp=stamp).at is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "Not JSON"),
        ("7", "No session"),
        ('{"item": []}', "No session"),
        ('{"item": {"state": "connected"}}', "No call"),
        ('{"item": {"chat_id": 138, "state": "waiting"}}', "a chat"),
    ],
)
def test_what_is_about_no_call_is_set_aside_with_the_reason(text, why):
    with pytest.raises(SetAside, match=why):
        parse(text)


def test_what_no_database_holds_is_read_away():
    event = told(text="a\x00b\ud800", size=float("nan"), item={"call_id": 515, "dispositions": {"note": "Done.\x00"}})
    assert (event.disposition, event.raw["text"], event.raw["size"]) == ("Done.", "ab", None)


@given(json_values)
@patient
def test_whatever_comes_is_read_set_aside_or_called_unreadable(value):
    for body in (
        value,
        {"events": [value]},
        {"events": [{"item": value}, {"item": {"call_id": 1, "participants": value}}]},
    ):
        try:
            events = split(json.dumps(body))
        except Unreadable:
            continue
        for event_id, text in events:
            assert 0 < len(event_id) <= 200
            try:
                parse(text)
            except SetAside as aside:
                assert aside.reason
