"""The page of one private answer: what was said, by whom, after which call; read and handled."""

import pytest
from django.urls import reverse

from tests.feedback.answered import make_feedback, make_request
from tests.feedback.rated import CANARY, ended_call, known_everywhere

pytestmark = pytest.mark.django_db


def page(client, answer):
    response = client.get(reverse("feedback:answer", args=[answer.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_everything_that_is_known_stands_there(as_supervisor, world):
    answer = make_feedback(
        world.riverside,
        world.marta,
        nps_score=3,
        type="nps",
        comments=CANARY,
        campaign="gse4Ry",
        campaign_step="dfar5V",
        platform_name="The Review Site",
    )
    text = page(as_supervisor, answer)
    assert CANARY not in text and "&lt;script&gt;" in text
    for words in (
        "NPS 3",
        "gse4Ry",
        "dfar5V",
        "The Review Site",
        "Marta Oliveira",
        f"/desk/customers/{world.marta.pk}/",
    ):
        assert words in text


def test_only_a_request_ties_it_to_a_call(as_supervisor, world):
    ended_call(world.agent, world.marta)  # a call with the same customer is no tie
    answer = make_feedback(world.riverside, world.marta)
    assert "No call known" in page(as_supervisor, answer)
    call = known_everywhere(world.agent, world.marta)
    make_request(call, answer)
    text = page(as_supervisor, answer)
    assert reverse("calls:detail", args=[call.pk]) in text and "No call known" not in text


def test_a_call_out_of_sight_is_told_without_a_way_in(as_supervisor, world):
    answer, call = make_feedback(world.riverside), ended_call(world.elsewhere, world.oskar)
    make_request(call, answer)
    text = page(as_supervisor, answer)
    assert "Call of " in text and reverse("calls:detail", args=[call.pk]) not in text


def test_it_is_handled_and_read_like_a_review(as_supervisor, as_elsewhere, world):
    answer = make_feedback(world.riverside)
    assert as_elsewhere.post(reverse("feedback:answer_read", args=[answer.pk])).status_code == 404
    as_supervisor.post(reverse("feedback:answer_handled", args=[answer.pk]), {"how": "Called"})
    answer.refresh_from_db()
    assert answer.handled_by == answer.read_by == world.supervisor
    assert "Called" in page(as_supervisor, answer)


@pytest.mark.parametrize("requests", [1, 20])
def test_one_request_or_twenty_cost_the_same(as_supervisor, world, requests, django_assert_num_queries):
    answer, call = make_feedback(world.riverside, world.marta), ended_call(world.agent, world.marta)
    for _ in range(requests):
        make_request(call, answer)
    # session, user, answer, requests, calls one may open, customer one may see, its case
    with django_assert_num_queries(7):
        page(as_supervisor, answer)
