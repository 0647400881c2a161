"""The pages of coaching: a supervisor's locations only, nothing lost, nobody overwritten."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from calls.models import Call
from feedback.coaching.choices import Stage, Why
from feedback.coaching.forms import week_words
from feedback.coaching.pick import monday
from feedback.models import CoachingPick
from tests.feedback.rated import ended_call, save
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WEEK = monday(timezone.localdate()) - timedelta(days=7)


def make_pick(agent, customer, **fields):
    call = fields.pop("call", None) or ended_call(agent, customer)
    given = {"week": WEEK, "location": customer.location, "agent": agent, "why": Why.WORST}
    return CoachingPick.objects.create(call=call, because="Rated 1 of 5", **(given | fields))


@pytest.fixture
def picked(world):
    return make_pick(world.agent, world.marta)


def page(client, address="/coaching/"):
    return client.get(address).content.decode()


def said(**changes):
    return {"seen": "0", "score": "2", "strong": ["tone"], "weak": ["listening"], "note": "Let them finish."} | changes


def test_a_supervisor_sees_what_was_picked_at_their_locations(as_supervisor, as_elsewhere, as_admin, world, picked):
    there = make_pick(world.colleague, world.oskar)
    nowhere = make_pick(world.agent, world.marta, call=make_call(world.agent), location=None)
    for client, seen in ((as_supervisor, {picked}), (as_elsewhere, {there}), (as_admin, {picked, there, nowhere})):
        shown = page(client)
        assert {one for one in (picked, there, nowhere) if f'href="/coaching/{one.pk}/"' in shown} == seen
        assert {
            one for one in (picked, there, nowhere) if client.get(f"/coaching/{one.pk}/").status_code == 200
        } == seen
        posts = [client.post(f"/coaching/{picked.pk}/{deed}/", {}).status_code for deed in ("review", "skip")]
        assert posts == ([422, 422] if picked in seen else [404, 404])


def test_agents_have_no_such_page_and_nobody_coaches_themselves(as_agent, as_supervisor, world, picked):
    assert as_agent.get("/coaching/").status_code == as_agent.get(f"/coaching/{picked.pk}/").status_code == 403
    CoachingPick.objects.update(agent=world.supervisor)
    assert as_supervisor.get(f"/coaching/{picked.pk}/").status_code == 404


def test_a_call_that_was_moved_out_of_sight_is_not_coached_there_any_more(as_supervisor, as_admin, world, picked):
    Call.objects.filter(pk=picked.call_id).update(location=world.oak_street)
    assert as_supervisor.get(f"/coaching/{picked.pk}/").status_code == 404
    assert "Marta Oliveira" not in page(as_supervisor) and "Marta Oliveira" in page(as_admin)


def test_the_page_says_why_and_shows_the_call(as_supervisor, world, picked):
    save(picked.call, quality=2, issues=["ECHO"], notes="Bad line")
    shown = page(as_supervisor, f"/coaching/{picked.pk}/")
    for words in (
        "Worst rated",
        "Rated 1 of 5",
        "Marta Oliveira",
        "2 of 5",
        "Echo",
        "Bad line",
        week_words(WEEK),
    ):
        assert words in shown
    assert reverse("feedback:call_answers", args=[picked.call_id]) in shown


def test_a_review_is_saved_written_down_and_the_next_call_comes(as_supervisor, world, picked):
    other = make_pick(world.colleague, world.jon)
    answer = as_supervisor.post(f"/coaching/{picked.pk}/review/", said(then="next"))
    assert answer["Location"] == f"/coaching/{other.pk}/"
    picked.refresh_from_db()
    assert (picked.stage, picked.score, picked.strong, picked.weak, picked.note, picked.done_by) == (
        *(Stage.REVIEWED, 2, ["tone"], ["listening"], "Let them finish."),
        world.supervisor,
    )
    entry = AuditEntry.objects.first()
    assert (entry.deed, entry.changes["score"]) == ("reviewed a call", [None, 2])
    assert as_supervisor.post(f"/coaching/{other.pk}/review/", said(score="5"))["Location"] == "/coaching/"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"score": ""}, "score"),
        ({"score": "6"}, "score"),
        ({"score": "x"}, "score"),
        ({"strong": ["juggling"]}, "strong"),
        ({"weak": ["tone"]}, "weak"),
        ({"note": "  "}, "note"),
        ({"note": "x" * 100_001}, "note"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_nothing_is_lost(as_supervisor, picked, changes, field):
    answer = as_supervisor.post(f"/coaching/{picked.pk}/review/", said(**changes))
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    if field != "note":
        assert "Let them finish." in answer.content.decode()
    assert CoachingPick.objects.get().stage == Stage.OPEN


def test_a_good_call_needs_no_note(as_supervisor, picked):
    assert as_supervisor.post(f"/coaching/{picked.pk}/review/", said(score="4", note="")).status_code == 302


def test_two_supervisors_do_not_overwrite_each_other(as_supervisor, as_admin, world, picked):
    as_admin.post(f"/coaching/{picked.pk}/review/", said(score="5", note="Well done"))
    late = as_supervisor.post(f"/coaching/{picked.pk}/review/", said())
    assert late.status_code == 422 and "Ana Admin has reviewed this call meanwhile" in late.content.decode()
    assert "Let them finish." in late.content.decode()  # what was typed is still there
    assert CoachingPick.objects.get().note == "Well done"
    assert as_supervisor.post(f"/coaching/{picked.pk}/review/", said(seen="1")).status_code == 302
    assert as_supervisor.post(f"/coaching/{picked.pk}/review/", said(seen="-1")).status_code == 422


def test_a_call_is_left_out_with_a_reason_and_reviewed_after_all(as_supervisor, world, picked):
    address = f"/coaching/{picked.pk}/skip/"
    assert as_supervisor.post(address, {"seen": "0", "reason": " "}).status_code == 422
    assert as_supervisor.post(address, {"seen": "0", "reason": "no"}).status_code == 422
    assert as_supervisor.post(address, {"seen": "0", "reason": "A colleague from training"}).status_code == 302
    assert "A colleague from training" in page(as_supervisor, "/coaching/?stage=skipped")
    assert "Nothing to review" in page(as_supervisor)
    as_supervisor.post(f"/coaching/{picked.pk}/review/", said(seen="1"))
    late = as_supervisor.post(address, {"seen": "2", "reason": "No longer wanted"})
    assert late.status_code == 422 and "has reviewed this call already" in late.content.decode()


def test_a_supervisor_picks_a_call_from_its_page(as_supervisor, as_elsewhere, as_agent, world):
    call = ended_call(world.agent, world.marta)
    address = f"/calls/{call.pk}/coaching/"
    assert f'hx-get="{address}"' in page(as_supervisor, f"/calls/{call.pk}/")
    assert address not in page(as_agent, f"/calls/{call.pk}/")
    fragment = as_supervisor.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert "Review this call with Ada Agent" in fragment
    answer = as_supervisor.post(address)
    picked = CoachingPick.objects.get()
    assert (picked.why, picked.picked_by, answer["Location"]) == (
        Why.BY_HAND,
        world.supervisor,
        f"/coaching/{picked.pk}/",
    )
    assert picked.week.weekday() == 0 and picked.location == world.riverside
    as_supervisor.post(address)
    assert CoachingPick.objects.count() == 1
    assert "Review this call</a>" in as_supervisor.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert as_elsewhere.post(address).status_code == 404 and as_agent.post(address).status_code == 403


def test_calls_of_supervisors_and_of_places_out_of_sight_are_not_picked(as_supervisor, world):
    own = ended_call(world.supervisor, world.marta)
    asked = ended_call(world.colleague, world.oskar, asked_by=world.supervisor)
    for call, sentence in ((own, "Only calls of agents are reviewed."), (asked, "reviewed by who sees its location")):
        answer = as_supervisor.post(f"/calls/{call.pk}/coaching/", follow=True)
        assert sentence in answer.content.decode() and not CoachingPick.objects.exists()


def test_filters_narrow_the_list_and_nonsense_does_not(as_supervisor, world, picked):
    other = make_pick(world.colleague, world.harriet, why=Why.RANDOM, week=WEEK - timedelta(days=7))
    seen = {
        "?why=random": {other},
        f"?agent={world.agent.pk}": {picked},
        f"?location={world.harbor.pk}": {other},
        f"?week={WEEK}": {picked},
        "?stage=all": {picked, other},
        "?stage=reviewed": set(),
        f"?location={world.oak_street.pk}": {picked, other},
        "?week=yesterday&why=x&stage=y&agent=z": {picked, other},
    }
    for query, rows in seen.items():
        shown = page(as_supervisor, f"/coaching/{query}")
        assert {one for one in (picked, other) if f'href="/coaching/{one.pk}/"' in shown} == rows, query


def test_who_was_looked_at_is_counted_by_agent(as_supervisor, world, picked):
    make_pick(world.agent, world.jon, stage=Stage.REVIEWED, score=3)
    make_pick(world.colleague, world.oskar)
    agents = as_supervisor.get("/coaching/").context["agents"]
    assert [(one["agent__name"], one["picked"], one["reviewed"], one["open"]) for one in agents] == [
        ("Ada Agent", 2, 1, 1)
    ]


def test_the_pages_cost_the_same_for_one_and_for_many(as_supervisor, world, picked, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(7):  # session, user, locations, agents, rows, how many, by agent
            page(as_supervisor)
        with django_assert_num_queries(4):  # session, user, the call, the next
            page(as_supervisor, f"/coaching/{picked.pk}/")
        [make_pick(world.colleague, world.jon) for _ in range(4)]
