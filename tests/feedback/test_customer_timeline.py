"""One customer's story on their desk page: calls, requests, answers; never a review that may be somebody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import customer_timeline as story
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.rated import CANARY, ended_call, known_everywhere, save

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}


def told(client, customer, **query):
    answer = client.get(reverse("feedback:customer_timeline", args=[customer.pk]), query, **HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_call_request_and_answer_stand_newest_first(as_supervisor, world):
    now = timezone.now()
    call = save(known_everywhere(world.agent, world.marta, created_at=now - timedelta(hours=3))).call
    answer = make_feedback(world.riverside, world.marta, nps_score=2, comments=CANARY, left_at=now - timedelta(hours=1))
    make_request(call, answer, requested_at=now - timedelta(hours=2))
    page = told(as_supervisor, world.marta)
    assert page.index("NPS 2") < page.index("Asked for feedback") < page.index("Reached")
    assert CANARY not in page and reverse("feedback:answer", args=[answer.pk]) in page
    assert "<html" in as_supervisor.get(reverse("feedback:customer_timeline", args=[world.marta.pk])).content.decode()


def test_answers_of_every_scale_are_told(as_agent, world):
    make_feedback(world.riverside, world.marta, kind="stars", star_rating=4)
    make_feedback(world.riverside, world.marta, kind="happy", happy=False)
    make_feedback(world.riverside, world.marta, kind="other", type="emoji")
    page = told(as_agent, world.marta)
    assert "4 of 5" in page and "Unhappy" in page and "No score (emoji)" in page
    assert "/feedback/" not in page  # an agent reads it, without a way into a page that is not theirs


def test_reviews_are_nobodys(as_supervisor, world):
    make_review(world.riverside, title="Alpha", reviewer_name=world.marta.name)
    page = told(as_supervisor, world.marta)
    assert "Alpha" not in page and "does not say who" in page


def test_the_desk_asks_for_it(as_agent, world):
    page = as_agent.get(reverse("calls:customer_desk", args=[world.marta.pk])).content.decode()
    url = reverse("feedback:customer_timeline", args=[world.marta.pk])
    assert f'hx-get="{url}"' in page and f'href="{url}"' in page


def test_older_pages_lose_and_double_nothing(world, monkeypatch):
    monkeypatch.setattr(story, "SHOWS", 3)
    now = timezone.now()
    for n in range(4):  # two of each kind at one instant
        at = now - timedelta(minutes=n // 2)
        call = ended_call(world.agent, world.marta, created_at=at)
        make_request(call, make_feedback(world.riverside, world.marta, left_at=at), requested_at=at)
    seen, cursor = [], ""
    for _ in range(4):
        page = story.of(world.marta, cursor)
        seen += [(entry.kind, entry.row.pk) for entry in page.entries]
        cursor = page.older
    assert len(seen) == len(set(seen)) == 12 and cursor == ""


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "call~9999-12-31T23:59:59+00:00~1",
        "call~0001-01-01T00:00:00+23:00~1",
        "call~2026-01-01~1",
        f"call~2026-01-01T00:00:00+00:00~{2**64}",
        "\0~~",
    ],
)
def test_a_cursor_that_nobody_gave_out_is_no_error(as_agent, world, cursor):
    ended_call(world.agent, world.marta)
    told(as_agent, world.marta, cursor=cursor)


@pytest.mark.parametrize("rows", [1, 20])
def test_one_entry_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    for n in range(rows):
        call = save(known_everywhere(world.agent, world.marta, vendor_id=str(n))).call
        make_request(call, make_feedback(world.riverside, world.marta))
    # session, user, customer, answers, requests, calls, calls and answers to open, cases
    with django_assert_num_queries(9):
        told(as_supervisor, world.marta)
