"""CCAI's own do-not-call list: each row's status is read although the answer is 200; what is unconfirmed is off."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import transaction

from integrations import outbox, vendors
from integrations.ccai import delivery, do_not_call
from integrations.ccai.client import Client
from integrations.contracts import DoNotCallEntry
from integrations.errors import Misconfigured, Rejected, Uncertain
from integrations.models import Connection, Delivery
from integrations.reading import moment
from tests.integrations.vendor_server import fixture

EXCHANGE = fixture("ccai", "dnc__200_each_row_its_status")
NUMBER = "+12125550130"


@pytest.fixture
def confirmed(connection):
    connection.options = {"dnc_remove": True, "dnc_check": True}
    connection.save()
    return Client(connection)


def printed_entries():
    for contact in EXCHANGE["request"]["contacts"]:
        yield DoNotCallEntry(contact["phone_number"], moment(contact.get("expires_at", "").removesuffix(" UTC")))


def test_each_printed_row_is_read_by_itself(ccai, vendor_server):
    vendor_server.answer(200, EXCHANGE["body"])
    entries = [
        DoNotCallEntry(entry.phone if entry.phone != "sssssss" else "5", entry.expires_at)
        for entry in printed_entries()
    ]
    rows = ccai.add_do_not_call(entries)
    assert [row.status for row in rows] == ["created", "created", "updated", "updated", "failed", "failed", "failed"]
    assert [row.is_done for row in rows] == [True] * 4 + [False] * 3
    assert [row.words for row in rows[4:]] == [row["error"] for row in EXCHANGE["body"][4:]]
    assert "in the past" in rows[4].sentence and "read this number" in rows[5].sentence
    assert "emergency" in rows[6].sentence
    (seen,) = vendor_server.received
    assert (seen["method"], seen["path"]) == ("POST", "/apps/api/v1/outbound_dialer/dnc")
    assert seen["json"]["contacts"][:2] == [
        {"phone_number": "+17187309219", "expires_at": "2022-10-29 00:00:00 UTC"},
        {"phone_number": "+13582131634"},
    ]


def test_an_end_in_another_zone_goes_out_in_utc(ccai, vendor_server):
    vendor_server.answer(200, [{"status": "created"}])
    until = datetime(2026, 12, 1, 22, tzinfo=timezone(timedelta(hours=-5)))
    ccai.add_do_not_call([DoNotCallEntry(NUMBER, until)])
    assert vendor_server.received[0]["json"]["contacts"][0]["expires_at"] == "2026-12-02 03:00:00 UTC"


def test_rows_that_are_missing_or_in_another_order_are_found_by_their_number(ccai, vendor_server):
    vendor_server.answer(200, [{"phone_number": "+1 212-555-0131", "status": "Created"}])
    rows = ccai.add_do_not_call([DoNotCallEntry(NUMBER), DoNotCallEntry("+12125550131")])
    assert [(row.is_done, row.status) for row in rows] == [(False, ""), (True, "created")]
    assert "said nothing" in rows[0].sentence


def test_a_status_or_an_error_nobody_knows_is_kept_and_shown(ccai, vendor_server):
    vendor_server.answer(200, [{"status": "queued"}, {"status": "created", "error": "the moon is full"}])
    first, second = ccai.add_do_not_call([DoNotCallEntry(NUMBER), DoNotCallEntry("+12125550131")])
    assert (first.is_done, first.status) == (True, "queued")
    assert (second.is_done, second.sentence) == (False, "CCAI: the moon is full")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"ok": True}, Uncertain),
        (200, "<html>", Uncertain),
        (404, {}, Misconfigured),
        (400, {"message": "no"}, Rejected),
    ],
)
def test_an_answer_that_names_no_rows_proves_nothing(ccai, vendor_server, status, body, error):
    vendor_server.answer(status, body)
    with pytest.raises(error):
        ccai.add_do_not_call([DoNotCallEntry(NUMBER)])


def test_too_many_or_none_are_said_before_anything_is_sent(ccai, vendor_server):
    for entries in ([DoNotCallEntry(NUMBER)] * (do_not_call.MOST + 1), [DoNotCallEntry("")]):
        with pytest.raises(Rejected):
            ccai.add_do_not_call(entries)
    assert vendor_server.received == []


def test_what_nobody_has_confirmed_is_not_asked_for(ccai, vendor_server):
    with pytest.raises(Rejected, match="confirmed") as removing:
        ccai.remove_do_not_call([NUMBER])
    with pytest.raises(Rejected, match="confirmed") as checking:
        ccai.is_on_do_not_call(NUMBER)
    assert (removing.value.param, checking.value.param) == ("dnc_remove", "dnc_check")
    assert vendor_server.received == []


def test_once_confirmed_a_number_can_be_taken_off(confirmed, vendor_server):
    vendor_server.answer(200, [{"phone_number": NUMBER, "status": "removed"}])
    (row,) = confirmed.remove_do_not_call([NUMBER])
    assert row.is_done and vendor_server.received[0]["json"] == {"phone_numbers": [NUMBER]}
    assert vendor_server.received[0]["path"] == "/apps/api/v1/outbound_dialer/dnc/remove"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"phone_number": NUMBER, "exists": True}, True),
        ([{"phone_number": NUMBER, "in_dnc": False}], False),
        ({"result": "true"}, True),
        ({"status": "created"}, None),
        ({"a": True, "b": False}, None),
        (None, None),
    ],
)
def test_a_check_says_yes_no_or_nothing(confirmed, vendor_server, body, said):
    vendor_server.answer(200, body)
    assert confirmed.is_on_do_not_call(NUMBER) is said


def test_a_check_that_is_not_there_stops_nothing_else(confirmed, vendor_server):
    vendor_server.answer(404, {"message": "Resource not found"})
    with pytest.raises(Rejected, match="switch the option off"):
        confirmed.is_on_do_not_call(NUMBER)


# --- As a delivery, against the sandbox -----------------------------------------------------------


@pytest.fixture
def there(sandbox, transactional_db):
    """`there()` → the numbers on the tenant's list."""
    return lambda: [row["phone_number"] for row in sandbox.world.store.all("ccai dnc")]


def wish(entry):
    with transaction.atomic():
        return outbox.send(delivery.DO_NOT_CALL, f"number:{entry.phone}", delivery.do_not_call_payload(entry))


def sent(row):
    outbox.deliver(row.pk)
    return Delivery.objects.get(pk=row.pk)


def test_a_number_is_put_on_the_list_and_a_second_time_harms_nothing(there):
    row = sent(wish(DoNotCallEntry(NUMBER)))
    assert (row.state, there()) == ("delivered", [NUMBER])
    assert vendors.kind(delivery.DO_NOT_CALL).policy == "repeat"
    delivered = delivery.deliver_do_not_call(row.connection, row.payload)
    assert delivered.words == "updated" and there() == [NUMBER]


def test_a_number_that_ccai_does_not_take_needs_a_person(there):
    row = sent(wish(DoNotCallEntry("+911")))
    assert row.state == "parked" and "cannot read this number" in row.reason and there() == []


def test_a_number_is_taken_off_only_where_that_is_confirmed(there):
    sent(wish(DoNotCallEntry(NUMBER)))
    row = sent(wish(DoNotCallEntry(NUMBER, is_listed=False)))
    assert row.state == "parked" and "confirmed" in row.reason and there() == [NUMBER]
    Connection.objects.filter(vendor="ccai").update(options={"dnc_remove": True})
    with_it = Connection.objects.of("ccai")
    assert delivery.deliver_do_not_call(with_it, row.payload).words == "removed" and there() == []


@pytest.mark.parametrize("payload", [{}, {"phone": None}, {"phone": NUMBER, "expires_at": "some day"}, [], None])
def test_a_kept_row_that_cannot_be_read_is_said(connection, payload):
    with pytest.raises(Rejected, match="cannot be read"):
        delivery.deliver_do_not_call(connection, payload)


def test_an_end_survives_being_kept():
    entry = DoNotCallEntry(NUMBER, datetime(2027, 1, 1, tzinfo=UTC))
    assert delivery._entry(delivery.do_not_call_payload(entry)) == entry
