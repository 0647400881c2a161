"""Deliveries: what is kept is what is sent, and what may not be done twice can be looked for."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations import checks, vendors
from integrations.choices import Vendor
from integrations.errors import Misconfigured, Rejected, Uncertain
from integrations.feedbackapi import delivery

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAMP = int(NOON.timestamp())
WISH = {"subscriber": "gse4Ry", "template": "dfar5V", "location": "re4SWf"}


def test_every_kind_is_ready_and_none_is_sent_before_somebody_listens():
    assert {name: kind.policy for name, kind in vendors.READY.items()} == {
        "feedbackapi.customer_upsert": "repeat",
        "feedbackapi.customer_update": "repeat",
        "feedbackapi.customer_delete": "repeat",
        "feedbackapi.location_create": "find",
        "feedbackapi.location_update": "repeat",
        "feedbackapi.location_delete": "repeat",
        "feedbackapi.account_create": "find",
        "feedbackapi.account_update": "repeat",
        "feedbackapi.account_delete": "repeat",
        "feedbackapi.user_invite": "find",
        "feedbackapi.user_delete": "repeat",
        "feedbackapi.feedback_request": "find",
    }
    assert {kind.vendor for kind in vendors.READY.values()} == {Vendor.FEEDBACKAPI}
    assert all((kind.find is None) == (kind.policy == "repeat") for kind in vendors.READY.values())
    assert not set(vendors.READY) & set(vendors.KINDS)
    assert checks.every_kind_has_a_listener(None) == []


def send(kind, connection, payload):
    return vendors.READY[f"feedbackapi.{kind}"].deliver(connection, payload)


def test_a_request_is_kept_as_plain_json_and_sent_with_its_time(connection, vendor_server):
    vendor_server.answer(200, {"id": "q1", "created": STAMP})
    payload = delivery.creation({**WISH, "due": NOON})
    assert payload == {"values": {**WISH, "due": "2026-03-02T12:00:00+00:00"}}
    delivered = send("feedback_request", connection, payload)
    assert (delivered.status, delivered.vendor_ref) == (200, "q1")
    assert vendor_server.received[0]["json"] == {**WISH, "due": STAMP}


def test_a_customer_is_changed_and_deleted_by_its_id(connection, vendor_server):
    vendor_server.answer(200, {"id": "c1", "opt_out": True}).answer(200, {"id": "c1", "deleted": True})
    assert send("customer_update", connection, delivery.change("c1", {"opt_out": True})).vendor_ref == "c1"
    assert send("customer_delete", connection, delivery.removal("c1")).vendor_ref == "c1"
    assert [(seen["method"], seen["path"]) for seen in vendor_server.received] == [
        ("POST", "/v1.3/customers/c1"),
        ("DELETE", "/v1.3/customers/c1"),
    ]


def test_deleting_what_is_gone_is_what_was_wanted(connection, vendor_server):
    vendor_server.answer(404, {"message": "The requested resource doesn't exist."})
    delivered = send("location_delete", connection, delivery.removal("l1"))
    assert (delivered.status, delivered.note) == (404, "FeedbackAPI does not have it any more.")


def test_an_invited_user_is_known_by_the_link(connection, vendor_server):
    vendor_server.answer(200, {"email": "a@b.test", "status": "pending", "invite_url": "https://x.test/i?code=1"})
    payload = delivery.creation({"email": "a@b.test", "send_invite": True})
    assert send("user_invite", connection, payload).vendor_ref == "https://x.test/i?code=1"


@pytest.mark.parametrize("payload", [{}, {"id": 7, "values": {}}, {"id": "c1"}, {"values": []}])
def test_a_payload_that_cannot_be_read_is_refused(connection, payload):
    with pytest.raises(Rejected):
        send("customer_update", connection, payload)


@pytest.mark.parametrize(("status", "error"), [(500, Uncertain), (401, Misconfigured), (402, Rejected)])
def test_the_vendors_errors_come_through(connection, vendor_server, status, error):
    vendor_server.answer(status, {"message": "no"})
    with pytest.raises(error):
        send("account_create", connection, delivery.creation({"name": "A", "active": True, "verb": "use"}))


# --- looking before repeating


def page(*rows):
    return {"page": 1, "total_count": len(rows), "total_returned": len(rows), "data": list(rows)}


def find(kind, connection, values):
    return vendors.READY[f"feedbackapi.{kind}"].find(connection, delivery.creation(values), NOON)


def test_a_request_is_looked_for_among_those_since_the_attempt(connection, vendor_server):
    earlier = {"id": "old", "created": STAMP - 3600, **WISH}
    other = {"id": "other", "created": STAMP, **WISH, "template": "else"}
    vendor_server.answer(200, page(other, {"id": "q1", "created": STAMP + 1, **WISH}, earlier))
    assert find("feedback_request", connection, WISH).vendor_id == "q1"
    asked = vendor_server.received[0]["query"]
    since = str(int((NOON - timedelta(minutes=5)).timestamp()))
    assert asked == {**WISH, "created_after": since, "sort_by": "created-desc", "page": "0", "limit": "100"}


@pytest.mark.parametrize(
    "rows", [[], [{"id": "old", "created": STAMP - 3600, **WISH}], [{"id": "x", "created": STAMP}]]
)
def test_what_is_not_there_is_not_found(connection, vendor_server, rows):
    vendor_server.answer(200, page(*rows))
    assert find("feedback_request", connection, WISH) is None


def test_a_location_and_an_account_are_looked_for_by_name(connection, vendor_server):
    row = {"id": "l1", "created": STAMP, "name": "Apple Park", "country_code": "US"}
    vendor_server.answer(200, page(row))
    assert find("location_create", connection, {"name": "Apple Park ", "country_code": "US"}).vendor_id == "l1"
    assert find("account_create", connection, {"name": "Apple Park"}).vendor_id == "l1"
    assert find("location_create", connection, {"name": "Apple", "country_code": "US"}) is None


def test_a_user_is_looked_for_by_address_on_every_page(connection, vendor_server):
    full = page(*({"id": f"u{n}", "created": STAMP, "email": f"{n}@b.test"} for n in range(100)))
    vendor_server.answer(200, full).answer(200, page({"id": "me", "created": STAMP, "email": "A@b.test"}))
    assert find("user_invite", connection, {"email": "a@B.test"}).vendor_id == "me"
    assert [seen["query"]["page"] for seen in vendor_server.received] == ["0", "1"]
