"""FeedbackAPI's records by the thousand, changed between two requests, and still there after a restart."""

import json
from collections import Counter

import pytest
import requests

from integrations.sandbox import server
from integrations.sandbox.feedbackapi.fill import ORDER
from tests.integrations.sandbox.conftest import FEEDBACKAPI, NOON

NOW = int(NOON.timestamp())
EVERY = {resource.replace("-", "_"): 40 for resource in ORDER}


@pytest.fixture
def began(tmp_path):
    """`began()`: a sandbox over the same state file each time."""
    running = []

    def begin(**how):
        running.append(server.start(clock=lambda: NOON, env={}, state=tmp_path / "state.sqlite3", **how))
        return running[-1]

    yield begin
    running[-1].stop()


def everything(sandbox):
    return {resource: sandbox.feedbackapi.rows(resource) for resource in ORDER}


def walk(ask, resource, **asked):
    """Every row of a list, page after page, until one is short."""
    rows, page = [], 0
    while True:
        data = ask(resource, limit=100, page=page, **asked).json()["data"]
        rows += data
        page += 1
        if len(data) < 100:
            return rows


def test_the_same_seed_makes_the_same_records():
    with server.start(clock=lambda: NOON, env={}) as one, server.start(clock=lambda: NOON, env={}) as two:
        for sandbox in (one, two):
            sandbox.feedbackapi.fill(seed=7, **EVERY)
        assert everything(one) == everything(two)
        two.feedbackapi.fill(seed=8, customers=40)
        assert two.feedbackapi.rows("customers")[40:] != one.feedbackapi.rows("customers")


@pytest.mark.parametrize("resource", ORDER)
def test_as_many_as_asked_come_and_each_has_its_own_id(sandbox, resource):
    sandbox.feedbackapi.fill(**{resource.replace("-", "_"): 1200})
    sandbox.feedbackapi.fill(**{resource.replace("-", "_"): 300})
    rows = sandbox.feedbackapi.rows(resource)
    assert len(rows) == len({row["id"] for row in rows}) == 1500
    assert all(row["created"] <= NOW for row in rows)


def test_customers_are_unique_and_belong_together(sandbox):
    sandbox.feedbackapi.fill(locations=20, customers=3000, feedback=200, reviews=200, feedback_request=100)
    customers = sandbox.feedbackapi.rows("customers")
    for column in ("email", "mobile_number"):
        known = [row[column] for row in customers if row[column]]
        assert len(known) == len(set(known)) > 2000
    assert all(row["email"] or row["mobile_number"] for row in customers)
    places = {row["id"] for row in sandbox.feedbackapi.rows("locations")}
    people = {row["id"] for row in customers}
    assert {place for row in customers for place in row["locations"]} <= places
    assert {row["location"] for row in sandbox.feedbackapi.rows("reviews")} <= places
    feedback = sandbox.feedbackapi.rows("feedback")
    assert {row["subscriber"] for row in feedback} - {None} <= people
    assert {row["type"] for row in feedback} == {"star-rating", "nps", "happy", "csat"}
    assert None in {row["subscriber"] for row in feedback}


def test_some_share_their_second_and_more_than_a_page_share_one(sandbox):
    sandbox.feedbackapi.fill(reviews=1000)
    shared = Counter(row["created"] for row in sandbox.feedbackapi.rows("reviews"))
    assert max(shared.values()) >= 150
    assert 3 in shared.values()


def test_a_walk_finds_every_record_once(sandbox, ask):
    sandbox.feedbackapi.fill(customers=1050)
    rows = sandbox.feedbackapi.rows("customers")
    for order in ("created-asc", "created-desc", "fname-asc"):
        walked = walk(ask, "customers", sort_by=order)
        assert sorted(walked, key=lambda row: row["id"]) == sorted(rows, key=lambda row: row["id"])


def test_records_may_be_older_than_now(sandbox):
    sandbox.feedbackapi.fill(customers=50, until="2026-01-01T00:00:00Z")
    assert max(row["created"] for row in sandbox.feedbackapi.rows("customers")) <= 1767225600


def test_a_restart_keeps_everything(began):
    first = began()
    first.feedbackapi.fill(**EVERY)
    first.feedbackapi.change(insert={"customers": [{"id": "jane", "email": "jane0@example.com"}]})
    first.feedbackapi.change(every=2, delete={"customers": 1})
    url = f"{first.url}/feedbackapi/v1.3"
    place = first.feedbackapi.rows("locations")[0]["id"]
    body = {"subscriber": "jane", "template": "dfar5V", "location": place, "due": NOW + 60}
    requests.post(f"{url}/feedback-request", json=body, auth=FEEDBACKAPI, timeout=5)
    requests.post(f"{url}/users", json={"email": "rishi@uk.gov.uk"}, auth=FEEDBACKAPI, timeout=5)
    before = everything(first)
    first.stop()
    second = began()
    assert everything(second) == before
    assert [invite["email"] for invite in second.feedbackapi.pending()] == ["rishi@uk.gov.uk"]
    second.advance(120)
    assert second.feedbackapi.rows("feedback-request")[-1]["feedback"]["happy"] is True
    for _ in range(2):
        requests.get(f"{second.url}/feedbackapi/v1.3/customers", auth=FEEDBACKAPI, timeout=5)
    assert len(second.feedbackapi.rows("customers")) == 40


def test_a_change_happens_at_once(sandbox):
    sandbox.feedbackapi.fill(customers=10)
    before = {row["id"]: row for row in sandbox.feedbackapi.rows("customers")}
    done = sandbox.feedbackapi.change(insert={"customers": 3}, edit={"customers": 2}, delete={"customers": 4})
    after = {row["id"]: row for row in sandbox.feedbackapi.rows("customers")}
    assert set(after) - set(before) == set(done["inserted"]["customers"])
    assert set(before) - set(after) == set(done["deleted"]["customers"])
    edited = {number for number in set(after) & set(before) if after[number] != before[number]}
    assert edited == set(done["edited"]["customers"]) - set(done["deleted"]["customers"])


def test_named_records_are_edited_and_deleted(sandbox):
    sandbox.feedbackapi.change(insert={"reviews": [{"id": "a", "rating": 5}, {"id": "b"}, {"id": "c"}]})
    sandbox.feedbackapi.change(edit={"reviews": [{"id": "a", "rating": 1}]}, delete={"reviews": ["b"]})
    assert [(row["id"], row["rating"]) for row in sandbox.feedbackapi.rows("reviews")] == [("a", 1), ("c", None)]


def test_an_edited_request_says_when(sandbox):
    sandbox.feedbackapi.change(insert={"feedback-request": [{"id": "a", "updated": 5}]})
    sandbox.feedbackapi.change(edit={"feedback-request": [{"id": "a", "message_opened": True}]})
    (row,) = sandbox.feedbackapi.rows("feedback-request")
    assert (row["message_opened"], row["updated"]) == (True, NOW)


def test_any_shape_can_be_planted(sandbox, ask):
    odd = [
        {"id": None, "email": "no.id@example.com"}, {"id": "twice", "fname": "One"}, {"id": "twice", "fname": "Two"},
        {"id": "odd", "created": "yesterday", "fname": {"first": "Jane"}, "loyalty": {"points": 3}, "opt_out": "no"},
    ]  # fmt: skip
    sandbox.feedbackapi.change(insert={"customers": odd})
    rows = ask("customers", sort_by="id-asc").json()["data"]
    for sent in odd:
        assert any(row.items() >= sent.items() for row in rows), sent
    assert len(rows) == 4


def test_late_ones_come_with_an_older_time(sandbox):
    sandbox.feedbackapi.fill(customers=50)
    known = {row["id"]: row["created"] for row in sandbox.feedbackapi.rows("customers")}
    sandbox.feedbackapi.change(insert={"customers": 20}, created="anywhere")
    late = [row["created"] for row in sandbox.feedbackapi.rows("customers") if row["id"] not in known]
    assert len(late) == 20
    assert all(min(known.values()) <= at <= max(known.values()) for at in late)
    (number,) = sandbox.feedbackapi.change(insert={"customers": 1}, created=123)["inserted"]["customers"]
    assert sandbox.feedbackapi.rows("customers")[-1]["id"] == number
    assert sandbox.feedbackapi.rows("customers")[-1]["created"] == 123


def test_a_change_may_wait_for_between_two_lists(sandbox, ask):
    sandbox.feedbackapi.fill(customers=20, locations=2)
    sandbox.feedbackapi.change(every=2, of="customers", times=2, insert={"customers": 3}, delete={"customers": 1})
    ask("locations")
    totals = [ask("customers").json()["total_count"] for _ in range(7)]
    assert totals == [20, 20, 22, 22, 24, 24, 24]
    assert requests.get(f"{sandbox.url}/feedbackapi/change", timeout=5).json() == []


def test_a_waiting_change_is_shown_and_cleared(sandbox, ask):
    sandbox.feedbackapi.fill(customers=5)
    sandbox.feedbackapi.change(every=1, delete={"customers": 1})
    ask("reviews")
    url = f"{sandbox.url}/feedbackapi/change"
    (waiting,) = requests.get(url, timeout=5).json()
    assert (waiting["every"], waiting["seen"], waiting["delete"]) == (1, 1, {"customers": 1})
    assert requests.delete(url, timeout=5).json() == []
    ask("customers")
    assert len(sandbox.feedbackapi.rows("customers")) == 4


def test_all_of_it_works_over_the_wire(sandbox, ask):
    def post(path, body):
        return requests.post(f"{sandbox.url}/feedbackapi/{path}", data=json.dumps(body), timeout=5)

    assert post("fill", {"customers": 3, "feedback-request": 2, "seed": 4}).json() == {
        "customers": 3, "feedback-request": 2,
    }  # fmt: skip
    assert post("change", {"delete": {"customers": 1}}).status_code == 201
    rows = requests.get(f"{sandbox.url}/feedbackapi/rows/customers", timeout=5).json()
    assert rows == sandbox.feedbackapi.rows("customers")
    assert len(rows) == 2
    ask("users", json={"email": "rishi@uk.gov.uk"})
    assert len(requests.get(f"{sandbox.url}/feedbackapi/pending", timeout=5).json()) == 1
    assert post("play/accept", {"email": "rishi@uk.gov.uk", "name": "Rishi"}).json()["name"] == "Rishi"
    sandbox.feedbackapi.change(insert={"feedback-request": [{"id": "asked", "template": "nPsM41"}]})
    assert post("play/answer", {"request": "asked", "score": 11}).status_code == 400
    feedback = post("play/answer", {"request": "asked", "score": 9}).json()["feedback"]
    assert ask(f"feedback/{feedback}").json()["nps-score"] == 9
    assert sandbox.requests(vendor="feedbackapi")[0]["path"] == "/feedbackapi/v1.3/users"


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("fill", [], "JSON object"), ("fill", {"colours": 3}, "Unknown resource “colours”"),
        ("fill", {"customers": -1}, "“customers” must be"), ("fill", {"customers": True}, "“customers” must be"),
        ("fill", {"customers": 1, "until": "later"}, "“until”"), ("change", {"remove": 1}, "Unknown key “remove”"),
        ("change", {"insert": {"colours": 1}}, "“insert” must be"), ("change", {"insert": 5}, "“insert” must be"),
        ("change", {"insert": {"customers": "all"}}, "“insert” of customers"),
        ("change", {"edit": {"customers": [{"fname": "x"}]}}, "needs its “id”"),
        ("change", {"delete": {"customers": [5]}}, "“delete” of customers"),
        ("change", {"every": 0, "delete": {"customers": 1}}, "“every” must be"),
        ("change", {"every": 1, "of": "colours"}, "“of” must be"),
        ("change", {"insert": {"customers": 1}, "created": "soon"}, "“created” must be"),
        ("play/accept", {"email": "nobody@example.com"}, "Nobody is invited"),
        ("play/accept", {}, "“email” is missing"), ("play/accept", {"email": 5}, "“email” must be text"),
        ("play/accept", {"email": "a@b.co", "age": 4}, "Unknown key “age”"),
        ("play/answer", {"request": "none", "score": 1}, "There is no feedback request none"),
    ],
)  # fmt: skip
def test_what_nobody_can_act_on_is_refused_with_a_sentence(sandbox, path, body, words):
    answer = requests.post(f"{sandbox.url}/feedbackapi/{path}", json=body, timeout=5)
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert everything(sandbox) == {resource: [] for resource in ORDER}


def test_rows_of_nothing_known_are_refused(sandbox):
    answer = requests.get(f"{sandbox.url}/feedbackapi/rows/colours", timeout=5)
    assert (answer.status_code, "Unknown resource" in answer.json()["message"]) == (400, True)


@pytest.mark.parametrize("name", ["bounds", "first_page", "limit", "order", "rate", "times"])
def test_settings_are_checked(sandbox, name):
    answer = requests.post(f"{sandbox.url}/settings", json={f"feedbackapi_{name}": "purple"}, timeout=5)
    assert answer.status_code == 400


def test_the_front_page_tells_fates_templates_and_how_to_fill(sandbox):
    text = requests.get(sandbox.url, timeout=5).text
    for words in ("dfar5V", "+bounces@", "/feedbackapi/fill", "/feedbackapi/change", "demo-feedbackapi-token"):
        assert words in text
