"""GET /api/v1/users/: whom one may look up."""

import pytest

USERS = "/api/v1/users/"


def seen(client):
    return {row["email"].split("@")[0] for row in client.get(USERS).json()["results"]}


EVERYBODY = {"agent", "colleague", "supervisor", "elsewhere", "admin", "stranger"}


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("agent", {"agent"}),
        ("stranger", {"stranger"}),
        ("supervisor", EVERYBODY),
        ("elsewhere", EVERYBODY),
        ("admin", EVERYBODY),
    ],
)
def test_an_agent_sees_themselves_a_supervisor_everybody(world, api, who, whom):
    assert seen(api(getattr(world, who))) == whom


def test_a_colleague_is_not_there_for_an_agent(world, api):
    assert api(world.agent).get(f"{USERS}{world.colleague.pk}/").status_code == 404
    assert api(world.agent).get(f"{USERS}{world.agent.pk}/").status_code == 200


def test_a_user_is_told_without_anything_secret(world, api):
    world.agent.default_caller_id = "+12125550100"
    assert api(world.agent).get(f"{USERS}{world.agent.pk}/").json() == {
        "id": world.agent.pk,
        "email": "agent@example.test",
        "name": "Ada Agent",
        "role": "agent",
        "sees_all_locations": False,
        "time_zone": "UTC",
        "ccai_email": "ada@ccai.example.test",
        "is_active": True,
    }


@pytest.mark.parametrize("pk", ["abc", "0", "-1", "99999999999999999999999", "%00", "1.5"])
def test_an_id_that_is_none_is_404_as_json(world, api, pk):
    response = api(world.admin).get(f"{USERS}{pk}/")
    assert response.status_code == 404
    assert response.json()["type"] == "not_found"


def test_a_new_role_counts_from_the_next_request(world, api):
    client = api(world.agent)
    assert seen(client) == {"agent"}
    world.agent.role = "supervisor"
    world.agent.save()
    assert seen(client) == EVERYBODY


def test_the_list_costs_the_same_for_six_and_for_thirty(world, api, django_assert_max_num_queries):
    from tests.world import make_user

    client = api(world.admin)
    client.get(USERS)
    with django_assert_max_num_queries(20) as few:
        client.get(USERS)
    for n in range(24):
        make_user(f"more{n}@example.test")
    with django_assert_max_num_queries(20) as many:
        client.get(USERS)
    assert len(few) == len(many)
