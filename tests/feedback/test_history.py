"""What the desk shows of earlier calls with a customer."""

import pytest

from feedback.models import Rating
from tests.world import make_call

pytestmark = pytest.mark.django_db


def rated(world, **fields):
    call = make_call(world.agent, world.marta)
    Rating.objects.create(call=call, saved_by=world.agent, outcome="callback", **fields)
    return call


def test_the_last_calls_say_how_they_went(world, as_agent):
    rated(world, quality="3.5", notes="Prefers mornings.")
    page = as_agent.get(f"/customers/{world.marta.pk}/history/").content.decode()
    assert "Call back" in page and "Prefers mornings." in page and "3.5 of 5" in page


def test_a_colleague_reads_how_it_went_without_a_way_in(world, as_colleague):
    call = rated(world)
    page = as_colleague.get(f"/customers/{world.marta.pk}/history/").content.decode()
    assert "Call back" in page and f"/calls/{call.pk}/" not in page


def test_five_calls_at_most_and_always_the_same_number_of_queries(
    world, as_agent, django_assert_num_queries, django_assert_max_num_queries
):
    rated(world)
    with django_assert_max_num_queries(6) as few:
        as_agent.get(f"/customers/{world.marta.pk}/history/")
    for _ in range(6):
        rated(world)
    with django_assert_num_queries(len(few)):
        assert as_agent.get(f"/customers/{world.marta.pk}/history/").content.count(b"<li>") == 5


def test_a_customer_out_of_sight_is_not_found(world, as_agent):
    assert as_agent.get(f"/customers/{world.oskar.pk}/history/").status_code == 404
