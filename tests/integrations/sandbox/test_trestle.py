"""Trestle: the look-up and every answer of the phone feedback page."""

import re

import pytest
import requests

from tests.integrations.sandbox.conftest import TRESTLE

LOOKUP_KEYS = {
    "id", "phone_number", "is_valid", "activity_score", "country_calling_code", "country_code", "country_name",
    "line_type", "carrier", "is_prepaid", "add_ons", "error", "warnings",
}  # fmt: skip
PARTIAL = {"name": "InternalError", "message": "Could not retrieve entire response"}


@pytest.fixture
def look_up(sandbox):
    def get(phone, headers=TRESTLE, **params):
        url = f"{sandbox.url}/trestle/3.0/phone_intel"
        return requests.get(url, params={"phone": phone} | params, headers=headers, timeout=5)

    return get


def test_a_look_up_answers_the_printed_shape_with_a_response_id(look_up):
    answer = look_up("+12125550100")
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == LOOKUP_KEYS | {"response_id"}
    assert re.fullmatch(r"T_[0-9a-f-]{36}", body["response_id"])
    assert body["id"].startswith("Phone.")
    assert (body["is_valid"], body["activity_score"], body["line_type"]) == (True, 95, "Mobile")


def test_two_look_ups_share_the_phone_and_not_the_response(look_up):
    first, second = look_up("+12125550100").json(), look_up("+1 212-555-0100").json()
    assert first["id"] == second["id"]
    assert first["response_id"] != second["response_id"]


def test_one_ending_has_no_response_id(look_up):
    assert set(look_up("+12125550199").json()) == LOOKUP_KEYS


def test_one_ending_is_not_valid(look_up):
    body = look_up("+12125550197").json()
    assert (body["is_valid"], body["activity_score"], body["warnings"]) == (False, 5, ["Invalid Phone"])


def test_one_ending_is_answered_in_part(look_up):
    assert look_up("+12125550198").json()["error"] == PARTIAL


def test_a_look_up_without_a_number_is_a_bad_request(look_up):
    answer = look_up("")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_good_feedback_is_kept(phone_feedback, sandbox):
    answer = phone_feedback()
    assert (answer.status_code, answer.json()) == (200, {"status": "success", "error": None})
    kept = requests.get(f"{sandbox.url}/trestle/feedback", timeout=5).json()
    assert kept == sandbox.feedback("trestle")
    assert kept[0]["response_id"] == "T_b5d031b8-e8a3-4eef-8fa8-d87d3b7e386f"


def test_disconnected_needs_no_name(phone_feedback):
    answer = phone_feedback(phone_status="Disconnected", phone_right_party_contact=False, name=None)
    assert answer.json()["status"] == "success"


def test_one_ending_succeeds_with_the_printed_partial_error(phone_feedback, sandbox):
    assert phone_feedback(phone="+12125550195").json() == {"status": "success", "error": PARTIAL}
    assert len(sandbox.feedback("trestle")) == 1


@pytest.mark.parametrize("field", ["response_id", "phone", "phone_status", "phone_right_party_contact"])
def test_a_missing_field_is_named(phone_feedback, sandbox, field):
    answer = phone_feedback(**{field: None})
    assert answer.status_code == 400
    assert answer.json() == {"error": "bad_request", "message": f"Missing required field: {field}"}
    assert sandbox.feedback("trestle") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("response_id", "Phone.3dbb6fef-a2df-4b08-cfe3-bc7128b6f5b4"), ("phone", "12"), ("phone_status", "connected"),
     ("phone_status", "Busy"), ("phone_right_party_contact", "true"), ("phone_right_party_contact", 1), ("name", 7)],
)  # fmt: skip
def test_a_wrong_value_is_named(phone_feedback, field, value):
    answer = phone_feedback(**{field: value})
    assert (answer.status_code, answer.json()["message"]) == (400, f"Invalid value for field: {field}")


def test_a_bad_request_comes_in_a_second_shape(phone_feedback):
    answer = phone_feedback(phone="+12125550196")
    assert answer.status_code == 400
    assert set(answer.json()) == {"errorCode", "message", "hint"}


def test_malformed_json_is_a_bad_request(sandbox):
    url = f"{sandbox.url}/trestle/1.0/phone_feedback"
    answer = requests.post(url, data=b'{"response_id":', headers=TRESTLE, timeout=5)
    assert (answer.status_code, answer.json()["message"]) == (400, "Malformed JSON")


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (None, 403, "INVALID_API_KEY"), ("wrong", 403, "INVALID_API_KEY"), ("disabled-key", 403, "FORBIDDEN"),
        ("no-access-key", 403, "FORBIDDEN"), ("expired-key", 403, "FORBIDDEN"),
        ("rate-key", 429, "RATE_LIMIT_EXCEEDED"), ("quota-key", 429, "QUOTA_EXCEEDED"),
    ],
)  # fmt: skip
def test_a_key_may_be_refused_in_every_documented_way(phone_feedback, sandbox, key, status, code):
    answer = phone_feedback(key=key)
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)
    assert set(answer.json()) == {"errorCode", "message", "hint"}
    sandbox.set(trestle_errors="older")
    assert phone_feedback(key=key).json() == {"error": code.lower(), "message": answer.json()["message"]}


@pytest.mark.parametrize("path", ["2.0/phone_feedback", "1.0/phone_feedbacks", "1.0/phone_feedback/"])
def test_a_wrong_path_is_called_a_missing_key(sandbox, path):
    answer = requests.post(f"{sandbox.url}/trestle/{path}", json={}, headers=TRESTLE, timeout=5)
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "MISSING_API_KEY")


def test_a_wrong_method_is_called_a_missing_key_too(sandbox):
    answer = requests.get(f"{sandbox.url}/trestle/1.0/phone_feedback", headers=TRESTLE, timeout=5)
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "MISSING_API_KEY")


@pytest.mark.parametrize("status", [403, 429, 500])
def test_an_error_told_by_a_fault_has_the_vendors_shape(phone_feedback, sandbox, status):
    sandbox.fault("trestle", kind="status", status=status)
    answer = phone_feedback()
    assert answer.status_code == status
    assert "message" in answer.json()
