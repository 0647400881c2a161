"""PUT /api/v1/calls/{id}/rating/ and the deliveries that come of it."""

import pytest
from django.utils import timezone

from feedback.models import Rating
from integrations.models import Delivery
from tests.world import make_call

pytestmark = pytest.mark.django_db
GOOD = {"quality": 5, "issues": [], "notes": "All well.", "outcome": "reached", "right_party": True}


@pytest.fixture
def call(world):
    now = timezone.now()
    return make_call(
        world.agent,
        world.marta,
        connected_at=now,
        ended_at=now,
        wrap_up_due_at=now,
        vendor_id="4711",
        carrier_uuid="b38149eb-b8fe-45d5-85b2-78ee4424788f",
    )


def put(client, call, **changes):
    return client.put(f"/api/v1/calls/{call.pk}/rating/", GOOD | changes)


def test_a_rating_is_saved_with_its_deliveries(world, api, call):
    answer = put(api(world.agent), call, quality=4.5, issues=["ECHO"])
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["quality"] == 4.5 and body["issues"] == ["ECHO"] and body["revision"] == 1
    states = {one["vendor"]: (one["state"], one["reason"]) for one in body["deliveries"]}
    assert states["plivo"][0] == "pending"
    assert states["trestle"][0] == states["ccai"][0] == states["feedbackapi"][0] == "not_applicable"
    assert all(reason for state, reason in states.values() if state == "not_applicable")
    assert api(world.agent).get(f"/api/v1/calls/{call.pk}/rating/").json() == body


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"quality": 0}, "quality"),
        ({"quality": 5.5}, "quality"),
        ({"quality": "NaN"}, "quality"),
        ({"quality": "inf"}, "quality"),
        ({"quality": True}, "quality"),
        ({"quality": [4]}, "quality"),
        ({"quality": 4.9}, "issues"),
        ({"quality": 3, "issues": ["SMELL"]}, "issues"),
        ({"outcome": "sublime"}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"phone_status": "disconnected"}, "phone_status"),
        ({"right_party": "perhaps"}, "right_party"),
        ({"flags": {"bad_actor": "boolean"}}, "flags.bad_actor"),
        ({"flags": {"vip": True}}, "flags.vip"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_bad_input_is_a_422_that_names_the_field(world, api, call, changes, param):
    answer = put(api(world.agent), call, **changes)
    assert answer.status_code == 422, answer.content
    assert answer.json()["param"] == param and answer.json()["message"]
    assert not Rating.objects.exists()


def test_not_rated_is_not_a_rating_of_five(world, api, call):
    body = put(api(world.agent), call, quality=None).json()
    assert body["quality"] is None
    plivo = next(one for one in body["deliveries"] if one["vendor"] == "plivo")
    assert plivo["state"] == "not_applicable" and "rated" in plivo["reason"].lower()


def test_long_notes_are_kept_whole(world, api, call):
    notes = "🙂<b>né</b>" * 10_000
    assert put(api(world.agent), call, notes=notes).json()["notes"] == notes


def test_a_repeat_with_the_same_key_changes_nothing(world, api, call):
    client = api(world.agent)
    path = f"/api/v1/calls/{call.pk}/rating/"
    first = client.put(path, GOOD, HTTP_IDEMPOTENCY_KEY="one").json()
    again = client.put(path, GOOD, HTTP_IDEMPOTENCY_KEY="one").json()
    assert again == first and again["revision"] == 1


def test_a_correction_supersedes_what_still_waits(world, api, call):
    client = api(world.agent)
    put(client, call)
    assert put(client, call, quality=2, issues=["ECHO"]).json()["revision"] == 2
    answer = client.get(f"/api/v1/calls/{call.pk}/deliveries/").json()["results"]
    assert sorted(one["state"] for one in answer if one["vendor"] == "plivo") == ["pending", "superseded"]


def test_a_live_call_is_not_wrapped_up(world, api):
    live = make_call(world.agent, world.marta, status="in_progress")
    assert put(api(world.agent), live).status_code == 409
    assert not Rating.objects.exists()


def test_somebody_elses_call_is_not_found(world, api, call):
    assert put(api(world.stranger), call).status_code == 404
    assert put(api(world.elsewhere), call).status_code == 404


def test_deliveries_are_listed_filtered_and_retried(world, api, call):
    put(api(world.agent), call)
    client = api(world.admin)
    listed = client.get("/api/v1/deliveries/", {"vendor": "plivo"}).json()["results"]
    assert [one["state"] for one in listed] == ["pending"]
    refused = client.post(f"/api/v1/deliveries/{listed[0]['id']}/retry/")
    assert refused.status_code == 409
    Delivery.objects.filter(pk=listed[0]["id"]).update(state="parked", reason="Plivo said no.")
    retried = client.post(f"/api/v1/deliveries/{listed[0]['id']}/retry/")
    assert retried.status_code == 200 and retried.json()["state"] == "pending"
    assert api(world.agent).post(f"/api/v1/deliveries/{listed[0]['id']}/retry/").status_code == 403
    assert api(world.elsewhere).get("/api/v1/deliveries/").json()["results"] == []
    assert api(world.elsewhere).get(f"/api/v1/deliveries/{listed[0]['id']}/").status_code == 404
