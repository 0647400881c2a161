"""Phone look-up at Trestle: the response id where there is one, and never an invented one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import vendors
from integrations.contracts import Answer
from integrations.errors import Misconfigured, Rejected, Uncertain
from integrations.trestle.client import lookup_of
from tests.integrations.anything import json_values, patient
from tests.integrations.vendor_server import fixture

PHONE = "+12069735100"
RESPONSE_ID = "T_b5d031b8-e8a3-4eef-8fa8-d87d3b7e386f"
BODY = fixture("trestle", "lookup__200_without_response_id")["body"]


def look_up(trestle, vendor_server, body, **headers):
    vendor_server.answer(200, body, **headers)
    return trestle.look_up(PHONE)


def test_a_printed_look_up_is_read_and_has_no_response_id(trestle, vendor_server):
    found = look_up(trestle, vendor_server, BODY)
    assert (found.phone, found.response_id, found.is_valid, found.activity_score) == (PHONE, "", True, 90)
    assert (found.line_type, found.carrier, found.warnings) == ("Mobile", "Level 3 Communications, LLC", ())
    assert found.raw == BODY
    (seen,) = vendor_server.received
    assert (seen["method"], seen["path"], seen["query"]) == ("GET", "/3.0/phone_intel", {"phone": PHONE})


@pytest.mark.parametrize("key", ["response_id", "transaction_id", "request_id"])
def test_a_response_id_is_found_in_the_body(trestle, vendor_server, key):
    assert look_up(trestle, vendor_server, BODY | {key: RESPONSE_ID}).response_id == RESPONSE_ID


def test_a_response_id_is_found_in_any_header(trestle, vendor_server):
    assert look_up(trestle, vendor_server, BODY, X_Some_Name=RESPONSE_ID).response_id == RESPONSE_ID


@pytest.mark.parametrize(
    "body",
    [{"response_id": "Phone.3dbb6fef"}, {"id": RESPONSE_ID}, {"response_id": f"{RESPONSE_ID}0"}, {"request_id": 7}],
)
def test_what_only_resembles_one_is_not_taken(trestle, vendor_server, body):
    assert look_up(trestle, vendor_server, BODY | body).response_id == ""


def test_a_partial_look_up_is_used_and_its_error_is_a_warning(trestle, vendor_server):
    found = look_up(trestle, vendor_server, fixture("trestle", "lookup__200_partial")["body"])
    assert found.warnings == ("Invalid Phone", "Could not retrieve entire response")
    assert found.activity_score is None


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, "<html>", Uncertain), (200, None, Uncertain), (200, [], Uncertain), (500, None, Uncertain),
        (400, {"error": "bad_request", "message": "Bad"}, Rejected),
        (403, {"errorCode": "FORBIDDEN", "message": "Access denied."}, Misconfigured),
        (429, {"errorCode": "QUOTA_EXCEEDED"}, Misconfigured),
    ],
)  # fmt: skip
def test_other_answers_have_their_class(trestle, vendor_server, status, body, error):
    vendor_server.answer(status, body)
    with pytest.raises(error):
        trestle.look_up(PHONE)


keys = st.sampled_from([*BODY, "response_id", "transaction_id"]) | st.text(max_size=8)


@given(st.dictionaries(keys, json_values, max_size=8))
@patient
def test_any_object_is_a_look_up(body):
    found = lookup_of(PHONE, Answer(200, {}, body, "", "", 0))
    assert found.activity_score is None or 0 <= found.activity_score <= 100
    assert all(isinstance(warning, str) for warning in found.warnings)


@pytest.mark.parametrize(
    ("status", "body", "ok", "piece"),
    [
        (400, {"error": "bad_request", "message": "Missing required parameter: phone"}, True, "nothing was looked up"),
        (403, {"errorCode": "INVALID_API_KEY", "message": "invalid"}, False, "wrong or was revoked"),
        (404, None, False, "does not take this request"),
        (200, {}, False, "not its look-up address"),
        (500, None, False, "error of its own"),
    ],
)
def test_the_test_button_asks_without_a_number(connection, vendor_server, status, body, ok, piece):
    vendor_server.answer(status, body)
    check = vendors.check(connection)
    assert check.ok is ok and piece in check.sentence
    assert vendor_server.received[0]["query"] == {}
