"""The wrap-up pane: during the call, after it, refused, saved, corrected; who may open it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.choices import CallStatus
from calls.models import Call
from feedback import drafts
from feedback.models import Draft, Rating
from tests.feedback.rated import CANARY, ended_call, known_everywhere, posted, save, unanswered_call
from tests.world import make_call

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, call, query=""):
    return reverse(f"feedback:{name}", args=[call.pk]) + query


def text(answer):
    return answer.content.decode()


@pytest.fixture
def live(world):
    return make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS, connected_at=timezone.now())


@pytest.fixture
def ended(world):
    return known_everywhere(world.agent, world.marta)


def test_during_the_call_notes_and_problems_are_kept_as_typed(as_agent, live):
    page = text(as_agent.get(url("wrap_up", live), **HTMX))
    assert "During the call" in page
    assert "<html" not in page
    said = as_agent.post(url("draft", live), {"notes": "crackles", "issues_shown": "1", "issues": ["ECHO"]}, **HTMX)
    assert "Draft saved" in text(said)
    assert "<form" not in text(said)
    assert said["HX-Retarget"] == "#draft-said"
    assert drafts.of(live) == {"notes": "crackles", "issues": ["ECHO"]}


def test_when_the_call_ends_the_whole_form_comes_with_what_was_noted(as_agent, live):
    Call.objects.filter(pk=live.pk).update(status=CallStatus.COMPLETED, wrap_up_due_at=timezone.now())
    body = {"notes": "the very last word", "issues_shown": "1", "issues": ["ECHO"]}
    answer = as_agent.post(url("draft", live, "?ended=1"), body, **HTMX)
    page = text(answer)
    assert "HX-Retarget" not in answer
    assert 'data-focus="wrapup-' in page
    assert "the very last word" in page
    assert 'value="ECHO" checked' in page
    assert 'id="id_notes" name="notes" rows="4" dir="auto" hx-preserve="true"' in page
    assert drafts.of(live)["notes"] == "the very last word"


def test_the_end_of_a_call_that_goes_on_only_saves(as_agent, live):
    answer = as_agent.post(url("draft", live, "?ended=1"), {"notes": "x"}, **HTMX)
    assert answer["HX-Retarget"] == "#draft-said"


def test_an_empty_draft_is_no_draft(as_agent, live):
    as_agent.post(url("draft", live), {"notes": "", "issues_shown": "1"}, **HTMX)
    assert not Draft.objects.exists()


def test_a_tick_taken_away_is_gone_from_the_draft(as_agent, live):
    as_agent.post(url("draft", live), {"notes": "a", "issues_shown": "1", "issues": ["ECHO"]}, **HTMX)
    as_agent.post(url("draft", live), {"notes": "a", "issues_shown": "1"}, **HTMX)
    assert drafts.of(live)["issues"] == []


def test_a_late_autosave_does_not_bring_a_draft_back(as_agent, ended):
    save(ended)
    said = as_agent.post(url("draft", ended), {"notes": "late"}, **HTMX)
    assert "Saved already" in text(said)
    assert not Draft.objects.exists()


def test_without_htmx_the_draft_is_kept_and_the_page_comes_back(as_agent, live):
    answer = as_agent.post(url("draft", live), {"notes": "plain browser"})
    assert answer.url == url("wrap_up", live)
    page = text(as_agent.get(answer.url))
    assert "plain browser" in page and "<html" in page


def test_the_form_of_a_connected_call_asks_for_quality_and_of_another_does_not(as_agent, world, ended):
    assert "Call quality" in text(as_agent.get(url("wrap_up", ended)))
    assert "Call quality" not in text(as_agent.get(url("wrap_up", unanswered_call(world.agent, world.jon))))


def test_the_number_is_asked_about_only_after_outcomes_that_leave_it_open(as_agent, world, ended):
    page = text(as_agent.get(url("wrap_up", ended)))
    assert 'id="id_phone_status" class="only-when" data-when="disconnected_number"' in page
    assert "id_phone_status" not in text(as_agent.get(url("wrap_up", unanswered_call(world.agent, world.jon))))


def test_a_good_call_is_saved_and_the_card_shows_each_leg(as_agent, ended):
    answer = as_agent.post(url("rating", ended), posted(), **HTMX)
    page = text(answer)
    assert answer.status_code == 200
    assert "wrap-up-saved" in answer["HX-Trigger"]
    for word in (
        "Plivo",
        "Trestle",
        "CCAI",
        "Survey",
        "Waiting",
        "There is no message template to ask with.",
        "No flag set",
    ):
        assert word in page
    assert 'hx-trigger="every 1s"' in page
    assert Rating.objects.get().quality == 5


def test_without_htmx_saving_leads_to_the_card(as_agent, ended):
    answer = as_agent.post(url("rating", ended), posted())
    assert answer.url == url("wrap_up", ended)
    assert "Reached" in text(as_agent.get(answer.url))


def test_save_and_take_next_leads_to_the_desk(as_agent, world, ended):
    answer = as_agent.post(url("rating", ended), posted(then="next"), **HTMX)
    assert answer["HX-Redirect"] == reverse("calls:desk")
    other = ended_call(world.agent, world.jon)
    assert as_agent.post(url("rating", other), posted(then="next")).url == reverse("calls:desk")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": ""}, "Choose how the call went."),
        ({"outcome": "gone"}, "is not an outcome"),
        ({"quality": "0", "issues": "ECHO"}, "number from 1 to 5"),
        ({"quality": "5.5"}, "number from 1 to 5"),
        ({"quality": "NaN"}, "number from 1 to 5"),
        ({"quality": "4.9"}, "choose at least one"),
        ({"quality": "4", "issues": "HICCUP"}, "is not an issue"),
        ({"right_party": ""}, "right person"),
        ({"notes": "x" * 100_001}, "100,001"),
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}])
def test_what_cannot_be_saved_comes_back_as_422_with_all_that_was_typed(as_agent, ended, changes, sentence, headers):
    body = posted(**({"notes": "keep me", "form_key": "abc"} | changes))
    answer = as_agent.post(url("rating", ended), body, **headers)
    page = text(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert 'role="alert"' in page and 'aria-invalid="true"' in page
    assert body["notes"] in page
    assert 'value="abc"' in page
    assert not Rating.objects.exists()


def test_a_double_submit_is_one_rating_and_the_same_answer(as_agent, ended):
    body = posted(form_key="k", based_on="0")
    first = as_agent.post(url("rating", ended), body, **HTMX)
    second = as_agent.post(url("rating", ended), body, **HTMX)
    assert (first.status_code, second.status_code) == (200, 200)
    assert Rating.objects.get().revisions.count() == 1


def test_a_second_tab_keeps_its_text_and_learns_what_happened(as_agent, ended):
    as_agent.post(url("rating", ended), posted(form_key="a", based_on="0"), **HTMX)
    answer = as_agent.post(url("rating", ended), posted(form_key="b", based_on="0", notes="my other text"), **HTMX)
    page = text(answer)
    assert answer.status_code == 422
    assert "You saved this wrap-up at" in page and "my other text" in page
    assert 'name="based_on" value="1"' in page
    answer = as_agent.post(url("rating", ended), posted(form_key="b", based_on="1", notes="my other text"), **HTMX)
    assert answer.status_code == 200
    assert Rating.objects.get().notes == "my other text"


def test_correct_this_opens_the_form_with_the_values(as_agent, ended):
    save(ended, quality=2.5, issues=["ECHO"], notes="said before")
    page = text(as_agent.get(url("wrap_up", ended, "?correct=1"), **HTMX))
    assert "Correct this wrap-up" in page and "said before" in page
    assert 'value="2.5" checked' in page and 'value="ECHO" checked' in page
    assert 'name="right_party" value="true" checked' in page


def test_the_card_shows_earlier_versions_and_where_they_went(as_agent, ended):
    save(ended, notes="first words")
    save(ended, quality=3, issues=["ECHO"])
    page = text(as_agent.get(url("wrap_up", ended), **HTMX))
    assert "Earlier versions" in page and "first words" in page and "Replaced" in page


def test_no_answer_offers_undo_for_a_moment(as_agent, world):
    call = unanswered_call(world.agent, world.marta)
    page = text(as_agent.post(url("rating", call), posted(outcome="no_answer", quality="", right_party=""), **HTMX))
    assert url("undo", call) in page
    back = as_agent.post(url("undo", call), **HTMX)
    assert "Wrap up this call" in text(back)
    assert not Rating.objects.exists()
    assert 'name="outcome" value="no_answer" checked' in text(back)


def test_undo_that_comes_too_late_says_so(as_agent, ended):
    save(ended)
    assert "cannot be taken back" in text(as_agent.post(url("undo", ended), **HTMX))
    assert as_agent.post(url("undo", ended)).url == url("wrap_up", ended)
    assert Rating.objects.exists()


def test_a_refused_call_has_nothing_to_wrap_up(as_agent, world):
    call = make_call(world.agent, world.marta, status=CallStatus.REFUSED)
    assert "Nothing to wrap up" in text(as_agent.get(url("wrap_up", call)))
    assert as_agent.post(url("rating", call), posted(quality="")).status_code == 422


def test_a_supervisor_is_asked_why(as_supervisor, ended):
    assert "Why do you finish a colleague" in text(as_supervisor.get(url("wrap_up", ended)))
    answer = as_supervisor.post(url("rating", ended), posted(notes="mine"), **HTMX)
    assert answer.status_code == 422
    assert "Say why" in text(answer) and "mine" in text(answer)
    assert as_supervisor.post(url("rating", ended), posted(reason="Ada is ill"), **HTMX).status_code == 200


def test_a_timed_out_wrap_up_says_so_and_can_be_finished(as_agent, ended):
    Call.objects.filter(pk=ended.pk).update(timed_out_at=timezone.now() - timedelta(hours=1))
    assert "Timed out" in text(as_agent.get(url("wrap_up", ended)))
    assert as_agent.post(url("rating", ended), posted()).status_code == 302


def test_text_is_shown_as_text_everywhere(as_agent, as_supervisor, world, ended):
    ended.customer.name = CANARY
    ended.customer.save()
    as_agent.post(url("draft", ended), {"notes": CANARY}, **HTMX)
    pages = [text(as_agent.get(url("wrap_up", ended)))]
    as_agent.post(url("rating", ended), posted(notes=CANARY))
    as_supervisor.post(url("rating", ended), posted(notes=CANARY, reason=CANARY, based_on="1"))
    pages += [text(as_agent.get(url(name, ended))) for name in ("wrap_up", "timeline")]
    pages += [text(as_supervisor.get(reverse(f"feedback:{name}"))) for name in ("calls", "today", "deliveries")]
    for page in pages:
        assert CANARY not in page
    assert "&lt;script&gt;" in pages[0] and "&lt;script&gt;" in pages[1]


@pytest.mark.parametrize("name", ["wrap_up", "rating", "legs", "timeline"])
@pytest.mark.parametrize("who", ["as_colleague", "as_elsewhere", "as_stranger"])
def test_a_call_out_of_sight_is_not_found(request, who, name, ended):
    save(ended)
    assert request.getfixturevalue(who).get(url(name, ended), **HTMX).status_code == 404


@pytest.mark.parametrize("name", ["draft", "rating", "undo"])
@pytest.mark.parametrize("who", ["as_colleague", "as_elsewhere", "as_stranger"])
def test_and_cannot_be_written_to(request, who, name, ended):
    assert request.getfixturevalue(who).post(url(name, ended), posted(), **HTMX).status_code == 404
    assert not Rating.objects.exists() and not Draft.objects.exists()


@pytest.mark.parametrize("name", ["draft", "undo"])
def test_a_get_changes_nothing(as_agent, ended, name):
    assert as_agent.get(url(name, ended)).status_code == 405


def test_the_pane_asks_few_questions(as_agent, ended, django_assert_num_queries):
    as_agent.get(url("wrap_up", ended), **HTMX)
    # session, user, call, rating, draft; of the survey: its request, other locations, an account, templates
    # of the callback: one that was planned beside it, the hours for calls, whether CCAI takes it
    # of the case it may be about: one it was made for, one of its agent
    with django_assert_num_queries(14):
        as_agent.get(url("wrap_up", ended), **HTMX)
    save(ended)
    # session, user, call, rating, legs with deliveries, attempts; the planned call, else one that ended; a case
    with django_assert_num_queries(10):
        as_agent.get(url("wrap_up", ended), **HTMX)
