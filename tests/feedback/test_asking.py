"""Asking one customer from their page: the last requests, the form with its verdict, link only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from feedback.models import FeedbackRequest
from tests.feedback.asked import TEMPLATE, ask, at_vendor, make_template, no_quiet_hours, surveys_work

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def template(world):
    return surveys_work(world)


def url(world, name="ask", customer=None):
    return reverse(f"feedback:{name}", args=[(customer or world.marta).pk])


def posted(world, **changes):
    return {"when": "now", "template": TEMPLATE, "location": str(world.riverside.pk)} | changes


def text(answer):
    return answer.content.decode()


def test_the_desk_shows_the_last_requests_by_a_fragment_and_a_link(as_agent, world, template):
    desk = text(as_agent.get(reverse("calls:customer_desk", args=[world.marta.pk])))
    assert f'hx-get="{url(world, "customer_requests")}"' in desk
    assert "Not asked for feedback yet" in text(as_agent.get(url(world, "customer_requests"), **HTMX))
    ask(world)
    fragment = text(as_agent.get(url(world, "customer_requests"), **HTMX))
    assert "Waiting with us" in fragment and url(world) in fragment and "<html" not in fragment
    assert "<html" in text(as_agent.get(url(world, "customer_requests")))


def test_asking_now_later_and_by_link(as_agent, world, template):
    due = timezone.localtime() + timedelta(days=40)
    as_agent.post(url(world), posted(world))
    as_agent.post(url(world), posted(world, when="later", due=f"{due:%Y-%m-%dT%H:%M}", hand_over="on"))
    as_agent.post(url(world), posted(world, when="link"))
    now, later, link = FeedbackRequest.objects.order_by("pk")
    assert (now.origin, now.requested_by, now.due_at) == ("customer", world.agent, None)
    assert later.is_handed_over and later.due_at == due.replace(second=0, microsecond=0)
    assert link.suppress


def test_the_verdict_is_shown_before_and_refuses_after(as_agent, world, template):
    assert "May be sent" in text(as_agent.get(url(world)))
    Customer.objects.update(opted_out_at=timezone.now())
    assert "Opted out on" in text(as_agent.get(url(world)))
    answer = as_agent.post(url(world), posted(world))
    assert answer.status_code == 422 and "Opted out on" in text(answer)
    assert "Can be made" in text(as_agent.get(url(world), posted(world, when="link"), **HTMX))
    assert not FeedbackRequest.objects.exists()


def test_it_begins_with_a_template_that_reaches_them(as_agent, world, template):
    make_template("a-text", "Text", channel="sms")
    assert f'<option value="{TEMPLATE}" selected' in text(as_agent.get(url(world)))
    Customer.objects.update(email="")
    shown = text(as_agent.get(url(world)))
    assert '<option value="a-text" selected' in shown and "No e-mail address" not in shown
    chosen = text(as_agent.get(url(world), posted(world), **HTMX))
    assert f'<option value="{TEMPLATE}" selected' in chosen and "No e-mail address" in chosen


def test_it_says_how_long_now_waits_and_counts_that_in(as_agent, world, template):
    assert "waits" not in text(as_agent.get(url(world)))
    no_quiet_hours(delay_minutes=60)
    assert "“Now” waits 60 minutes" in text(as_agent.get(url(world)))
    assert "waits 60 minutes" not in text(as_agent.get(url(world), posted(world, when="link"), **HTMX))
    Customer.objects.update(opted_out_at=timezone.now())
    assert "waits 60 minutes" not in text(as_agent.get(url(world)))


def test_what_may_not_be_sent_is_not_said_to_go_in_the_morning(as_agent, world, template):
    no_quiet_hours(quiet_from="00:00", quiet_until="23:59:59")
    assert "it goes" in text(as_agent.get(url(world)))
    Customer.objects.update(opted_out_at=timezone.now())
    shown = text(as_agent.get(url(world)))
    assert "Opted out on" in shown and "it goes" not in shown


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"when": "later", "due": ""}, "Say when it should go."),
        ({"when": "later", "due": "soon"}, "Write the time"),
        ({"when": "later", "due": "2020-01-31T10:00"}, "That time is over."),
        ({"when": "later", "due": "0001-01-01T00:00"}, "That time is over."),
        ({"when": "later", "due": "9999-12-31T23:59"}, "That is too far ahead."),
        ({"template": "x"}, "Choose one that is on the list."),
        ({"location": "99999999999999999999"}, "Choose one that is on the list."),
        ({"when": "never"}, "Choose one that is on the list."),
    ],
)
def test_bad_input_comes_back_with_a_sentence(as_agent, world, template, changes, says):
    answer = as_agent.post(url(world), posted(world, **changes))
    assert answer.status_code == 422 and says in text(answer)
    assert not ("due" in changes and "May be sent" in text(answer)), "of no time nothing is said"


def test_a_press_twice_asks_once(as_agent, world, template):
    as_agent.post(url(world), posted(world))
    assert as_agent.post(url(world), posted(world)).status_code == 422
    assert FeedbackRequest.objects.count() == 1


def test_only_from_locations_that_one_may_see(as_agent, as_elsewhere, world, template):
    at_vendor(world.harbor, "harbor")
    world.marta.other_locations.add(world.harbor)
    assert "Harbor" not in text(as_agent.get(url(world)))
    assert as_agent.post(url(world), posted(world, location=str(world.harbor.pk))).status_code == 422
    assert as_elsewhere.get(url(world)).status_code == 404
    assert as_elsewhere.post(url(world), posted(world)).status_code == 404


def test_without_a_template_it_says_what_is_missing(as_agent, world):
    assert "No message template is kept yet" in text(as_agent.get(url(world)))
    assert as_agent.post(url(world), posted(world)).status_code == 422


def test_the_form_asks_few_questions(as_agent, world, template, django_assert_num_queries):
    for number in range(2):
        with django_assert_num_queries(11):
            as_agent.get(url(world))
        for more in range(20 - 20 * number):
            make_template(f"t{more}", f"Template {more}")
