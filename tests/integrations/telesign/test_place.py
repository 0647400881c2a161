"""Dialling through TeleSign: every string its page prints, in every form an answer may have."""

import base64

import pytest
from hypothesis import given

from integrations import vendors
from integrations.contracts import OutboundCall
from integrations.errors import KEY_REFUSED, Misconfigured, RateLimited, Rejected, Uncertain
from integrations.models import Connection
from integrations.telesign import words
from integrations.telesign.client import Client
from tests.integrations.anything import json_values, patient
from tests.integrations.vendor_server import fixture, fixtures

CALL = OutboundCall(end_user_number="+12125550150", agent_number="+12125550151", reference="f" * 32)
# What each printed 400 becomes: (a piece of our sentence, TeleSign's name of the field).
REFUSALS = {
    "caller_id_number_not_owned": ("does not lease this caller id", "caller_id_number"),
    "caller_id_number_not_provided": ("needs a caller id", "caller_id_number"),
    "invalid_phone_number": ("cannot dial this number", "to"),
    "to_number_not_provided": ("needs the number to call", "to"),
    "unsupported_call_state": ("tell an admin", ""),
}


def place(telesign, vendor_server, name, call=CALL):
    exchange = fixture("telesign", name)
    vendor_server.answer(exchange["status"], exchange["body"])
    return telesign.place(call)


def test_the_dial_is_what_the_page_and_its_actions_document(telesign, vendor_server, settings):
    place(telesign, vendor_server, "dial__202_text")
    (seen,) = vendor_server.received
    assert (seen["method"], seen["path"]) == ("POST", "/v2/voice")
    assert seen["json"] == fixture("telesign", "dial__202_text")["request"]
    values = settings.VENDORS["telesign"]
    wanted = base64.b64encode(f"{values['customer_id']}:{values['api_key']}".encode()).decode()
    assert seen["headers"]["authorization"] == f"Basic {wanted}"


@pytest.mark.parametrize("form", ["text", "status_object", "jsonrpc", "reference_id_alone"])
def test_an_acceptance_is_a_placed_call_in_any_form_and_no_answered_one(telesign, vendor_server, form):
    placed = place(telesign, vendor_server, f"dial__202_{form}")
    assert placed.vendor_id in ("0123456789abcdef0123456789abcdef", "0123abcd-89ab-cdef-0123-456789abcdef")
    assert (placed.status, placed.outbound_number) == (202, "+12125550180")
    assert (placed.report.status, placed.report.connected_at) == ("dial_accepted", None)


def test_an_acceptance_without_an_id_leaves_it_open_whether_it_rang(telesign, vendor_server):
    with pytest.raises(Uncertain) as lost:
        place(telesign, vendor_server, "dial__202_without_reference_id")
    assert "no id" in lost.value.sentence and lost.value.status == 202


def test_every_printed_refusal_has_its_sentence():
    assert {name.removeprefix("dial__400_") for name in fixtures("telesign", "dial__400_")} == set(REFUSALS)
    assert set(REFUSALS) == set(words.REFUSALS)


@pytest.mark.parametrize("word", REFUSALS)
def test_a_printed_refusal_is_told_in_a_sentence_with_its_field(telesign, vendor_server, word):
    with pytest.raises(Rejected) as refused:
        place(telesign, vendor_server, f"dial__400_{word}")
    piece, param = REFUSALS[word]
    assert piece in refused.value.sentence and refused.value.param == param
    assert (refused.value.status, refused.value.words) == (400, word)


@pytest.mark.parametrize("name", fixtures("telesign", "form__"))
def test_a_string_is_found_wherever_it_stands(telesign, vendor_server, name):
    with pytest.raises(Rejected) as refused:
        place(telesign, vendor_server, name)
    assert refused.value.param == "to" and "invalid_phone_number" in refused.value.words


def test_a_string_nobody_knows_is_shown_as_it_is(telesign, vendor_server):
    vendor_server.answer(400, {"error": "moon_in_the_wrong_house"})
    with pytest.raises(Rejected) as refused:
        telesign.place(CALL)
    assert refused.value.sentence == "TeleSign refused the call." and refused.value.words == "moon_in_the_wrong_house"


@pytest.mark.parametrize("word", words.UNAUTHORIZED)
def test_a_key_that_is_refused_needs_an_admin(telesign, vendor_server, word):
    with pytest.raises(Misconfigured) as refused:
        place(telesign, vendor_server, f"dial__401_{word}")
    assert (refused.value.sentence, refused.value.words) == (KEY_REFUSED, word)


def test_too_many_requests_are_not_repeated(telesign, vendor_server):
    with pytest.raises(RateLimited) as refused:
        place(telesign, vendor_server, "dial__429_rate_limit_exceeded")
    assert refused.value.words == words.TOO_FAST and len(vendor_server.received) == 1


@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_wrong_address_is_an_admins_to_mend(telesign, vendor_server, status):
    vendor_server.answer(status, {"error": "not_found"})
    with pytest.raises(Misconfigured):
        telesign.place(CALL)


@pytest.mark.parametrize("status", [500, 503])
def test_an_error_of_its_own_leaves_it_open_whether_it_rang(telesign, vendor_server, status):
    vendor_server.answer(status, "<h1>oops</h1>")
    with pytest.raises(Uncertain):
        telesign.place(CALL)
    assert len(vendor_server.received) == 1


def test_the_caller_id_that_was_chosen_is_sent(telesign, vendor_server):
    call = OutboundCall(end_user_number="+12125550150", outbound_number="+12125550187")
    assert place(telesign, vendor_server, "dial__202_text", call).outbound_number == "+12125550187"
    assert vendor_server.received[0]["json"]["params"]["caller_id_number"] == "12125550187"


def test_without_a_leased_number_nothing_is_sent(connection, vendor_server):
    connection.caller_ids = []
    with pytest.raises(Rejected) as refused:
        Client(connection).place(CALL)
    assert "leased number" in refused.value.sentence and vendor_server.received == []


def test_a_ticket_alone_cannot_be_dialled(telesign, vendor_server):
    with pytest.raises(Rejected) as refused:
        telesign.place(OutboundCall(ticket_id="71450"))
    assert refused.value.param == "to" and vendor_server.received == []


@patient
@given(json_values)
def test_whatever_an_answer_is_it_is_read_without_an_error(body):
    assert all(isinstance(text, str) for text in words.said(body))
    assert words.refusal_in(body) in ("", *REFUSALS) and len(words.reference_in(body)) <= 64


# --- The test button --------------------------------------------------------------------------


def check(connection, vendor_server, status, body):
    vendor_server.answer(status, body)
    return vendors.check(connection)


def test_the_test_button_asks_for_a_dial_that_names_nobody(connection, vendor_server):
    result = check(connection, vendor_server, 400, {"error": "to_number_not_provided"})
    assert result.ok and "nobody was called" in result.sentence
    (seen,) = vendor_server.received
    assert seen["json"]["params"] == {"caller_id_number": "12125550180"}


def test_the_test_button_says_that_a_caller_id_is_missing(connection, vendor_server):
    Connection.objects.update(caller_ids=[])
    connection.refresh_from_db()
    result = check(connection, vendor_server, 400, {"error": "caller_id_number_not_provided"})
    assert result.ok and "No call can be placed yet" in result.sentence


@pytest.mark.parametrize(
    ("status", "body", "piece"),
    [
        (401, {"error": "not_authorized"}, "does not accept our key"),
        (400, {"error": "caller_id_number_not_owned"}, "does not lease +12125550180"),
        (400, {"error": "something_else"}, "not in the promised form"),
        (202, {"status": "dial_accepted", "reference_id": "a"}, "not in the promised form"),
        (404, {}, "nothing at this address"),
    ],
)
def test_the_test_button_is_red_for_anything_else(connection, vendor_server, status, body, piece):
    result = check(connection, vendor_server, status, body)
    assert not result.ok and piece in result.sentence
