"""The chips of a saved wrap-up, as they tell what happened to each leg."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.choices import Leg
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Connection, Delivery
from tests.feedback.rated import ended_call, known_everywhere, leg, save

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def rating(world):
    return save(known_everywhere(world.agent, world.marta))


def ask(client, rating):
    return client.get(reverse("feedback:legs", args=[rating.call_id]), **HTMX)


def change(delivery, **fields):
    Delivery.objects.filter(pk=delivery.pk).update(**fields)


def attempt(delivery, outcome=AttemptOutcome.UNAVAILABLE, **fields):
    now = timezone.now()
    defaults = {"number": 1, "started_at": now, "ended_at": now, "outcome": outcome, "sentence": "Plivo is busy."}
    return Attempt.objects.create(delivery=delivery, **(defaults | fields))


def test_while_something_waits_it_is_asked_again(as_agent, rating):
    answer = ask(as_agent, rating)
    assert answer.status_code == 200
    assert b'hx-trigger="every 1s"' in answer.content


def test_when_nothing_can_change_the_asking_ends_and_the_timeline_hears_of_it(as_agent, world):
    answer = ask(as_agent, save(ended_call(world.agent, world.marta)))
    assert answer.status_code == 286
    assert b"hx-trigger" not in answer.content
    assert "delivery-changed" in answer["HX-Trigger"]


def test_delivered_says_when(as_agent, rating):
    done = timezone.now().replace(hour=0, minute=1)
    change(leg(rating, Leg.PLIVO), state=DeliveryState.DELIVERED, done_at=done, note="Accepted, partial")
    page = ask(as_agent, rating).content.decode()
    assert "Delivered" in page and "00:01" in page and "Accepted, partial" in page


def test_next_try_says_when_why_and_the_vendors_words(as_agent, rating):
    plivo = leg(rating, Leg.PLIVO)
    attempt(plivo, words="<b>503</b>")
    change(plivo, not_before=timezone.now() + timedelta(seconds=30), attempt_count=1)
    page = ask(as_agent, rating).content.decode()
    assert "Next try" in page and "Plivo is busy." in page and "&lt;b&gt;503&lt;/b&gt;" in page


def test_what_waits_longer_is_asked_less_often(as_agent, rating):
    for name in (Leg.PLIVO, Leg.TRESTLE):
        change(leg(rating, name), not_before=timezone.now() + timedelta(hours=1))
    assert b'hx-trigger="every 2s"' in ask(as_agent, rating).content


def test_what_waits_for_another_day_is_asked_once_a_minute(as_agent, rating):
    for name in (Leg.PLIVO, Leg.TRESTLE):
        change(leg(rating, name), not_before=timezone.now() + timedelta(days=2))
    assert b'hx-trigger="every 60s"' in ask(as_agent, rating).content


def test_a_paused_connection_is_the_reason_for_waiting(as_agent, rating):
    Connection.objects.filter(vendor="plivo").update(paused_at=timezone.now(), paused_why="Plivo refused the key.")
    assert "Plivo refused the key." in ask(as_agent, rating).content.decode()


def test_parked_needs_a_person_and_may_be_double(as_agent, rating):
    plivo = leg(rating, Leg.PLIVO)
    attempt(plivo, AttemptOutcome.REJECTED, words="Please check the Call UUID")
    change(plivo, state=DeliveryState.PARKED, reason="Plivo does not know this call id.", maybe_double=True)
    page = ask(as_agent, rating).content.decode()
    for words in ("Needs a person", "Plivo does not know this call id.", "Please check the Call UUID", "May be double"):
        assert words in page


def test_an_unrated_call_has_no_legs(as_agent, world):
    call = ended_call(world.agent, world.marta)
    assert as_agent.get(reverse("feedback:legs", args=[call.pk]), **HTMX).status_code == 404


def test_one_attempt_or_twenty_cost_the_same(as_agent, rating, django_assert_num_queries):
    attempt(leg(rating, Leg.PLIVO))
    with django_assert_num_queries(6):  # session, user, call, rating, legs with deliveries, attempts
        ask(as_agent, rating)
    for number in range(2, 22):
        attempt(leg(rating, Leg.PLIVO), number=number)
    with django_assert_num_queries(6):
        ask(as_agent, rating)
