"""The client: what it sends for each of the page's deeds, and what it makes of every answer."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import vendors
from integrations.contracts import Answer
from integrations.errors import Misconfigured, NotSent, RateLimited, Rejected, Unavailable, Uncertain
from integrations.feedbackapi import bodies, filters
from integrations.feedbackapi.client import Client, refusal
from integrations.models import Connection
from tests.integrations.anything import json_values, patient
from tests.integrations.connections import connection_to
from tests.integrations.vendor_server import fixture, fixtures

AN_HOUR = datetime(2026, 3, 2, 12, tzinfo=UTC)
EMPTY = {"page": 1, "total_count": 0, "total_returned": 0, "data": []}
PERSON = {"email": "jo@example.test", "location": "xS4rtY"}
CREATED = {"id": "gd7TdO", "created": 1734134400}


def sent(server):
    """The one request the vendor received."""
    (only,) = server.received
    return only


# --- what is sent


@pytest.mark.parametrize("resource", bodies.RESOURCES)
def test_a_list_is_asked_at_its_path_without_a_slash_with_the_token_as_user(feedbackapi, vendor_server, resource):
    vendor_server.answer(200, EMPTY)
    page = feedbackapi.list(resource, sort_by="created-asc", page=2, limit=20)
    seen = sent(vendor_server)
    assert (seen["method"], seen["path"]) == ("GET", f"/v1.3/{resource}")
    assert seen["query"] == {"limit": "20", "page": "2", "sort_by": "created-asc"}
    basic = base64.b64encode(b"demo-feedbackapi-token:").decode()
    assert seen["headers"]["authorization"] == f"Basic {basic}"
    assert (page.rows, page.odd, page.total_count, page.returned) == ((), (), 0, 0)


@pytest.mark.parametrize("resource", bodies.RESOURCES)
def test_every_documented_filter_goes_into_the_query(feedbackapi, vendor_server, resource):
    vendor_server.answer(200, EMPTY)
    values = {name: AN_HOUR if name.endswith(("_before", "_after")) else True for name in filters.FILTERS[resource]}
    feedbackapi.list(resource, filters=values)
    unix = str(int(AN_HOUR.timestamp()))
    expected = {name: unix if value is AN_HOUR else "true" for name, value in values.items()}
    assert {name: value for name, value in sent(vendor_server)["query"].items() if name in expected} == expected


def test_times_can_be_asked_in_iso(vendor_server, settings, transactional_db):
    row = connection_to(vendor_server.url, "feedbackapi", settings, times="iso")
    vendor_server.answer(200, EMPTY)
    in_berlin = AN_HOUR.astimezone(timezone(timedelta(hours=1)))
    Client(row).list("customers", filters={"created_after": in_berlin, "fname": None})
    assert sent(vendor_server)["query"] == {"created_after": "2026-03-02T12:00:00Z", "limit": "100", "page": "0"}


@pytest.mark.parametrize(
    ("asked", "param"),
    [({"limit": 0}, "limit"), ({"limit": 1000}, "limit"), ({"page": -1}, "page"),
     ({"filters": {"invalid": True}}, "invalid"),
     ({"filters": {"created_after": datetime(2026, 1, 1)}}, "created_after")],
)  # fmt: skip
def test_what_the_page_does_not_document_never_leaves(feedbackapi, vendor_server, asked, param):
    with pytest.raises(Rejected) as refused:
        feedbackapi.list("customers", **asked)
    assert refused.value.param == param and vendor_server.received == []


def test_a_body_is_json_of_the_recommended_type(feedbackapi, vendor_server):
    vendor_server.answer(200, CREATED)
    due = AN_HOUR.astimezone(timezone(timedelta(hours=5)))
    values = {"subscriber": "gse4Ry", "template": "dfar5V", "location": "re4SWf", "due": due, "suppress_message": True}
    row, _ = feedbackapi.create("feedback-request", values)
    seen = sent(vendor_server)
    assert (seen["method"], seen["path"]) == ("POST", "/v1.3/feedback-request")
    assert seen["headers"]["content-type"] == "application/vnd.api+json"
    assert seen["json"] == {**values, "due": int(AN_HOUR.timestamp())}
    assert row.vendor_id == "gd7TdO"


def test_a_body_can_be_a_form_as_the_curls_write_it(vendor_server, settings, transactional_db):
    row = connection_to(vendor_server.url, "feedbackapi", settings, bodies="form")
    vendor_server.answer(200, CREATED)
    Client(row).update("customers", "gd7TdO", {"opt_out": True, "fname": None, "location_add": ["a1", "b2"]})
    seen = sent(vendor_server)
    assert seen["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert seen["form"] == [("opt_out", "true"), ("fname", ""), ("location_add[]", "a1"), ("location_add[]", "b2")]


@pytest.mark.parametrize("resource", ["customers", "locations", "accounts"])
def test_a_change_is_posted_to_the_id(feedbackapi, vendor_server, resource):
    vendor_server.answer(200, CREATED)
    values = {"customers": {"fname": "Ciro"}, "locations": {"name": "B"}, "accounts": {"max_users": None}}[resource]
    feedbackapi.update(resource, "gd7TdO", values)
    seen = sent(vendor_server)
    assert (seen["method"], seen["path"], seen["json"]) == ("POST", f"/v1.3/{resource}/gd7TdO", values)


@pytest.mark.parametrize("resource", bodies.DELETE)
def test_a_deletion_has_no_body(feedbackapi, vendor_server, resource):
    vendor_server.answer(200, {"id": "gd7TdO", "deleted": True})
    feedbackapi.delete(resource, "gd7TdO")
    seen = sent(vendor_server)
    assert (seen["method"], seen["path"], seen["json"]) == ("DELETE", f"/v1.3/{resource}/gd7TdO", None)


@pytest.mark.parametrize("resource", ["reviews", "feedback"])
def test_what_is_only_read_is_never_written(feedbackapi, vendor_server, resource):
    for deed in (
        lambda: feedbackapi.create(resource, {"name": "x"}),
        lambda: feedbackapi.update(resource, "gd7TdO", {"name": "x"}),
        lambda: feedbackapi.delete(resource, "gd7TdO"),
    ):
        with pytest.raises(Rejected):
            deed()
    assert vendor_server.received == []


@pytest.mark.parametrize(
    ("resource", "values", "param"),
    [
        ("customers", {"location": "a1"}, "email"),
        ("customers", {"email": "jo@example.test"}, "location"),
        ("customers", {**PERSON, "mobile_number": "+1813555"}, "mobile_number"),
        ("customers", {**PERSON, "mobile_number": "12125550100"}, "mobile_number"),
        ("customers", {**PERSON, "email": "jo"}, "email"),
        ("customers", {**PERSON, "country_code": "USA"}, "country_code"),
        ("customers", {**PERSON, "opt_out": True}, "opt_out"),
        ("locations", {"name": " ", "country_code": "US"}, "name"),
        ("locations", {"name": "A", "country_code": "US", "review_profile": ["javascript:x"]}, "review_profile"),
        ("accounts", {"name": "A", "active": "yes", "verb": "use"}, "active"),
        ("accounts", {"name": "A", "active": True, "verb": "go"}, "verb"),
        ("accounts", {"name": "A", "active": True, "verb": "use", "max_users": -1}, "max_users"),
        ("users", {"email": "a@b", "type": "restricted"}, "type"),
        ("feedback-request", {"subscriber": "a", "template": "b"}, "location"),
        ("feedback-request", {"subscriber": "a", "template": "b", "location": "c", "due": "soon"}, "due"),
    ],
)
def test_what_the_vendor_would_refuse_names_its_field_and_never_leaves(
    feedbackapi, vendor_server, resource, values, param
):
    with pytest.raises(Rejected) as refused:
        feedbackapi.create(resource, values)
    assert refused.value.param == param and vendor_server.received == []


@pytest.mark.parametrize("vendor_id", ["", "../accounts", "a/b", "a?b", "ä", None, 7])
def test_an_id_from_elsewhere_is_no_path(feedbackapi, vendor_server, vendor_id):
    with pytest.raises(Rejected):
        feedbackapi.retrieve("customers", vendor_id)
    assert vendor_server.received == []


@given(st.sampled_from(sorted(bodies.CREATE)), st.dictionaries(st.text(max_size=8), json_values, max_size=4), st.data())
@patient
def test_any_values_are_a_documented_body_or_refused(resource, values, data):
    required, optional = bodies.CREATE[resource]
    names = st.sampled_from([*required, *optional])
    values |= data.draw(st.dictionaries(names, json_values | st.sampled_from(["a1", "US", "use"]), max_size=8))
    try:
        body = bodies.creation(resource, values)
    except Rejected:
        return
    assert {*required} <= {*body} <= {*required, *optional}
    assert all(isinstance(text, str) for _, text in bodies.form(body))


# --- what comes back


def test_one_row_is_retrieved_or_found_or_not(feedbackapi, vendor_server):
    vendor_server.answer(200, fixture("feedbackapi", "customers__retrieve")["body"])
    assert feedbackapi.retrieve("customers", "gd7TdO").email == "subscriber@feedbackapi.com"
    assert sent(vendor_server)["path"] == "/v1.3/customers/gd7TdO"


@pytest.mark.parametrize(("status", "body"), [(404, None), (200, {"id": "gd7TdO", "deleted": True})])
def test_what_is_gone_is_not_found(feedbackapi, vendor_server, status, body):
    vendor_server.answer(status, body)
    assert feedbackapi.find("customers", "gd7TdO") is None


def test_an_invited_user_has_no_id_but_a_link(feedbackapi, vendor_server):
    vendor_server.answer(200, fixture("feedbackapi", "users__create")["body"])
    row, _ = feedbackapi.create("users", {"email": "rishi@uk.gov.uk", "send_invite": True})
    assert (row.vendor_id, row.status) == ("", "pending")
    assert row.invite_url == "https://reviews.yoururl.com/invite?code=12345"


ERRORS = [
    ("400_limit", Rejected, Rejected),
    ("401_authentication", Misconfigured, Misconfigured),
    ("402_request_failed", Rejected, Rejected),
    ("404_not_found", Rejected, Rejected),
    ("429_rate_limit", RateLimited, RateLimited),
    ("500_server", Unavailable, Uncertain),
    ("503_connection", Unavailable, Uncertain),
]


def test_every_printed_error_is_in_the_table():
    assert {f"errors__{name}" for name, _, _ in ERRORS} == set(fixtures("feedbackapi", "errors__"))


@pytest.mark.parametrize(("name", "reading", "writing"), ERRORS)
def test_every_documented_error_has_its_class(feedbackapi, vendor_server, name, reading, writing):
    printed = fixture("feedbackapi", f"errors__{name}")
    vendor_server.answer(printed["status"], printed["body"])
    deeds = (
        (reading, lambda: feedbackapi.list("customers")),
        (writing, lambda: feedbackapi.create("customers", PERSON)),
        (writing, lambda: feedbackapi.delete("customers", "gd7TdO")),
    )
    for error, deed in deeds:
        with pytest.raises(error) as failed:
            deed()
        assert type(failed.value) is error
        assert printed["body"]["message"] in failed.value.words
        assert failed.value.status == printed["status"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("kind", ["api_error", "api_connection_error", "of a new kind"])
def test_an_error_of_the_servers_is_tried_again_where_it_only_read(feedbackapi, vendor_server, status, kind):
    vendor_server.answer(status, {"type": kind, "message": "Something went wrong on our end."})
    with pytest.raises(Unavailable):
        feedbackapi.retrieve("reviews", "gd7TdO")
    with pytest.raises(Uncertain):
        feedbackapi.update("accounts", "gd7TdO", {"active": False})


@pytest.mark.parametrize(
    "wrap", [lambda error: error, lambda error: {"error": error}, lambda error: {"errors": [error]}]
)
def test_the_parameter_at_fault_is_named_however_the_error_is_wrapped(feedbackapi, vendor_server, wrap):
    error = {"type": "invalid_request_error", "message": "No such location.", "param": "location"}
    vendor_server.answer(400, wrap(error))
    with pytest.raises(Rejected) as refused:
        feedbackapi.create("customers", PERSON)
    assert (refused.value.param, refused.value.words) == ("location", "No such location.")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, None, Misconfigured), (400, {"type": "authentication_error"}, Misconfigured),
        (400, {"type": "rate_limit_error"}, RateLimited), (400, "Bad", Rejected), (409, None, Rejected),
        (302, None, Misconfigured), (408, None, Unavailable), (200, "<html>", Unavailable), (200, [], Unavailable),
        (200, {"data": None}, Unavailable), (204, None, Unavailable), (200, '{"data": [', Unavailable),
    ],
)  # fmt: skip
def test_what_no_page_names_has_its_class_too(feedbackapi, vendor_server, status, body, error):
    vendor_server.answer(status, body)
    with pytest.raises(error) as failed:
        feedbackapi.list("customers")
    assert type(failed.value) is error


@pytest.mark.parametrize("body", ["<html>", None, {}, {"id": None}, [], {"id": "x" * 101}])
def test_a_creation_without_the_promised_answer_is_uncertain(feedbackapi, vendor_server, body):
    vendor_server.answer(200, body)
    with pytest.raises(Uncertain):
        feedbackapi.create("locations", {"name": "A", "country_code": "US"})


def test_a_vendor_that_asks_to_wait_says_how_long(feedbackapi, vendor_server):
    vendor_server.answer(429, None, Retry_After="7").answer(503, None, Retry_After="9")
    for seconds in (7, 9):
        with pytest.raises(Unavailable) as later:
            feedbackapi.list("customers")
        assert later.value.retry_after == seconds


def test_a_missing_slash_is_mended_once_with_the_same_method_and_body(feedbackapi, vendor_server):
    vendor_server.answer(308, None, Location="/v1.3/customers/").answer(200, CREATED)
    row, _ = feedbackapi.create("customers", PERSON)
    first, second = vendor_server.received
    assert row.vendor_id == "gd7TdO"
    assert (first["path"], second["path"]) == ("/v1.3/customers", "/v1.3/customers/")
    assert (first["method"], first["json"]) == (second["method"], second["json"]) == ("POST", PERSON)


def test_a_missing_slash_keeps_the_query(feedbackapi, vendor_server):
    vendor_server.answer(301, None, Location=f"{vendor_server.url}/v1.3/users/?limit=1&page=0").answer(200, EMPTY)
    feedbackapi.list("users", limit=1)
    assert vendor_server.received[1]["query"] == {"limit": "1", "page": "0"}


@pytest.mark.parametrize(
    "location",
    ["/v1.4/users/", "/v1.3/users", "https://elsewhere.example/v1.3/users/", "//elsewhere.example/v1.3/users/", ""],
)  # fmt: skip
def test_any_other_redirect_is_not_followed(feedbackapi, vendor_server, location):
    vendor_server.answer(301, None, Location=location)
    with pytest.raises(Misconfigured):
        feedbackapi.list("users")
    assert len(vendor_server.received) == 1


def test_a_second_redirect_is_not_followed(feedbackapi, vendor_server):
    vendor_server.answer(301, None, Location="/v1.3/users/")
    with pytest.raises(Misconfigured):
        feedbackapi.list("users")
    assert len(vendor_server.received) == 2


def test_a_token_the_vendor_repeats_is_not_kept(feedbackapi, vendor_server):
    vendor_server.answer(401, {"message": "demo-feedbackapi-token is unknown"})
    with pytest.raises(Misconfigured) as refused:
        feedbackapi.list("users")
    assert refused.value.words == "••• is unknown"


def test_nothing_leaves_while_the_connection_is_held(feedbackapi, connection, vendor_server):
    from integrations import rates

    rates.hold(connection, 30)
    with pytest.raises(RateLimited) as limited:
        feedbackapi.list("users")
    assert limited.value.status is None and vendor_server.received == []


@pytest.mark.parametrize("values", [{"bodies": "xml"}, {"times": "moon"}, {"token": " "}])
def test_a_setting_that_cannot_be_is_for_an_admin(vendor_server, settings, transactional_db, values):
    row = connection_to(vendor_server.url, "feedbackapi", settings, **values)
    with pytest.raises(Misconfigured):
        Client(row)
    assert vendors.check(row).ok is False


@pytest.mark.parametrize(
    ("status", "body", "ok", "piece"),
    [
        (200, EMPTY | {"total_count": 3}, True, "It knows 3 locations."),
        (200, EMPTY | {"total_count": 1}, True, "It knows 1 location."),
        (200, {"data": []}, True, "accepts the token."),
        (401, None, False, "does not accept our key"),
        (404, None, False, "the address is wrong"),
        (500, None, False, "error of its own"),
        (200, "<html>", False, "not in the promised form"),
    ],
)
def test_the_test_button_asks_for_one_location(connection, vendor_server, status, body, ok, piece):
    vendor_server.answer(status, body)
    check = vendors.check(connection)
    assert check.ok is ok and piece in check.sentence
    assert sent(vendor_server)["path"] == "/v1.3/locations"
    assert sent(vendor_server)["query"] == {"limit": "1", "page": "0"}


def test_a_host_that_is_not_there_was_sent_nothing(settings, transactional_db):
    row = connection_to("http://127.0.0.1:9", "feedbackapi", settings)
    with pytest.raises(NotSent):
        Client(row).create("customers", PERSON)
    assert Connection.objects.of("feedbackapi") == row


@given(json_values)
@patient
def test_any_error_body_has_an_error_object(body):
    assert isinstance(refusal(Answer(400, {}, body, "", "", 0)), dict)
