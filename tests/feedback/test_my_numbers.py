"""An agent's own page: their own figures beside their own before, their own reviews, and nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from feedback.coaching.choices import Stage
from feedback.models import CoachingPick
from tests.feedback.rated import ended_call, save
from tests.feedback.test_coaching_pages import make_pick

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAGE = "/my-numbers/"
READ = {"seen": "1", "answer": ""}


def calls(agent, customer, count, quality=5, days_ago=0, issues=()):
    at = timezone.now() - timedelta(days=days_ago)
    for _ in range(count):
        call = ended_call(agent, customer, created_at=at, connected_at=at, ended_at=at)
        save(call, quality=quality, issues=list(issues) or (["ECHO"] if quality < 5 else []))


def reviewed(agent, customer, by, **fields):
    said = {"stage": Stage.REVIEWED, "score": 2, "note": "Let them finish.", "weak": ["listening"], "done_by": by}
    return make_pick(agent, customer, **(said | {"done_at": timezone.now(), "version": 1} | fields))


def figures(client, query=""):
    own = client.get(PAGE + query).context["own"]
    return {one.metric.key: one for one in own.figures}


def test_figures_are_ones_own_beside_ones_own_before(as_agent, as_colleague, world):
    calls(world.agent, world.marta, 12, quality=5)
    calls(world.agent, world.marta, 10, quality=4, days_ago=40)
    calls(world.colleague, world.marta, 3, quality=1)
    quality = figures(as_agent)["call_quality"]
    assert (quality.now.value, quality.now.n, quality.before.value) == (5, 12, 4)
    page = as_agent.get(PAGE).content.decode()
    assert "up 1.00" in page and "from 4.00 of 5" in page and "Cleo Colleague" not in page
    assert figures(as_colleague)["calls"].now.value == 3


def test_the_period_is_chosen_and_nonsense_is_the_usual(as_agent, world):
    calls(world.agent, world.marta, 1), calls(world.agent, world.marta, 2, days_ago=10)
    calls(world.agent, world.marta, 4, days_ago=60)
    counts = {query: figures(as_agent, query)["calls"].now.value for query in ("", "?days=7", "?days=90", "?days=x")}
    assert counts == {"": 3, "?days=7": 1, "?days=90": 7, "?days=x": 3}


def test_ones_own_issues_are_counted(as_agent, world):
    calls(world.agent, world.marta, 2, quality=3, issues=["ECHO"])
    calls(world.agent, world.marta, 1, quality=3, issues=["ECHO", "AUDIO_LAG"])
    calls(world.colleague, world.marta, 5, quality=3, issues=["ROBOTIC_AUDIO"])
    own = as_agent.get(PAGE).context["own"]
    assert [(label, count) for label, count, _ in own.issues] == [("Echo", 3), ("Delay", 1)]


def test_an_agent_reads_what_was_said_and_answers(as_agent, as_supervisor, world):
    picked = reviewed(world.agent, world.marta, world.supervisor)
    page = as_agent.get(PAGE).content.decode()
    assert "1 review of your calls is new" in page and f'href="/my-numbers/reviews/{picked.pk}/"' in page
    one = as_agent.get(f"/my-numbers/reviews/{picked.pk}/").content.decode()
    assert "Let them finish." in one and "Listening" in one and "Sam Supervisor" in one and "Worst rated" in one
    assert (
        as_agent.post(f"/my-numbers/reviews/{picked.pk}/", READ | {"answer": "She hung up first."}).status_code == 302
    )
    picked.refresh_from_db()
    assert picked.read_at and (picked.answer, bool(picked.answered_at)) == ("She hung up first.", True)
    assert AuditEntry.objects.first().deed == "read a review of their call"
    assert "new." not in as_agent.get(PAGE).content.decode()
    assert "She hung up first." in as_supervisor.get(f"/coaching/{picked.pk}/").content.decode()


def test_new_reviews_are_counted_beside_the_navigation(as_agent, as_colleague, world):
    reviewed(world.agent, world.marta, world.supervisor), reviewed(world.agent, world.jon, world.supervisor)
    reviewed(world.agent, world.jon, world.supervisor, read_at=timezone.now())
    assert 'hx-get="/my-numbers/new/"' in as_agent.get("/profile/").content.decode()
    for client, said in ((as_agent, '.unread-reviewed">2<'), (as_colleague, '.unread-reviewed"></div>')):
        assert said in client.get("/my-numbers/new/", HTTP_HX_REQUEST="true").content.decode()
    assert as_agent.get("/my-numbers/new/").url == PAGE


def test_one_may_say_nothing_to_it(as_agent, world):
    picked = reviewed(world.agent, world.marta, world.supervisor)
    as_agent.post(f"/my-numbers/reviews/{picked.pk}/", READ)
    picked.refresh_from_db()
    assert picked.read_at and picked.answered_at is None


def test_a_long_answer_is_refused_and_kept_on_the_page(as_agent, world):
    picked = reviewed(world.agent, world.marta, world.supervisor)
    answer = as_agent.post(f"/my-numbers/reviews/{picked.pk}/", READ | {"answer": "x" * 5001})
    assert answer.status_code == 422 and "x" * 5001 in answer.content.decode()


def test_what_is_said_anew_is_new_to_the_agent(as_agent, as_supervisor, world):
    picked = reviewed(world.agent, world.marta, world.supervisor, read_at=timezone.now())
    as_supervisor.post(f"/coaching/{picked.pk}/review/", {"seen": "1", "score": "4"})
    assert "1 review of your calls is new" in as_agent.get(PAGE).content.decode()


def test_what_was_said_anew_meanwhile_is_not_taken_for_read(as_agent, as_supervisor, world):
    picked = reviewed(world.agent, world.marta, world.supervisor)
    assert 'name="seen" value="1"' in as_agent.get(f"/my-numbers/reviews/{picked.pk}/").content.decode()
    as_supervisor.post(f"/coaching/{picked.pk}/review/", {"seen": "1", "score": "4", "note": "On second thoughts."})
    answer = as_agent.post(f"/my-numbers/reviews/{picked.pk}/", READ | {"answer": "She hung up."})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Read it again." in page and "On second thoughts." in page
    assert "She hung up.</textarea>" in page and 'name="seen" value="2"' in page
    picked.refresh_from_db()
    assert picked.read_at is None and picked.answer == ""


def test_pressed_twice_it_is_read_once(as_agent, world):
    picked = reviewed(world.agent, world.marta, world.supervisor)
    for _ in range(2):
        assert as_agent.post(f"/my-numbers/reviews/{picked.pk}/", READ).status_code == 302
    assert AuditEntry.objects.filter(deed="read a review of their call").count() == 1


def test_what_is_not_reviewed_and_what_is_others_is_not_shown(as_agent, as_colleague, world):
    to_review, left_out = make_pick(world.agent, world.marta), make_pick(world.agent, world.jon, stage=Stage.SKIPPED)
    mine = reviewed(world.agent, world.marta, world.supervisor)
    for picked in (to_review, left_out):
        assert as_agent.get(f"/my-numbers/reviews/{picked.pk}/").status_code == 404
    assert as_colleague.get(f"/my-numbers/reviews/{mine.pk}/").status_code == 404
    assert as_colleague.post(f"/my-numbers/reviews/{mine.pk}/", {"answer": "Hm"}).status_code == 404
    page = as_agent.get(PAGE).content.decode()
    assert [one for one in CoachingPick.objects.all() if f"/reviews/{one.pk}/" in page] == [mine]


def test_supervisors_have_no_such_page(as_supervisor, as_admin):
    assert as_supervisor.get(PAGE).status_code == as_admin.get(PAGE).status_code == 403


def test_it_costs_the_same_for_one_and_for_many(as_agent, world, django_assert_max_num_queries):
    reviewed(world.agent, world.marta, world.supervisor)
    calls(world.agent, world.marta, 1, quality=3)
    for _ in range(2):
        with django_assert_max_num_queries(21):
            as_agent.get(PAGE)
        for _ in range(4):
            reviewed(world.agent, world.jon, world.supervisor)
        calls(world.agent, world.marta, 6, quality=3, days_ago=3)
