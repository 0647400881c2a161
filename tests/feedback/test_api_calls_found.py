"""GET /api/v1/calls/ finds by anything that the page finds by, with the same meaning, and refuses what is nonsense."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from feedback.explorer.asked import AskedCalls
from feedback.explorer.filters import CallFilters
from feedback.models import Feedback, FeedbackRequest
from tests.feedback.rated import ended_call, known_everywhere, leg, save, unanswered_call
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PATH = "/api/v1/calls/"


@pytest.fixture
def calls(world):
    now = timezone.now()
    good = known_everywhere(world.agent, world.marta, topic="Billing", resolved=True, repeat_customer=True)
    save(good, quality=5, notes="Wants the délai explained")
    echo = ended_call(world.colleague, world.jon, provider="plivo", ended_at=now - timedelta(days=9))
    save(echo, right_party=False, outcome="wrong_party", quality=2.5, issues=["ECHO"])
    delivery = leg(echo.rating, "plivo")
    delivery.state = "parked"
    delivery.save()
    unanswered_call(world.agent, world.harriet, kind="incoming", timed_out_at=now, ticket_id="T-1")
    ended_call(world.elsewhere, world.oskar)
    answer = Feedback.objects.create(kind="stars", star_rating=1, left_at=now, location=good.location)
    FeedbackRequest.objects.create(call=good, feedback=answer, location=good.location)


def found(client, **query):
    answer = client.get(PATH, query)
    assert answer.status_code == 200, answer.content
    return [call["id"] for call in answer.json()["results"]]


def asked(world):
    """One question of each filter, and some together."""
    day = str(timezone.localdate() - timedelta(days=2))
    yield from (
        *({"period": "7"}, {"from": day}, {"to": day}, {"status": "no_answer"}, {"provider": "plivo"}),
        *({"kind": "incoming"}, {"location": world.riverside.pk}, {"account": world.northwind.pk}),
        *({"agent": world.colleague.pk}, {"customer": world.jon.pk}, {"outcome": "wrong_party"}, {"issue": "ECHO"}),
        *({"quality_from": "3"}, {"quality_to": "2.5"}, {"right_party": "no"}, {"right_party": "unknown"}),
        *({"rated": "yes"}, {"rated": "no"}, {"rated": "timed_out"}, {"sent": "parked"}, {"sent": "pending"}),
        *({"answer": "unhappy"}, {"answer": "none"}, {"resolved": "yes"}, {"repeat": "yes"}, {"topic": "Billing"}),
        *({"notes": "delai"}, {"notes": "délai expl"}, {"q": "Marta"}, {"q": "T-1"}, {"counted": "right_party"}),
        *({"period": "7", "rated": "yes", "quality_from": "4"}, {"issue": "ECHO", "sent": "parked"}),
    )


@pytest.mark.parametrize("who", ["admin", "supervisor", "elsewhere"])
def test_a_program_finds_what_the_page_finds(calls, world, api, client, who):
    person = getattr(world, who)
    client.force_login(person)
    program, something = api(person), 0
    for query in asked(world):
        if not CallFilters(query, user=person).ignored:
            rows = client.get(reverse("feedback:calls"), query | {"order": "began"}).context["page"].rows
            assert found(program, **query) == [call.pk for call in rows], query
            something += len(rows)
    assert something or who == "elsewhere"


def test_every_filter_of_the_page_is_asked_here(world):
    tried = {name for query in asked(world) for name in query}
    assert tried == set(CallFilters({}, user=world.admin).fields) - {"order"}
    assert set(AskedCalls({}, user=world.agent).fields) == tried | {"after", "before"}


def test_what_the_contract_has_promised_still_holds(calls, world, api):
    client, all_of_them = api(world.admin), set(found(api(world.admin)))
    assert found(client, rated="true") == found(client, rated="yes")
    assert set(found(client, rated="false")) == all_of_them - set(found(client, rated="true"))
    both = found(client, status="completed,no_answer", rated="false")
    assert set(both) == set(found(client, rated="false")) and found(client, status="busy,failed") == []
    moment = timezone.now() - timedelta(minutes=1)
    Call.objects.update(created_at=moment - timedelta(hours=1))
    new = make_call(world.agent, world.jon)
    assert found(client, after=moment.isoformat(), rated="no") == [new.pk]
    assert set(found(client, before=moment.isoformat())) == all_of_them


def test_an_agents_token_finds_among_their_own(calls, world, api):
    mine = set(Call.objects.filter(agent=world.agent).values_list("pk", flat=True))
    assert set(found(api(world.agent), location=world.riverside.pk, agent=world.agent.pk)) <= mine
    assert found(api(world.agent), agent=world.colleague.pk) == []
    assert set(found(api(world.agent), period="30")) == mine


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("period", "8"),
        ("from", "yesterday"),
        ("to", "0001-01-01"),
        ("status", "melted"),
        ("status", "busy,melted"),
        ("provider", "pigeon"),
        ("kind", "sideways"),
        ("location", "x"),
        ("agent", "99999999999999999999"),
        ("account", "999"),
        ("customer", "-1"),
        ("outcome", "won"),
        ("issue", "echo"),
        ("quality_from", "0"),
        ("quality_to", "6"),
        ("quality_to", "NaN"),
        ("right_party", "maybe"),
        ("rated", "maybe"),
        ("sent", "lost"),
        ("answer", "great"),
        ("resolved", "true"),
        ("repeat", "1"),
        ("notes", "a"),
        ("topic", "x" * 101),
        ("q", "x" * 101),
        ("counted", "wishes"),
        ("after", "yesterday"),
        ("order", "began"),
        ("quality", "5"),
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_filter(calls, world, api, name, value):
    answer = api(world.admin).get(PATH, {name: value})
    assert answer.status_code == 422 and answer.json()["param"] == name and answer.json()["message"]


def test_what_is_out_of_sight_is_refused_as_what_is_not_there(calls, world, api):
    told = [
        api(world.supervisor).get(PATH, {name: pk}).json()
        for name, there in (("location", world.oak_street), ("customer", world.oskar), ("account", world.blue_oak))
        for pk in (there.pk, 10**9)
    ]
    assert all(one["type"] == "invalid_request" for one in told)
    assert [one["message"] for one in told[::2]] == [one["message"] for one in told[1::2]]


def test_pages_of_what_was_found_go_on(world, api):
    made = [save(ended_call(world.agent, world.marta)).call_id for _ in range(5)]
    client, seen = api(world.supervisor), []
    answer = client.get(PATH, {"outcome": "reached", "limit": 2}).json()
    while True:
        seen += [call["id"] for call in answer["results"]]
        if not answer["next"]:
            break
        answer = client.get(answer["next"]).json()
    assert seen == sorted(made, reverse=True)
