"""POST and GET /api/v1/calls/ against the sandbox, over a real socket."""

import pytest

from accounts.choices import Scope
from calls.models import Call
from tests.world import fiction, make_call

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/calls/"
LATER = "2099-09-15T15:19:14.421Z"  # within any calling hours of New York


def dials(sandbox):
    return [one for one in sandbox.requests(vendor="ccai", path="/calls") if one["method"] == "POST"]


def test_a_call_is_placed_and_answered_with_201(world, api, sandbox):
    answer = api(world.agent).post(PATH, {"to": "(212) 555-0130", "location": world.riverside.pk})
    assert answer.status_code == 201
    body = answer.json()
    assert body["to"] == fiction(30) and body["provider"] == "ccai" and body["agent"] == world.agent.pk
    assert body["status"] in ("ringing", "queued") and body["vendor_id"]
    (dial,) = dials(sandbox)
    assert dial["body"] == {
        "call_type": "Voice Outbound (API)",
        "agent_email": "ada@ccai.example.test",
        "end_user_number": fiction(30),
        "lang": "en",
    }


def test_the_same_idempotency_key_answers_the_first_call(world, api, sandbox):
    client = api(world.agent)
    first = client.post(PATH, {"to": fiction(30)}, HTTP_IDEMPOTENCY_KEY="order-7")
    again = client.post(PATH, {"to": fiction(30)}, HTTP_IDEMPOTENCY_KEY="order-7")
    assert again.status_code == 201 and again.json()["id"] == first.json()["id"]
    assert len(dials(sandbox)) == 1


def test_an_idempotency_key_with_another_body_is_a_conflict(world, api, sandbox):
    client = api(world.agent)
    client.post(PATH, {"to": fiction(30)}, HTTP_IDEMPOTENCY_KEY="order-7")
    answer = client.post(PATH, {"to": fiction(31)}, HTTP_IDEMPOTENCY_KEY="order-7")
    assert answer.status_code == 409 and answer.json()["type"] == "conflict"
    assert len(dials(sandbox)) == 1


def test_a_second_call_to_an_open_number_is_a_conflict(world, api, sandbox):
    api(world.agent).post(PATH, {"to": fiction(30)})
    answer = api(world.agent).post(PATH, {"to": fiction(30)})
    assert answer.status_code == 409
    assert len(dials(sandbox)) == 1


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "to"),
        ({"to": "911"}, "to"),
        ({"to": "hello"}, "to"),
        ({"to": "+1 212 555 01"}, "to"),
        ({"to": "+1 212 555 0130 0000000000"}, "to"),
        ({"to": "+999 12345678"}, "to"),
        ({"to": fiction(30), "provider": "plivo"}, "no_phone"),
        ({"to": fiction(30), "provider": "elsewhere"}, "provider"),
        ({"to": fiction(30), "provider": "carrier pigeon"}, "provider"),
        ({"to": fiction(30), "kind": "sideways"}, "kind"),
        ({"to": fiction(30), "menu_id": 9}, "menu_id"),
        ({"to": fiction(30), "scheduled_at": LATER}, "scheduled_at"),
        ({"to": fiction(30), "kind": "incoming"}, "menu_id"),
        ({"to": fiction(30), "kind": "incoming", "menu_id": 9, "scheduled_at": LATER}, "scheduled_at"),
        ({"ticket_id": "T1001", "kind": "incoming", "menu_id": 9}, "to"),
        (
            {"to": fiction(30), "kind": "incoming", "menu_id": 9, "recording_permission": "perhaps"},
            "recording_permission",
        ),
        ({"to": fiction(30), "kind": "scheduled", "scheduled_at": LATER}, "menu_id"),
        ({"to": fiction(30), "kind": "scheduled", "menu_id": 9}, "scheduled_at"),
        ({"to": fiction(30), "kind": "scheduled", "menu_id": 9, "scheduled_at": "soon"}, "scheduled_at"),
        (
            {"to": fiction(30), "kind": "scheduled", "menu_id": 9, "scheduled_at": "2020-01-01T00:00:00Z"},
            "scheduled_at",
        ),
        (
            {"to": fiction(30), "kind": "scheduled", "menu_id": 9, "scheduled_at": "9999-12-31T00:00:00Z"},
            "scheduled_at",
        ),
        (
            {"to": fiction(30), "kind": "scheduled", "menu_id": 9, "scheduled_at": "0001-01-01T00:00:00Z"},
            "scheduled_at",
        ),
        (
            {"to": fiction(30), "kind": "scheduled", "menu_id": 9, "scheduled_at": LATER, "parent_call": 9},
            "parent_call",
        ),
        ({"to": fiction(30), "lang": "english please"}, "lang"),
        ({"to": fiction(30), "colour": "blue"}, "colour"),
        ({"customer": "x"}, "customer"),
    ],
)
def test_bad_input_is_a_422_that_names_the_field(world, api, sandbox, body, param):
    answer = api(world.agent).post(PATH, body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["type"] == "invalid_request" and answer.json()["param"] == param
    assert answer.json()["message"]
    assert not Call.objects.exists() and not dials(sandbox)


def test_an_incoming_call_rings_the_customer_for_a_menu_and_is_nobodys_yet(world, api, sandbox):
    body = {"customer": world.marta.pk, "kind": "incoming", "menu_id": 12, "recording_permission": "granted"}
    told = api(world.agent).post(PATH, body).json()
    assert (told["status"], told["agent"], told["asked_by"]) == ("queued", None, world.agent.pk)
    (dial,) = dials(sandbox)
    assert dial["body"] == {
        "call_type": "Voice Inbound (API)",
        "menu_id": 12,
        "end_user_number": fiction(1),
        "lang": "en",
        "recording_permission": "recording_permission_granted",
    }
    assert api(world.agent).get(f"{PATH}{told['id']}/").status_code == 200  # who asked may follow it


def test_a_scheduled_call_waits_for_its_time_and_keeps_nobody_from_calling(world, api, sandbox):
    body = {"to": fiction(30), "kind": "scheduled", "menu_id": 30, "scheduled_at": LATER}
    told = api(world.agent).post(PATH, body).json()
    assert (told["status"], told["scheduled_at"]) == ("scheduled", LATER.replace("421Z", "421000Z"))
    assert dials(sandbox)[0]["body"]["scheduled_at"] == LATER
    assert api(world.agent).post(PATH, {"to": fiction(30)}).status_code == 201


def test_an_agent_without_a_ccai_address_is_told_so(world, api, sandbox):
    answer = api(world.stranger).post(PATH, {"to": fiction(30)})
    assert answer.status_code == 422 and "CCAI" in answer.json()["message"]
    assert not dials(sandbox)


def test_what_the_vendor_refuses_is_a_call_with_its_reason(world, api, sandbox):
    sandbox.answer("ccai", status=400, body={"message": "Agent is not available to take this call"})
    body = api(world.agent).post(PATH, {"to": fiction(30)}).json()
    assert body["status"] == "refused" and body["why"]
    assert body["vendor_words"] == "Agent is not available to take this call"


def test_a_token_that_may_only_read_places_nothing(world, api, sandbox):
    answer = api(world.agent, Scope.READ).post(PATH, {"to": fiction(30)})
    assert answer.status_code == 403 and not dials(sandbox)


@pytest.mark.parametrize("field", ["customer", "location"])
def test_what_another_location_holds_cannot_be_named(world, api, sandbox, field):
    theirs = {"customer": world.oskar.pk, "location": world.oak_street.pk}[field]
    answer = api(world.agent).post(PATH, {"to": fiction(30), field: theirs})
    assert answer.status_code == 422 and answer.json()["param"] == field
    assert not dials(sandbox)


def test_the_list_holds_what_one_may_see(world, api):
    mine, theirs = make_call(world.agent, world.marta), make_call(world.elsewhere, world.oskar)
    assert [one["id"] for one in api(world.agent).get(PATH).json()["results"]] == [mine.pk]
    assert api(world.agent).get(f"{PATH}{theirs.pk}/").status_code == 404
    assert {one["id"] for one in api(world.admin).get(PATH).json()["results"]} == {mine.pk, theirs.pk}


def test_the_list_is_filtered_and_paged(world, api):
    calls = [make_call(world.agent, world.marta, status=status) for status in ("busy", "completed", "no_answer")]
    client = api(world.supervisor)
    some = client.get(PATH, {"status": "busy,no_answer"}).json()["results"]
    assert {one["id"] for one in some} == {calls[0].pk, calls[2].pk}
    page = client.get(PATH, {"limit": 2}).json()
    assert [one["id"] for one in page["results"]] == [calls[2].pk, calls[1].pk] and page["previous"] is None
    rest = client.get(page["next"]).json()["results"]
    assert [one["id"] for one in rest] == [calls[0].pk]
    assert [one["id"] for one in client.get(PATH, {"q": "Marta"}).json()["results"]] == [c.pk for c in reversed(calls)]
    assert client.get(PATH, {"rated": "true"}).json()["results"] == []
    assert len(client.get(PATH, {"rated": "false"}).json()["results"]) == 3
    for wrong in ({"status": "nonsense"}, {"rated": "maybe"}, {"staus": "busy"}, {"after": "yesterday"}):
        refused = client.get(PATH, wrong)
        assert refused.status_code == 422 and refused.json()["param"] == next(iter(wrong))


def test_the_list_asks_the_database_as_often_for_twenty_as_for_one(
    world, api, django_assert_num_queries, django_assert_max_num_queries
):
    client = api(world.supervisor)
    make_call(world.agent, world.marta)
    client.get(PATH)  # the first use of a token is written down
    with django_assert_max_num_queries(8) as one:
        client.get(PATH)
    for _ in range(19):
        make_call(world.agent, world.marta)
    with django_assert_num_queries(len(one)):
        assert len(client.get(PATH).json()["results"]) == 20
