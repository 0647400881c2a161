"""Every request and reply printed on FeedbackAPI's page, replayed as curl sends it, as JSON, with and without slash."""

import json
from pathlib import Path

import pytest
import requests

from integrations.sandbox.pace import Pace
from tests.integrations.sandbox.conftest import FEEDBACKAPI

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "feedbackapi"
DOCUMENTS = {path.stem: json.loads(path.read_text()) for path in FIXTURES.glob("*.json")}
RESOURCES = ("customers", "locations", "reviews", "feedback", "feedback-request", "accounts", "users")
WRITTEN = sorted(name for name, printed in DOCUMENTS.items() if "form" in (printed["request"] or {}))
RETRIEVED = sorted(name for name in DOCUMENTS if name.endswith("__retrieve"))
DELETED = sorted(name for name in DOCUMENTS if name.endswith("__delete"))
LISTED = [f"{resource}__list" for resource in RESOURCES]


@pytest.fixture
def plant(sandbox):
    """`plant(resource, rows)`: the rows as they stand, the first one the newest."""

    def insert(resource, rows):
        sandbox.feedbackapi.change(insert={resource: rows[::-1]})
        if resource == "accounts":
            belonging(rows)

    def belonging(accounts):
        for account in accounts:
            owned = {"account": account["id"]}
            sandbox.feedbackapi.change(insert={
                "locations": [owned] * account["active_locations"], "users": [owned] * account["active_users"],
            })  # fmt: skip

    return insert


def planted(printed):
    """What must be there for a printed request to be possible."""
    return {"id": "gd7TdO"} | {key: value for key, value in printed["body"].items() if key != "deleted"}


def send(sandbox, printed, how="json", slash=None, **more):
    """The printed request: `how` is json, vnd.api+json or form (byte for byte what curl makes of `-d`)."""
    asked = printed["request"]
    path = asked["path"] if slash is None else asked["path"].rstrip("/") + ("/" if slash else "")
    body, headers = None, {}
    if how == "form" and "form" in asked:
        body = "&".join(f"{key}={value}" for key, value in asked["form"]).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif asked["body"] is not None:
        body = json.dumps(asked["body"])
        headers["Content-Type"] = "application/json" if how == "json" else "application/vnd.api+json"
    return requests.request(
        asked["method"], f"{sandbox.url}/feedbackapi{path}", params=asked["query"] | more, data=body, headers=headers,
        auth=FEEDBACKAPI, timeout=5,
    )  # fmt: skip


def kinds(value):
    """The shape of a reply: its keys in their order, with the kinds of their values."""
    if isinstance(value, dict):
        return [(key, kinds(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [kinds(item) for item in value]
    return type(value).__name__


def test_every_curl_of_the_page_is_here():
    assert len([d for d in DOCUMENTS.values() if d["source"] == "feedbackapi.txt" and d["request"]]) == 27
    assert {name.partition("__")[0] for name in RETRIEVED} == set(RESOURCES)


@pytest.mark.parametrize("name", RETRIEVED)
def test_an_object_is_retrieved_as_printed(sandbox, plant, name):
    printed = DOCUMENTS[name]
    plant(name.partition("__")[0], [planted(printed)])
    for slash in (False, True):
        answer = send(sandbox, printed, slash=slash)
        assert (answer.status_code, answer.json()) == (200, printed["body"])
        assert list(answer.json()) == list(printed["body"])


@pytest.mark.parametrize("name", LISTED)
def test_a_list_is_answered_as_printed(sandbox, plant, name):
    printed, resource = DOCUMENTS[name], name.partition("__")[0]
    rows = printed["body"]["data"]
    # The page prints its feedback requests in no order; the list has the newest first.
    rows = sorted(rows, key=lambda row: -row["created"]) if resource == "feedback-request" else rows
    plant(resource, rows)
    for slash in (False, True):
        answer = send(sandbox, printed, slash=slash)
        assert (answer.status_code, answer.json()) == (200, printed["body"] | {"data": rows})
        assert set(answer.json()) == {"data", "page", "total_count", "total_returned"}


def test_the_pagination_sample_is_answered_under_the_old_name(sandbox, plant):
    """Its filter excludes its own rows by some minutes, so here they are as old as the filter."""
    printed = DOCUMENTS["customers__list_subscribers"]
    bound = int(printed["request"]["query"]["created_after"])
    rows = [row | {"created": bound} for row in printed["body"]["data"]]
    plant("customers", rows)
    assert send(sandbox, printed).json() == printed["body"] | {"data": rows}


def test_the_authentication_sample_is_answered(sandbox, plant):
    plant("customers", DOCUMENTS["customers__list"]["body"]["data"])
    assert send(sandbox, DOCUMENTS["customers__list_subscriber"]).json()["total_count"] == 3


@pytest.mark.parametrize("name", DELETED)
def test_a_delete_is_answered_as_printed(sandbox, plant, name):
    printed, resource = DOCUMENTS[name], name.partition("__")[0]
    for slash in (False, True):
        sandbox.feedbackapi.change(insert={resource: [{"id": "gd7TdO"}]})
        answer = send(sandbox, printed, slash=slash)
        assert (answer.status_code, answer.json()) == (200, printed["body"])
        assert sandbox.feedbackapi.rows(resource) == []


# What each printed write changes in what stood there before.
BEFORE = {
    "customers__update": {"opt_out": False, "fname": None},
    "locations__update": {"name": "Apple Park"},
    "accounts__update": {"max_locations": None, "sms_allowance": None},
}


@pytest.mark.parametrize("how", ["form", "json", "vnd.api+json"])
@pytest.mark.parametrize("slash", [False, True])
@pytest.mark.parametrize("name", [name for name in WRITTEN if name.endswith("__update")])
def test_an_update_is_answered_as_printed(sandbox, plant, name, slash, how):
    printed, resource = DOCUMENTS[name], name.partition("__")[0]
    plant(resource, [printed["body"] | BEFORE[name]])
    answer = send(sandbox, printed, how, slash)
    assert (answer.status_code, answer.json()) == (200, printed["body"])


@pytest.mark.parametrize("how", ["form", "json", "vnd.api+json"])
@pytest.mark.parametrize("slash", [False, True])
@pytest.mark.parametrize("name", [name for name in WRITTEN if name.endswith("__create")])
def test_a_create_is_answered_in_the_printed_shape(sandbox, name, slash, how):
    printed = DOCUMENTS[name]
    sandbox.feedbackapi.change(insert={
        "locations": [{"id": "xS4rtY"}],
        "customers": [{"id": "gse4Ry", "email": "jane@example.com", "locations": ["xS4rtY"]}],
    })  # fmt: skip
    answer = send(sandbox, printed, how, slash)
    assert answer.status_code == 200
    assert kinds(answer.json()) == kinds(printed["body"])
    sent = printed["request"]["body"]
    assert {key: answer.json()[key] for key in sent if key in answer.json()} == {
        key: value for key, value in sent.items() if key in printed["body"]
    }


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_object_has_the_keys_of_the_printed_one(sandbox, plant, ask, resource):
    printed = DOCUMENTS[f"{resource}__object"]["body"]
    sandbox.feedbackapi.fill(locations=3, customers=3)
    sandbox.feedbackapi.fill(**{resource.replace("-", "_"): 3}, seed=2)
    for row in ask(resource).json()["data"]:
        assert list(row) == list(printed)


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.startswith("errors__4")])
def test_an_error_has_type_message_and_perhaps_param(sandbox, ask, name):
    printed, auth = DOCUMENTS[name], FEEDBACKAPI
    if printed["status"] == 401:
        auth = ("somebody-elses-token", "")
    if printed["status"] == 402:
        sandbox.feedbackapi.change(insert={"accounts": [{"name": "Full", "active": True, "max_locations": 0}]})
    if printed["status"] == 429:
        sandbox.world.paces["feedbackapi"] = Pace(clock=lambda: 0)  # a second that does not pass
        sandbox.set(feedbackapi_rate=1)
        ask("customers")
    asked = printed["request"]
    answer = ask(asked["path"].removeprefix("/v1.3/"), asked["method"], asked["body"], auth, **asked["query"])
    assert answer.status_code == printed["status"]
    assert answer.json()["type"] == printed["body"]["type"]
    assert answer.json()["message"]
    if "param" in printed["body"]:
        assert answer.json()["param"] == printed["body"]["param"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_told_by_a_fault_has_the_vendors_shape(sandbox, ask, status):
    sandbox.fault("feedbackapi", path="customers", kind="status", status=status)
    answer = ask("customers")
    assert answer.status_code == status
    assert answer.json()["type"] == ("api_connection_error" if status == 503 else "api_error")
    assert ask("customers").status_code == 200
