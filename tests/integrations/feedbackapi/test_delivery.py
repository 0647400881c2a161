"""Deliveries: what is kept is what is sent, and what may not be done twice can be looked for."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations import checks, vendors
from integrations.choices import Vendor
from integrations.errors import Misconfigured, Rejected, Unavailable, Uncertain
from integrations.feedbackapi import delivery

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAMP = int(NOON.timestamp())
WISH = {"subscriber": "gse4Ry", "template": "dfar5V", "location": "re4SWf"}


def test_every_kind_has_its_policy_and_somebody_who_listens():
    ours = {name: kind for name, kind in vendors.KINDS.items() if name.startswith("feedbackapi.")}
    assert {name: kind.policy for name, kind in ours.items()} == {
        "feedbackapi.customer_upsert": "repeat",
        "feedbackapi.customer_update": "repeat",
        "feedbackapi.customer_delete": "repeat",
        "feedbackapi.location_create": "find",
        "feedbackapi.location_update": "repeat",
        "feedbackapi.location_delete": "repeat",
        "feedbackapi.account_create": "find",
        "feedbackapi.account_update": "repeat",
        "feedbackapi.account_delete": "repeat",
        "feedbackapi.user_invite": "ask",
        "feedbackapi.user_delete": "repeat",
        "feedbackapi.feedback_request": "find",
    }
    assert {kind.vendor for kind in ours.values()} == {Vendor.FEEDBACKAPI}
    assert all((kind.find is None) == (kind.policy == "repeat") for kind in ours.values())
    assert checks.every_kind_has_a_listener(None) == []


def send(kind, connection, payload):
    return vendors.KINDS[f"feedbackapi.{kind}"].deliver(connection, payload)


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


def test_an_invitations_link_is_in_the_result_and_nowhere_else(connection, vendor_server):
    invited = {"email": "a@b.test", "status": "pending", "invite_url": "https://x.test/i?code=1"}
    vendor_server.answer(200, invited).answer(200, {"invite_url": "https:\\/\\/x.test/i?code=1"})
    payload = delivery.creation({"email": "a@b.test", "send_invite": True})
    delivered = send("user_invite", connection, payload)
    assert (delivered.vendor_ref, delivered.result) == ("", {"row": invited})
    assert "code=1" not in repr(delivered)
    with pytest.raises(Uncertain) as unclear:
        send("user_invite", connection, payload)
    assert "•••" in unclear.value.words and "code=1" not in unclear.value.words


# --- a change looks first

THEIRS = {"id": "a1", "name": "Savastano", "active": True, "max_users": "3", "sms_allowance": None}


def changing(expects, **values):
    return delivery.change("a1", values or {"name": "Savastano and Son"}, expects)


def test_a_change_that_finds_what_it_expects_is_sent_and_gives_the_reply(connection, vendor_server):
    reply = {**THEIRS, "name": "Savastano and Son"}
    vendor_server.answer(200, THEIRS).answer(200, reply)
    expects = {"name": ["Else", " Savastano "], "max_users": [3], "sms_allowance": [""], "active": ["true"]}
    delivered = send("account_update", connection, changing(expects))
    assert (delivered.vendor_ref, delivered.result) == ("a1", {"row": reply})
    assert [seen["method"] for seen in vendor_server.received] == ["GET", "POST"]


def test_what_stands_there_as_wished_already_is_no_conflict(connection, vendor_server):
    """An earlier try whose answer was lost looks like this."""
    wished = {**THEIRS, "name": "Savastano and Son"}
    vendor_server.answer(200, wished).answer(200, wished)
    assert send("account_update", connection, changing({"name": ["Savastano"]})).status == 200


def test_a_change_somebody_made_there_meanwhile_is_not_overwritten(connection, vendor_server):
    vendor_server.answer(200, THEIRS)
    with pytest.raises(Rejected, match=r"^Changed at FeedbackAPI meanwhile: name, max users\.$") as refused:
        send("account_update", connection, changing({"name": ["S. and Sons"], "max_users": [2, None]}))
    assert refused.value.result == {"conflict": {"name": "Savastano", "max_users": "3"}, "row": THEIRS}
    assert len(vendor_server.received) == 1


def test_deeds_are_not_compared_and_an_opt_out_is(connection, vendor_server):
    theirs = {"id": "c1", "locations": ["l1"], "opt_out": True}
    vendor_server.answer(200, theirs).answer(200, theirs).answer(200, theirs)
    adding = {"location_add": ["l2"]}
    send("customer_update", connection, delivery.change("c1", adding, {"location_add": [], "locations": [["l1"]]}))
    with pytest.raises(Rejected, match="opt out"):
        send("customer_update", connection, delivery.change("c1", {"fname": "A"}, {"opt_out": [False, None]}))


def test_a_change_of_what_is_gone_says_so(connection, vendor_server):
    vendor_server.answer(404, {"message": "no"})
    with pytest.raises(Rejected, match=r"^FeedbackAPI does not have it any more\.$") as refused:
        send("account_update", connection, changing({}))
    assert refused.value.result == {"gone": True}


# --- a request that brings its customer

PERSON = {"email": "jane@b.test", "location": "re4SWf"}
REQUEST = delivery.creation({"template": "dfar5V", "location": "re4SWf"}, customer=PERSON)


def test_the_customer_is_made_or_updated_first_and_both_replies_are_given(connection, vendor_server):
    customer, made = {"id": "c9", "email": "jane@b.test"}, {"id": "q1", "subscriber": "c9"}
    vendor_server.answer(200, customer).answer(200, made)
    delivered = send("feedback_request", connection, REQUEST)
    assert (delivered.vendor_ref, delivered.result) == ("q1", {"row": made, "customer": customer})
    first, second = vendor_server.received
    assert (first["path"], first["json"]) == ("/v1.3/customers", PERSON)
    assert second["json"] == {"template": "dfar5V", "location": "re4SWf", "subscriber": "c9"}


def test_an_unclear_answer_about_the_customer_leaves_the_request_unsent(connection, vendor_server):
    vendor_server.answer(500, {"message": "no"})
    with pytest.raises(Unavailable) as failed:
        send("feedback_request", connection, REQUEST)
    assert failed.value.status == 500 and len(vendor_server.received) == 1


def test_a_request_that_is_refused_still_tells_of_its_customer(connection, vendor_server):
    vendor_server.answer(200, {"id": "c9"}).answer(402, {"message": "no"})
    with pytest.raises(Rejected) as refused:
        send("feedback_request", connection, REQUEST)
    assert refused.value.result == {"customer": {"id": "c9"}}


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


def find(kind, connection, values, taken=()):
    payload = values if "values" in values else delivery.creation(values)
    return vendors.KINDS[f"feedbackapi.{kind}"].find(connection, payload, NOON, taken.__contains__)


def test_a_request_is_looked_for_among_those_since_the_attempt(connection, vendor_server):
    earlier = {"id": "old", "created": STAMP - 3600, **WISH}
    other = {"id": "other", "created": STAMP, **WISH, "template": "else"}
    mine = {"id": "q2", "created": STAMP + 1, **WISH}
    vendor_server.answer(200, page(earlier, other, {"id": "q1", "created": STAMP, **WISH}, mine))
    found = find("feedback_request", connection, WISH, taken=["q1"])
    assert (found.vendor_ref, found.result) == ("q2", {"row": mine, "customer": None})
    asked = vendor_server.received[0]["query"]
    since = str(int((NOON - timedelta(minutes=5)).timestamp()))
    assert asked == {**WISH, "created_after": since, "sort_by": "created-asc", "page": "0", "limit": "100"}


@pytest.mark.parametrize(
    "rows", [[], [{"id": "old", "created": STAMP - 3600, **WISH}], [{"id": "x", "created": STAMP}]]
)
def test_what_is_not_there_is_not_found(connection, vendor_server, rows):
    vendor_server.answer(200, page(*rows))
    assert find("feedback_request", connection, WISH) is None


def test_a_request_that_brought_its_customer_is_looked_for_under_the_customers_id(connection, vendor_server):
    made = {"id": "q1", "created": STAMP, "subscriber": "c9", "template": "dfar5V", "location": "re4SWf"}
    vendor_server.answer(200, {"id": "c9"}).answer(200, page(made))
    found = find("feedback_request", connection, REQUEST)
    assert found.result == {"row": made, "customer": {"id": "c9"}}


def test_a_location_and_an_account_are_looked_for_by_name(connection, vendor_server):
    row = {"id": "l1", "created": STAMP, "name": "Apple Park", "country_code": "US"}
    vendor_server.answer(200, page(row))
    assert find("location_create", connection, {"name": "Apple Park ", "country_code": "US"}).vendor_ref == "l1"
    assert find("account_create", connection, {"name": "Apple Park"}).vendor_ref == "l1"
    assert find("location_create", connection, {"name": "Apple", "country_code": "US"}) is None


def test_a_name_that_fits_no_address_is_looked_for_on_the_rows(connection, vendor_server):
    name = "مقهى " * 1000
    vendor_server.answer(200, page({"id": "l1", "created": STAMP, "name": name.strip(), "country_code": "US"}))
    assert find("location_create", connection, {"name": name, "country_code": "US"}).vendor_ref == "l1"
    assert "name" not in vendor_server.received[0]["query"]


def test_a_user_is_looked_for_by_address_on_every_page(connection, vendor_server):
    full = page(*({"id": f"u{n}", "created": STAMP, "email": f"{n}@b.test"} for n in range(100)))
    vendor_server.answer(200, full).answer(200, page({"id": "me", "created": STAMP, "email": "A@b.test"}))
    assert find("user_invite", connection, {"email": "a@B.test"}).vendor_ref == "me"
    assert [seen["query"]["page"] for seen in vendor_server.received] == ["0", "1"]


def test_more_than_anybody_can_look_through_is_for_a_person(connection, vendor_server, monkeypatch):
    monkeypatch.setattr(delivery, "MOST_PAGES", 1)
    vendor_server.answer(200, page(*({"id": f"u{n}", "created": STAMP, "email": f"{n}@b.test"} for n in range(100))))
    with pytest.raises(Rejected, match="more than 100"):
        find("user_invite", connection, {"email": "me@b.test"})
