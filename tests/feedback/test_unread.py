"""How much nobody has read: counted beside the words of the navigation, to 99."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.feedback.answered import make_feedback, make_review

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def counts(client):
    page = client.get(reverse("feedback:unread"), HTTP_HX_REQUEST="true").content.decode()
    return dict(re.findall(r'innerHTML:\.unread-(\w+)">([^<]*)', page))


def test_unread_ones_of_ones_locations_are_counted(as_supervisor, as_elsewhere, as_admin, world):
    make_review(world.riverside), make_review(world.oak_street), make_review(None)
    make_review(world.riverside, read_at=timezone.now()), make_review(world.riverside, gone_at=timezone.now())
    make_feedback(world.harbor)
    assert counts(as_supervisor) == {"reviews": "1", "answers": "1", "alerts": ""}
    assert counts(as_elsewhere) == {"reviews": "1", "answers": "", "alerts": ""}
    assert counts(as_admin) == {"reviews": "3", "answers": "1", "alerts": ""}


def test_more_than_99_are_not_counted_on(as_supervisor, world, django_assert_num_queries):
    for _ in range(101):
        make_review(world.riverside)
    with django_assert_num_queries(5):  # session, user, reviews, answers, alerts
        assert counts(as_supervisor)["reviews"] == "99+"


def test_the_page_asks_for_them_and_agents_have_none(as_supervisor, as_agent):
    url = reverse("feedback:unread")
    page = as_supervisor.get("/profile/").content.decode()
    assert f'hx-get="{url}"' in page and "inbox-changed from:body" in page and 'class="count unread-reviews"' in page
    assert url not in as_agent.get("/profile/").content.decode()
    assert as_supervisor.get(url).url == "/reviews/?read=no"
