"""What the customer of a call answered: tied by the request that was made for it, and by nothing else."""

import pytest
from django.urls import reverse

from feedback import timeline
from tests.feedback.answered import make_feedback, make_request
from tests.feedback.rated import CANARY, ended_call

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def told(client, call):
    return client.get(reverse("feedback:call_answers", args=[call.pk]), **HTMX).content.decode()


def test_the_answer_and_how_the_request_stands(as_agent, world):
    call = ended_call(world.agent, world.marta)
    make_request(call, make_feedback(world.riverside, world.marta, nps_score=2, comments=CANARY))
    make_request(call, None, bounced=True, bounce_reason="mailbox full")
    page = told(as_agent, call)
    assert "NPS 2" in page and "mailbox full" in page and CANARY not in page and "&lt;script&gt;" in page


def test_an_answer_of_the_same_customer_is_not_of_this_call(as_agent, world):
    call = ended_call(world.agent, world.marta)
    make_request(ended_call(world.agent, world.marta), make_feedback(world.riverside, world.marta, nps_score=2))
    assert "NPS 2" not in told(as_agent, call) and "No request for feedback" in told(as_agent, call)


def test_the_calls_page_asks_for_it(as_agent, world):
    call = ended_call(world.agent, world.marta)
    url = reverse("feedback:call_answers", args=[call.pk])
    page = as_agent.get(reverse("calls:detail", args=[call.pk])).content.decode()
    assert f'hx-get="{url}"' in page and f'href="{url}"' in page


def test_it_stands_on_the_calls_timeline(world):
    call = ended_call(world.agent, world.marta)
    make_request(call, make_feedback(world.riverside, world.marta, nps_score=2, comments="Late."))
    assert ("The customer answered: NPS 2", "Late.") in [(entry.title, entry.theirs) for entry in timeline.of(call)]


@pytest.mark.parametrize("rows", [1, 20])
def test_one_request_or_twenty_cost_the_same(as_agent, world, rows, django_assert_num_queries):
    call = ended_call(world.agent, world.marta)
    for _ in range(rows):
        make_request(call, make_feedback(world.riverside, world.marta))
    with django_assert_num_queries(5):  # session, user, call, requests with answers, keys pressed
        told(as_agent, call)
