"""Phone feedback to Trestle: what its page asks for, and every answer it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts import PhoneFeedback
from integrations.errors import Misconfigured, RateLimited, Rejected, Uncertain
from integrations.trestle import delivery
from integrations.trestle.client import feedback_body
from tests.integrations.anything import patient
from tests.integrations.vendor_server import fixture

RESPONSE_ID = "T_b5d031b8-e8a3-4eef-8fa8-d87d3b7e386f"
PRINTED = PhoneFeedback(RESPONSE_ID, "2069735100", "connected", True, "Waidong Syrws")


def post(trestle, vendor_server, name, feedback=PRINTED):
    exchange = fixture("trestle", f"feedback__{name}")
    vendor_server.answer(exchange["status"], exchange["body"])
    return trestle.post_feedback(feedback)


def test_the_printed_request_gets_the_printed_answer_accepted_in_part(trestle, vendor_server):
    delivered = post(trestle, vendor_server, "200_partial")
    assert delivered.status == 200
    assert delivered.note == "Accepted, partial: Could not retrieve entire response"
    assert "Could not retrieve" in delivered.words
    (seen,) = vendor_server.received
    assert (seen["method"], seen["path"]) == ("POST", "/1.0/phone_feedback")
    assert seen["json"] == fixture("trestle", "feedback__200_partial")["request"]
    assert seen["headers"]["x-api-key"] == "demo-trestle-key"


def test_a_clean_success_has_no_note(trestle, vendor_server):
    delivered = post(trestle, vendor_server, "200_success")
    assert (delivered.status, delivered.note, delivered.words) == (200, "", "")


def test_a_dead_number_goes_out_without_a_name(trestle, vendor_server):
    post(trestle, vendor_server, "200_disconnected", PhoneFeedback(RESPONSE_ID, "2069735100", "Disconnected", False))
    assert vendor_server.received[0]["json"] == fixture("trestle", "feedback__200_disconnected")["request"]


@pytest.mark.parametrize(
    ("name", "error", "pieces"),
    [
        ("400_missing_field", Rejected, ["does not take"]),
        ("400_newer_shape", Rejected, ["does not take"]),
        ("403_invalid_key", Misconfigured, ["wrong or was revoked", "did not arrive"]),
        ("403_key_missing", Misconfigured, ["wrong or was revoked", "did not arrive"]),
        ("403_wrong_path", Misconfigured, ["address or its version", "did not arrive"]),
        ("403_disabled", Misconfigured, ["switched off", "expired", "may not use this product"]),
        ("403_no_product_access", Misconfigured, ["switched off", "expired", "may not use this product"]),
        ("403_expired", Misconfigured, ["switched off", "expired", "may not use this product"]),
        ("403_message_only", Misconfigured, ["switched off", "expired", "may not use this product"]),
        ("429_rate", RateLimited, ["slow down"]),
        ("429_rate_older_shape", RateLimited, ["slow down"]),
        ("429_quota", Misconfigured, ["quota is used up"]),
        ("429_quota_older_shape", Misconfigured, ["quota is used up"]),
        ("500_server", Uncertain, ["500"]),
    ],
)
def test_every_named_error_has_its_own_outcome(trestle, vendor_server, name, error, pieces):
    with pytest.raises(error) as failed:
        post(trestle, vendor_server, name)
    assert type(failed.value) is error
    assert all(piece in failed.value.sentence for piece in pieces)
    assert fixture("trestle", f"feedback__{name}")["body"]["message"] in failed.value.words


def test_a_refusal_names_the_field(trestle, vendor_server):
    with pytest.raises(Rejected) as refused:
        post(trestle, vendor_server, "400_missing_field")
    assert refused.value.param == "phone_status"


def test_a_speed_limit_says_how_long_where_trestle_does(trestle, vendor_server):
    vendor_server.answer(429, {"errorCode": "RATE_LIMIT_EXCEEDED"}, Retry_After="7")
    with pytest.raises(RateLimited) as limited:
        trestle.post_feedback(PRINTED)
    assert limited.value.retry_after == 7


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"status": "failure", "error": None}, Uncertain), (200, {}, Uncertain), (200, "<html>", Uncertain),
        (200, '{"status": "succ', Uncertain), (200, [], Uncertain), (204, None, Uncertain), (401, None, Misconfigured),
        (403, "<html>", Misconfigured), (404, None, Rejected), (429, None, RateLimited), (302, None, Misconfigured),
    ],
)  # fmt: skip
def test_what_no_page_names_has_its_class_too(trestle, vendor_server, status, body, error):
    vendor_server.answer(status, body)
    with pytest.raises(error):
        trestle.post_feedback(PRINTED)


@pytest.mark.parametrize(
    ("feedback", "param"),
    [
        (PhoneFeedback("", "+12125550100", "connected", True), "response_id"),
        (PhoneFeedback(RESPONSE_ID, "", "connected", True), "phone"),
        (PhoneFeedback(RESPONSE_ID, "+12125550100", "busy", True), "phone_status"),
        (PhoneFeedback(RESPONSE_ID, "+12125550100", "connected", None), "phone_right_party_contact"),
    ],
)
def test_what_is_unknown_is_never_sent(trestle, vendor_server, feedback, param):
    with pytest.raises(Rejected) as refused:
        trestle.post_feedback(feedback)
    assert refused.value.param == param and vendor_server.received == []


@given(st.text(), st.text(), st.text() | st.sampled_from(["Connected", " DISCONNECTED"]), st.booleans(), st.text())
@patient
def test_any_feedback_is_a_body_trestle_takes_or_refused(response_id, phone, status, right, name):
    try:
        body = feedback_body(PhoneFeedback(response_id, phone, status, right, name))
    except Rejected:
        return
    assert body["phone_status"] in ("Connected", "Disconnected") and body["response_id"] and body["phone"]
    assert set(body) <= {"response_id", "phone", "phone_status", "phone_right_party_contact", "name"}


def test_a_delivery_keeps_and_sends_the_same(connection, vendor_server):
    vendor_server.answer(200, {"status": "success", "error": None})
    payload = delivery.payload_of(PhoneFeedback(RESPONSE_ID, "+12125550100", "connected", False))
    assert delivery.deliver(connection, payload).status == 200
    assert vendor_server.received[0]["json"] == {
        "response_id": RESPONSE_ID,
        "phone": "+12125550100",
        "phone_status": "Connected",
        "phone_right_party_contact": False,
    }


@pytest.mark.parametrize("payload", [{}, {"response_id": "x"}, {"phone": 1, "and": 2}])
def test_a_payload_that_cannot_be_read_is_refused(connection, payload):
    with pytest.raises(Rejected):
        delivery.deliver(connection, payload)
