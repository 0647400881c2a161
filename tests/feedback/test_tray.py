"""Unfinished wrap-ups: the strip on every page, and the page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import drafts
from feedback.templatetags.feedback import capped
from tests.feedback.rated import ended_call, save
from tests.world import make_call

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def strip(client):
    return client.get(reverse("feedback:tray"), **HTMX).content.decode().strip()


def page(client):
    return client.get(reverse("feedback:tray")).content.decode()


def test_nothing_unfinished_is_nothing_at_all(as_agent):
    assert strip(as_agent) == ""
    assert "All your calls are wrapped up" in page(as_agent)


def test_the_strip_counts_and_names_ones_own(as_agent, as_colleague, world):
    ended_call(world.agent, world.marta)
    ended_call(world.agent, world.jon)
    save(ended_call(world.agent, world.marta))
    make_call(world.colleague, world.marta, status="in_progress")
    assert "2 unfinished wrap-ups" in strip(as_agent)
    assert "Marta Oliveira" in strip(as_agent) and "Jon Bell" in strip(as_agent)
    assert strip(as_colleague) == ""


def test_a_long_strip_names_five_and_links_to_all(as_agent, world):
    for _ in range(7):
        ended_call(world.agent, world.marta)
    assert "7 unfinished wrap-ups" in strip(as_agent)
    assert strip(as_agent).count("Marta Oliveira") == 5
    assert reverse("feedback:tray") in strip(as_agent)


def test_a_supervisor_sees_those_of_their_locations_only(as_supervisor, as_elsewhere, as_admin, world):
    ended_call(world.agent, world.marta)
    assert "Ada Agent" in page(as_supervisor) and "Finish" in page(as_supervisor)
    assert "Ada Agent" in page(as_admin)
    assert "Ada Agent" not in page(as_elsewhere)


def test_the_page_says_what_is_timed_out_and_what_is_drafted(as_agent, world):
    ended_call(world.agent, world.marta, timed_out_at=timezone.now())
    drafts.save(ended_call(world.agent, world.jon), world.agent, {"notes": "half"})
    assert "Timed out" in page(as_agent) and "Draft" in page(as_agent)


def test_what_waits_longest_stands_first(as_agent, world):
    ended_call(world.agent, world.marta)
    ended_call(world.agent, world.jon, wrap_up_due_at=timezone.now() - timedelta(hours=1))
    assert page(as_agent).index("Jon Bell") < page(as_agent).index("Marta Oliveira")


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    for _ in range(rows):
        ended_call(world.agent, world.marta)
        ended_call(world.supervisor, world.marta)
    with django_assert_num_queries(4):  # session, user, own, others'
        page(as_supervisor)
    with django_assert_num_queries(3 if rows == 1 else 4):  # session, user, own, and the count when there are many
        strip(as_supervisor)


def test_a_count_that_went_no_further_says_so():
    assert (capped(999, 999), capped(1_000, 999), capped(10_001, 10_000)) == ("999", "999+", "10,000+")
