"""Incoming and scheduled calls: what is asked is what the page prints, and nothing is asked that it refuses."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from integrations.contracts import IncomingCall, ScheduledCall
from integrations.errors import Rejected, Uncertain
from integrations.reading import moment
from tests.integrations.vendor_server import fixture, fixtures

AT = datetime(2026, 12, 1, 9, 30, 0, 421_900, tzinfo=UTC)
TO = "+1 859-657-9625"


def wished(request):
    """The contract that a printed request body stands for."""
    common = {
        "end_user_number": request.get("end_user_number", ""),
        "ticket_id": request.get("ticket_id", ""),
        "menu_id": str(request.get("menu_id", "")),
        "lang": request["lang"],
        "recording_permission": request["recording_permission"].removeprefix("recording_permission_"),
    }
    if request["call_type"] == "Voice Inbound (API)":
        return IncomingCall(**common)
    return ScheduledCall(at=moment(request["scheduled_at"]), parent_id=str(request.get("call_id", "")), **common)


@pytest.mark.parametrize("name", fixtures("ccai", "create_incoming__201") + fixtures("ccai", "create_scheduled__201"))
def test_a_printed_request_is_sent_as_printed(ccai, vendor_server, name):
    exchange = fixture("ccai", name)
    vendor_server.answer(exchange["status"], exchange["body"])
    placed = ccai.place(wished(exchange["request"]))
    digits = "+" + "".join(filter(str.isdigit, exchange["request"]["end_user_number"]))
    assert vendor_server.received[0]["json"] == exchange["request"] | {"end_user_number": digits}
    assert placed.vendor_id == str(exchange["body"]["id"]) and placed.outbound_number == "+1 339-219-5276"


def refused_samples():
    """The printed refusals of requests that can be asked at all; of a wrong call type we have none."""
    for kind in ("create_incoming", "create_scheduled"):
        for name in fixtures("ccai", f"{kind}__400"):
            request = fixture("ccai", name)["request"]
            missing = kind == "create_scheduled" and "scheduled_at" not in request
            if not missing and request["call_type"] != "InvalidCallType":
                yield name


@pytest.mark.parametrize("name", list(refused_samples()))
def test_a_printed_refusal_is_told_with_the_vendors_words_or_never_asked_for(ccai, vendor_server, name):
    exchange = fixture("ccai", name)
    vendor_server.answer(exchange["status"], exchange["body"])
    with pytest.raises(Rejected) as refused:
        ccai.place(wished(exchange["request"]))
    asked = exchange["request"]
    if "end_user_number" in asked and str(asked.get("menu_id", "")).isdecimal():
        assert refused.value.words == exchange["body"]["message"] and len(vendor_server.received) == 1
    else:
        assert vendor_server.received == [], "what is missing is said before anything is sent"
    assert refused.value.sentence and refused.value.param


def test_an_incoming_call_may_name_its_caller_id_and_leave_the_rest_to_ccai(ccai, vendor_server):
    vendor_server.answer(201, {"id": 1})
    ccai.place(IncomingCall(menu_id="9", end_user_number=TO, outbound_number="+1 339-219-5276", lang="fr-CA"))
    assert vendor_server.received[0]["json"] == {
        "call_type": "Voice Inbound (API)",
        "menu_id": 9,
        "end_user_number": "+18596579625",
        "outbound_number": "+13392195276",
        "lang": "fr-CA",
    }


def test_a_time_of_another_zone_goes_out_in_utc(ccai, vendor_server):
    vendor_server.answer(201, {"id": 1})
    there = AT.astimezone(timezone(timedelta(hours=-5)))
    ccai.place(ScheduledCall(at=there, end_user_number=TO, menu_id="20"))
    assert vendor_server.received[0]["json"]["scheduled_at"] == "2026-12-01T09:30:00.421Z"


def test_a_call_that_follows_another_may_have_a_menu_too(ccai, vendor_server):
    vendor_server.answer(201, {"id": 1})
    ccai.place(ScheduledCall(at=AT, end_user_number=TO, menu_id="20", parent_id="514"))
    body = vendor_server.received[0]["json"]
    assert (body["menu_id"], body["call_id"]) == (20, 514)


@pytest.mark.parametrize(
    ("call", "param"),
    [
        (IncomingCall(menu_id="", end_user_number=TO), "menu_id"),
        (IncomingCall(menu_id="9 or 10", end_user_number=TO), "menu_id"),
        (IncomingCall(menu_id="9", end_user_number="", ticket_id="71450"), "end_user_number"),
        (ScheduledCall(at=AT, end_user_number=TO), "menu_id"),
        (ScheduledCall(at=AT, end_user_number=TO, parent_id="call_514"), "call_id"),
        (ScheduledCall(at=AT, end_user_number="", menu_id="20"), "end_user_number"),
        (ScheduledCall(at=None, end_user_number=TO, menu_id="20"), "scheduled_at"),
    ],
)
def test_what_ccai_could_not_read_is_not_sent(ccai, vendor_server, call, param):
    with pytest.raises(Rejected) as refused:
        ccai.place(call)
    assert refused.value.param == param and refused.value.sentence
    assert vendor_server.received == []


@pytest.mark.parametrize(("status", "body"), [(202, None), (200, {"call_type": "Voice Inbound (API)"})])
def test_taken_without_an_id_is_looked_for_since_no_agent_has_it_before_them(ccai, vendor_server, status, body):
    vendor_server.answer(status, body)
    with pytest.raises(Uncertain):
        ccai.place(IncomingCall(menu_id="9", end_user_number=TO))
    assert len(vendor_server.received) == 1
