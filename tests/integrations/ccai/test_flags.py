"""Customer flags at CCAI: read, set, looked at again; the key that is spelled in two ways."""

import pytest

from integrations.ccai import delivery
from integrations.ccai.client import Client
from integrations.contracts import CustomerFlags
from integrations.errors import Misconfigured, Rejected, Uncertain
from tests.integrations.vendor_server import fixture

OFF = {"verified_customer": False, "bad_actor": False, "repeat_customer": False}


def test_flags_are_read_as_printed_and_as_sent(ccai, vendor_server):
    vendor_server.answer(200, fixture("ccai", "flags__get")["body"])
    vendor_server.answer(200, fixture("ccai", "flags__get_as_printed")["body"])
    vendor_server.answer(200, {"verified_customer": "true", "repeat_customers": "false", "new": 1})
    assert ccai.flags("397") == {"verified_customer": True, "bad_actor": False, "repeat_customer": True}
    assert ccai.flags("397") == {"verified_customer": None, "bad_actor": None, "repeat_customer": None}
    assert ccai.flags("397") == {"verified_customer": True, "bad_actor": None, "repeat_customer": False}
    assert vendor_server.received[0]["path"] == "/apps/api/v1/calls/397/customer_flag"


def test_setting_flags_sends_the_documented_keys_and_looks_again(ccai, vendor_server):
    vendor_server.answer(200).answer(200, {"verified_customer": True, "bad_actor": False, "repeat_customer": True})
    delivered = ccai.set_flags(CustomerFlags("397", verified_customer=True, bad_actor=False, repeat_customer=True))
    patch, look = vendor_server.received
    assert (patch["method"], look["method"]) == ("PATCH", "GET")
    assert patch["json"] == fixture("ccai", "flags__patch")["request"]
    assert (delivered.status, delivered.note, delivered.learned) == (200, "", {})


def test_a_flag_nobody_set_is_not_sent(ccai, vendor_server):
    vendor_server.answer(204).answer(200, OFF | {"bad_actor": True})
    ccai.set_flags(CustomerFlags("397", bad_actor=True))
    assert vendor_server.received[0]["json"] == {"bad_actor": True}


def test_where_the_printed_key_changes_nothing_the_other_is_tried_once_and_remembered(connection, vendor_server):
    vendor_server.answer(200).answer(200, OFF).answer(200).answer(200, OFF | {"repeat_customer": True})
    delivered = Client(connection).set_flags(CustomerFlags("397", repeat_customer=True))
    sent = [seen["json"] for seen in vendor_server.received if seen["method"] == "PATCH"]
    assert sent == [{"repeat_customers": True}, {"repeat_customer": True}]
    assert (delivered.note, delivered.learned) == ("", {"repeat_key": "repeat_customer"})

    connection.learned = delivered.learned
    Client(connection).set_flags(CustomerFlags("397", repeat_customer=True))
    assert vendor_server.received[-2]["json"] == {"repeat_customer": True}
    assert len(vendor_server.received) == 6


def test_when_neither_key_helps_the_chip_says_so_and_nothing_is_learned(ccai, vendor_server):
    vendor_server.answer(200).answer(200, OFF)
    vendor_server.answer(200).answer(200, OFF)
    delivered = ccai.set_flags(CustomerFlags("397", repeat_customer=True))
    assert len(vendor_server.received) == 4
    assert "repeat customer" in delivered.note and delivered.learned == {}


def test_accepted_but_not_to_be_asked_is_delivered_with_a_note(ccai, vendor_server):
    vendor_server.answer(200).answer(503)
    assert "could not be asked" in ccai.set_flags(CustomerFlags("397", bad_actor=True)).note


def test_after_hangup_it_is_call_ended(ccai, vendor_server):
    ended = fixture("ccai", "flags__400_call_ended")
    vendor_server.answer(ended["status"], ended["body"])
    with pytest.raises(Rejected, match="Call ended") as refused:
        ccai.set_flags(CustomerFlags("397", verified_customer=True))
    assert refused.value.words == "Call is already ended"


def test_an_unknown_call_does_not_stop_the_connection(ccai, vendor_server):
    vendor_server.answer(404, {"message": "Not Found"})
    with pytest.raises(Rejected):
        ccai.set_flags(CustomerFlags("397", bad_actor=True))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, "<html>Maintenance</html>", Uncertain),
        (500, None, Uncertain),
        (401, None, Misconfigured),
        (403, {"message": "Forbidden"}, Misconfigured),
        (400, {"message": "Flags must be booleans"}, Rejected),
    ],
)
def test_every_other_answer_has_its_class(ccai, vendor_server, status, body, error):
    vendor_server.answer(status, body)
    with pytest.raises(error):
        ccai.set_flags(CustomerFlags("397", bad_actor=True))


@pytest.mark.parametrize("call_id", ["", "../agents", "39/7", "a b", "x" * 65])
def test_an_id_that_would_be_another_path_is_not_sent(ccai, vendor_server, call_id):
    with pytest.raises(Rejected):
        ccai.set_flags(CustomerFlags(call_id, bad_actor=True))
    assert vendor_server.received == []


def test_a_delivery_keeps_and_sends_the_same_flags(connection, vendor_server):
    payload = delivery.payload_of(CustomerFlags("397", verified_customer=True))
    vendor_server.answer(200).answer(200, OFF | {"verified_customer": True})
    assert delivery.deliver(connection, payload).status == 200
    assert vendor_server.received[0]["json"] == {"verified_customer": True}


@pytest.mark.parametrize("payload", [{}, {"call_id": "397", "colour": "red"}, {"call_id": "397"}])
def test_a_payload_that_says_nothing_is_refused(connection, payload):
    with pytest.raises(Rejected):
        delivery.deliver(connection, payload)
