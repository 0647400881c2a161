"""Cases by REST: read, given, noted, and brought from stage to stage."""

import pytest

from accounts.choices import Scope
from feedback.models import Case
from tests.feedback.cased import at_hour, case_of, low_review, resolved
from tests.feedback.rated import ended_call, save

pytestmark = [pytest.mark.django_db, pytest.mark.both]
URL = "/api/v1/cases/"


@pytest.fixture
def case(world):
    return case_of(world.riverside, world.marta)


def put(client, case, noun, **body):
    return client.put(f"{URL}{case.pk}/{noun}/", body, format="json")


def now(case):
    return Case.objects.get(pk=case.pk)


def ids(client, **filters):
    answer = client.get(URL, filters)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_it_is_read_with_what_was_said(api, world, case):
    save(ended_call(world.agent, world.marta), quality="1", issues=["ECHO"])
    row = api(world.supervisor).get(f"{URL}{case.pk}/").json()
    assert (row["stage"], row["name"], row["customer"], row["owner"]) == (
        "open",
        "Marta Oliveira",
        world.marta.pk,
        None,
    )
    assert row["sources"][0]["words"] == "NPS 2" and row["sources"][0]["call"] is None
    assert row["is_overdue"] is False and row["recovered"] is None
    assert api(world.supervisor).get(f"{URL}{at_hour(case, 50).pk}/").json()["is_overdue"] is True


def test_who_may_see_which(api, world, case):
    mine = case_of(world.riverside, world.jon, owner=world.agent)
    assert ids(api(world.supervisor)) == [mine.pk, case.pk] and ids(api(world.agent)) == [mine.pk]
    assert ids(api(world.elsewhere)) == []
    assert api(world.agent).get(f"{URL}{case.pk}/").status_code == 404
    assert put(api(world.elsewhere), case, "stage", stage="dropped", reason="x").status_code == 404
    assert put(api(world.supervisor, Scope.READ), case, "stage", stage="dropped", reason="x").status_code == 403


def test_each_filter(api, world, case):
    client, done = api(world.supervisor), resolved(case_of(world.harbor, world.harriet), world.supervisor)
    review = low_review(world.riverside)
    case_of(world.riverside, world.jon, owner=world.agent)
    reviewed = Case.objects.get(sources__review=review)
    jon = Case.objects.get(customer=world.jon)
    assert ids(client, open="false") == [done.pk] == ids(client, stage="resolved") == ids(client, root_cause="waiting")
    assert ids(client, source="review") == [reviewed.pk] and ids(client, owner=world.agent.pk) == [jon.pk]
    assert ids(client, customer=world.marta.pk) == [case.pk] and ids(client, location=world.harbor.pk) == [done.pk]
    at_hour(case, 60)
    assert ids(client, overdue="true") == [case.pk]
    assert client.get(URL, {"colour": "red"}).status_code == 422
    assert client.get(URL, {"stage": "melted"}).status_code in (400, 422)


def test_a_supervisor_gives_it_to_somebody_and_takes_it_away(api, world, case):
    client = api(world.supervisor)
    assert put(client, case, "owner", owner=world.agent.pk).json()["stage"] == "assigned"
    assert put(client, case, "owner", owner=None).json()["owner"] is None
    for pk in (world.elsewhere.pk, 10**12):
        answer = put(client, case, "owner", owner=pk)
        assert (answer.status_code, answer.json()["param"]) == (422, "owner")
    put(client, case, "owner", owner=world.agent.pk)
    assert put(api(world.agent), case, "owner", owner=world.agent.pk).status_code == 403


def test_from_stage_to_stage(api, world, case):
    client = api(world.supervisor)
    answer = put(client, case, "stage", stage="resolved", root_cause="price")
    assert (answer.status_code, answer.json()["param"]) == (422, "how")
    assert put(client, case, "stage", stage="contacted", how="email").json()["contacted_how"] == "email"
    assert put(client, case, "stage", stage="resolved").json()["param"] == "root_cause"
    assert put(client, case, "stage", stage="resolved", root_cause="price").json()["root_cause"] == "price"
    assert put(client, case, "stage", stage="contacted", how="email").status_code == 409
    assert put(client, case, "stage", stage="open").json()["stage"] == "assigned"
    assert put(client, case, "stage", stage="open").status_code == 409
    assert put(client, case, "stage", stage="dropped").json()["param"] == "reason"
    assert put(client, case, "stage", stage="dropped", reason="Double").json()["drop_reason"] == "Double"
    assert put(client, case, "stage", stage="assigned").status_code in (400, 422)
    assert put(client, case, "stage", stage="open", colour="red").status_code in (400, 422)


def test_a_note_is_added_and_all_that_was_done_is_read(api, world, case):
    client = api(world.supervisor)
    answer = client.post(f"{URL}{case.pk}/notes/", {"text": "Rings back"}, format="json")
    assert (answer.status_code, answer.json()["by"]) == (201, world.supervisor.pk)
    assert [row["word"] for row in client.get(f"{URL}{case.pk}/notes/").json()] == ["opened", "note"]
    assert client.post(f"{URL}{case.pk}/notes/", {"text": "  "}, format="json").status_code in (400, 422)
    assert now(case).events.count() == 2
