"""A key pressed at the end of a call: feedback with a source of its own, where all other feedback is."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from calls.choices import Provider
from calls.services import pick_customer
from feedback import keypad, timeline
from feedback.models import Feedback
from tests.feedback.answered import make_feedback
from tests.feedback.rated import ended_call
from tests.world import fiction, make_call, make_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world):
    return ended_call(world.agent, world.marta, provider=Provider.TELESIGN)


@pytest.fixture
def answer(call):
    keypad.hear(call, 2, timezone.now())
    return Feedback.objects.get()


def page(client, name, *args):
    return client.get(reverse(f"feedback:{name}", args=args)).content.decode()


def test_it_stands_on_the_call_and_its_timeline(as_agent, call, answer):
    shown = page(as_agent, "call_answers", call.pk)
    assert "2 of 5" in shown and "By a key at the end of the call" in shown
    assert "The customer answered by a key: 2 of 5" in [entry.title for entry in timeline.of(call)]


def test_it_stands_in_the_customers_story(as_agent, world, answer):
    shown = page(as_agent, "customer_timeline", world.marta.pk)
    assert "2 of 5" in shown and "By a key at the end of the call" in shown


def test_it_stands_in_the_inbox_and_can_be_filtered_by_its_source(as_supervisor, world, answer):
    make_feedback(world.riverside, world.jon, nps_score=3)
    shown = page(as_supervisor, "answers")
    assert "By a key at the end of a call" in shown and "NPS 3" in shown
    shown = as_supervisor.get(reverse("feedback:answers"), {"source": "keypad"}).content.decode()
    assert "2 of 5" in shown and "NPS 3" not in shown
    shown = as_supervisor.get(reverse("feedback:answers"), {"source": "feedbackapi"}).content.decode()
    assert "2 of 5" not in shown and "NPS 3" in shown


def test_its_page_says_nothing_of_feedbackapi_and_leads_to_the_call(as_supervisor, call, answer):
    shown = page(as_supervisor, "answer", answer.pk)
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert "A key at the end of the call" in main and "FeedbackAPI" not in main and "Campaign" not in main
    assert reverse("calls:detail", args=[call.pk]) in main


def test_rest_tells_its_source_and_its_call(api, world, call, answer):
    (row,) = api(world.supervisor).get("/api/v1/feedback/", {"source": "keypad"}).json()["results"]
    assert (row["source"], row["kind"], row["star_rating"], row["calls"]) == ("keypad", "stars", 2, [call.pk])
    assert (row["mood"], row["vendor_id"]) == ("unhappy", None)
    assert api(world.supervisor).get("/api/v1/feedback/", {"source": "feedbackapi"}).json()["results"] == []


def test_others_do_not_see_it(as_elsewhere, api, world, answer):
    assert as_elsewhere.get(reverse("feedback:answer", args=[answer.pk])).status_code == 404
    assert api(world.elsewhere).get("/api/v1/feedback/").json()["results"] == []


@pytest.mark.both
def test_a_call_has_one_answer_by_key(call, answer):
    keypad.hear(call, 5, timezone.now())
    assert Feedback.objects.get().star_rating == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(call=call, source="keypad", left_at=timezone.now())


def test_of_an_unknown_caller_the_number_is_told(world):
    call = make_call(world.agent, number=make_number(fiction(40)), provider=Provider.TELESIGN)
    keypad.hear(call, 5, timezone.now())
    answer = Feedback.objects.get()
    assert (answer.subscriber_name, answer.customer, answer.location) == ("+1 212-555-0140", None, None)


def test_who_it_was_is_taken_up_when_a_person_says_so(world):
    call = make_call(world.agent, number=make_number(fiction(40)), provider=Provider.TELESIGN)
    keypad.hear(call, 5, timezone.now())
    pick_customer(call, world.marta, by=world.agent)
    answer = Feedback.objects.get()
    assert (answer.subscriber_name, answer.customer, answer.location) == (
        "Marta Oliveira",
        world.marta,
        world.riverside,
    )


def test_what_feedbackapi_collects_is_its_own(world):
    assert make_feedback(world.riverside, world.jon).source == "feedbackapi"
