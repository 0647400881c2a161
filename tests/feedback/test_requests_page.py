"""The requests page: every status in plain words, filters, one request with its links and tries, cancelling."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Feedback, FeedbackRequest
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Delivery
from tests.feedback.asked import ask, make_template, surveys_work
from tests.feedback.rated import CANARY
from tests.world import make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def template(world):
    return surveys_work(world)


def made_there(world, number, **fields):
    facts = {"location": world.riverside, "customer": world.marta, "type": "email", "due_at": timezone.now()}
    return FeedbackRequest.objects.create(vendor_id=f"q{number}", **facts | fields)


def listed(client, **query):
    return client.get(reverse("feedback:requests"), query).content.decode()


def page_of(client, row):
    return client.get(reverse("feedback:request", args=[row.pk])).content.decode()


def test_each_status_has_its_words(as_supervisor, world, template):
    now = timezone.now()
    answer = Feedback.objects.create(left_at=now, nps_score=9, customer=world.marta)
    rows = {
        "Scheduled at FeedbackAPI": {"due_at": now + timedelta(days=1)},
        "Sent, as planned": {"due_at": now - timedelta(days=1)},
        "Opened": {"opened": True},
        "Clicked": {"opened": True, "clicked": True},
        "Answered": {"clicked": True, "feedback": answer},
        "Bounced": {"bounced": True, "bounce_reason": CANARY},
        "Marked as spam": {"spam_complaint": True},
        "Link only": {"type": "suppressed"},
        "Cancelled": {"cancelled_at": now},
    }
    for number, fields in enumerate(rows.values()):
        made_there(world, number, **fields)
    for number, label in enumerate(rows):
        badge = page_of(as_supervisor, FeedbackRequest.objects.get(vendor_id=f"q{number}")).split('class="badge')[1]
        assert label in badge.split("</span>")[0]
    page = listed(as_supervisor)
    assert CANARY not in page and "&lt;script&gt;" in page
    assert "That it was sent is inferred" in page and "It cannot be recalled" in page


def test_ours_stand_as_their_delivery_does(as_agent, world, template):
    row = ask(world)
    assert "Waiting with us" in page_of(as_agent, row) and "Cancel it" in page_of(as_agent, row)
    for state, words in ((DeliveryState.PARKED, "Needs a person"), (DeliveryState.NOT_APPLICABLE, "Not sent")):
        Delivery.objects.filter(pk=row.delivery_id).update(state=state, reason="Opted out on 3 November.")
        page = page_of(as_agent, row)
        assert words in page and "Opted out on 3 November." in page
    Attempt.objects.create(delivery=row.delivery, number=1, outcome=AttemptOutcome.REJECTED, status=402, words=CANARY)
    assert "HTTP 402" in page_of(as_agent, row) and CANARY not in page_of(as_agent, row)


def test_of_a_text_message_no_opening_is_claimed(as_agent, world, template):
    row = made_there(world, 1, type="sms", opened=True, bounced=True, spam_complaint=True)
    page = page_of(as_agent, row)
    assert page.count("Not reported for text messages") == 3
    assert "Sent, as planned" in page


def test_of_a_link_alone_nothing_is_said_about_a_message(as_agent, world, template):
    page = page_of(as_agent, made_there(world, 1, type="suppressed", opened=False, bounced=False))
    assert "None is sent" in page and "Clicked" in page
    assert not any(f"<dt>{word}</dt>" in page for word in ("Opened", "Bounced", "Marked as spam"))


def test_the_page_follows_what_is_about_to_happen(as_agent, world, template):
    row = ask(world)
    minutes = {0: "1s", 5: "2s", 600: "60s", -5: "60s"}  # the last waits for somebody: its connection is paused
    for wait, every in ((timedelta(minutes=number), every) for number, every in minutes.items()):
        Delivery.objects.filter(pk=row.delivery_id).update(not_before=timezone.now() + wait)
        assert f'hx-trigger="every {every}"' in page_of(as_agent, row)
    Delivery.objects.filter(pk=row.delivery_id).update(state=DeliveryState.DELIVERED)
    FeedbackRequest.objects.filter(pk=row.pk).update(vendor_id="q1", full_url="https://feedback-url.com/a/")
    fragment = as_agent.get(reverse("feedback:request", args=[row.pk]), HTTP_HX_REQUEST="true").content.decode()
    assert "https://feedback-url.com/a/" in fragment and "every" not in fragment and "<html" not in fragment


def test_both_addresses_can_be_copied_and_are_no_links(as_agent, world, template):
    row = made_there(world, 1, full_url="https://feedback-url.com/a/", branded_url="javascript:alert(1)")
    page = page_of(as_agent, row)
    assert 'value="https://feedback-url.com/a/"' in page and page.count("data-copy=") == 2
    assert 'href="javascript:' not in page


def test_cancelling_takes_a_waiting_one_back_and_says_when_it_is_too_late(as_agent, world, template):
    row = ask(world)
    answer = as_agent.post(reverse("feedback:request_cancel", args=[row.pk]), follow=True)
    row.refresh_from_db()
    assert row.cancelled_by == world.agent and row.delivery.state == DeliveryState.SUPERSEDED
    assert "Nothing was sent" in answer.content.decode()
    sent = ask(world)
    Delivery.objects.filter(pk=sent.delivery_id).update(owner="worker")
    answer = as_agent.post(reverse("feedback:request_cancel", args=[sent.pk]), follow=True)
    sent.refresh_from_db()
    assert "cannot be recalled" in answer.content.decode() and sent.cancelled_at is None


def test_filters_narrow_the_list_and_nonsense_is_left_out(as_supervisor, world, template):
    yesterday = timezone.now() - timedelta(days=1)
    made_there(world, 1, opened=True, template=template, customer=make_customer("Ann Early", world.harbor))
    made_there(world, 2, requested_at=yesterday, due_at=yesterday, customer=make_customer("Ben Late", world.harbor))
    day = lambda at: f"{timezone.localtime(at):%Y-%m-%d}"  # noqa: E731
    only = {
        "Ann Early": [{"opened": "yes"}, {"created_after": day(timezone.now())}, {"template": template.pk}],
        "Ben Late": [
            {"due_before": day(yesterday)},
            {"customer": FeedbackRequest.objects.get(vendor_id="q2").customer_id},
        ],
    }
    for name, queries in only.items():
        for query in queries:
            page = listed(as_supervisor, **query)
            assert (name in page, sum(one in page for one in only)) == (True, 1), query
    nonsense = listed(as_supervisor, status="melted", due_after="soon", created_before="9999-12-31", customer="x")
    assert "Ann Early" in nonsense and "Ben Late" in nonsense
    assert "No request fits" in listed(as_supervisor, status="bounced")


def test_who_sees_what(as_agent, as_elsewhere, as_stranger, world, template):
    row = ask(world)
    assert "Marta" in listed(as_agent)
    for client in (as_elsewhere, as_stranger):
        assert "Marta" not in listed(client)
        assert client.get(reverse("feedback:request", args=[row.pk])).status_code == 404
        assert client.post(reverse("feedback:request_cancel", args=[row.pk])).status_code == 404


def test_one_row_or_twenty_cost_the_same(as_supervisor, world, template, django_assert_num_queries):
    make_template("sms1", "By text", "sms")
    ask(world)
    for number in range(21):
        with django_assert_num_queries(6):  # session, user, templates, locations, rows, count
            listed(as_supervisor)
        if number:
            break
        for other in range(20):
            ask(world, make_customer(f"Person {other}", world.riverside, email=f"p{other}@example.test"))
