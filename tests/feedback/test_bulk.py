"""Asking many: the preview says who is skipped and why, the list is worked off once, whatever dies on the way."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from feedback import tasks
from feedback.models import FeedbackRequest, RequestBatch
from feedback.services import batches, requests
from integrations import outbox
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Delivery
from tests.feedback.asked import TEMPLATE, no_quiet_hours, surveys_work
from tests.feedback.rated import ended_call, save
from tests.world import make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def crowd(world):
    """Thirty customers of Riverside beside the cast; five have opted out, one has no address."""
    surveys_work(world)
    people = [make_customer(f"Person {n:02}", world.riverside, email=f"p{n}@example.test") for n in range(30)]
    Customer.objects.filter(pk__in=[one.pk for one in people[:5]]).update(opted_out_at=timezone.now())
    Customer.objects.filter(pk=people[5].pk).update(email="")
    return people


def chosen(**changes):
    return {"template": TEMPLATE, "when": "now"} | changes


def preview(client, **changes):
    return client.get(reverse("feedback:bulk"), chosen(**changes)).content.decode()


def start(client, key="k", **changes):
    client.post(reverse("feedback:bulk"), chosen(key=key, **changes))
    return RequestBatch.objects.get()


def test_the_preview_counts_and_names_the_reasons(as_supervisor, world, crowd):
    page = preview(as_supervisor)
    # Riverside's 30 with Marta, Jon and Nora; Harriet of Harbor. Jon, Nora and Harriet have no e-mail address either.
    assert "25 of 34 will be asked" in page and "9 will be skipped" in page
    assert "<b>5</b> opted out" in page and "<b>4</b> no address" in page
    assert "Person 00" in page and "Opted out on" in page
    assert not FeedbackRequest.objects.exists()


def test_filters_find_the_list(as_supervisor, world, crowd):
    assert "of 33 will be asked" in preview(as_supervisor, location=world.riverside.pk)
    assert "of 30 will be asked" in preview(as_supervisor, has="email")
    assert "of 3 will be asked" in preview(as_supervisor, has="mobile")
    save(ended_call(world.agent, world.marta))
    assert "1 of 1 will be asked" in preview(as_supervisor, outcome="reached")
    Customer.objects.filter(pk=world.marta.pk).update(last_email_at=timezone.now())
    assert "of 33 will be asked" in preview(as_supervisor, not_asked_for=30)
    assert "No customer fits" in preview(as_supervisor, outcome="failed")


def test_text_messages_of_the_preview_count_as_they_go(as_supervisor, world, crowd):
    from tests.feedback.asked import make_template

    make_template("sms1", channel="sms")
    world.northwind.sms_allowance = 1
    world.northwind.save()
    page = preview(as_supervisor, template="sms1", has="mobile", location=world.riverside.pk)
    assert "1 of 2 will be asked" in page and "text messages are used up" in page


def test_the_preview_goes_by_the_time_that_was_asked_for(as_supervisor, world, crowd):
    no_quiet_hours(quiet_from="12:00", quiet_until="13:00", delay_minutes=60)  # the delay is for "now" alone
    tomorrow = timezone.now().astimezone(ZoneInfo("America/New_York")) + timedelta(days=1)

    def at(hour, minute):
        due = tomorrow.replace(hour=hour, minute=minute).astimezone(UTC)
        return preview(as_supervisor, when="later", due=f"{due:%Y-%m-%dT%H:%M}", location=world.riverside.pk)

    assert "it would be night" not in at(11, 30)
    assert "For 25 of them it would be night" in at(12, 30)


def test_the_preview_says_what_would_go_and_when(as_supervisor, world, crowd):
    assert "“After the visit” goes now, as an e-mail." in preview(as_supervisor)
    due = timezone.localtime() + timedelta(days=2)
    page = preview(as_supervisor, when="later", due=f"{due:%Y-%m-%d}T09:30")
    assert f"goes on {due.day} {due:%B %Y} at 09:30, as an e-mail." in page
    assert "Links are made with “After the visit”. No message is sent." in preview(as_supervisor, when="link")


def test_a_list_is_worked_off_once_though_the_button_is_pressed_twice(as_supervisor, world, crowd):
    batch = start(as_supervisor)
    assert start(as_supervisor) == batch
    tasks.ask_list(batch.pk)
    tasks.ask_list(batch.pk)
    batch.refresh_from_db()
    assert (batch.total, batch.asked, batch.customers) == (34, 25, [])
    assert batch.skipped == {"opted_out": 5, "no_address": 4} and batch.ended_at
    assert FeedbackRequest.objects.count() == FeedbackRequest.objects.values("customer").distinct().count() == 25
    assert set(FeedbackRequest.objects.values_list("origin", flat=True)) == {"bulk"}


def test_a_worker_that_dies_in_a_chunk_has_asked_nobody_of_it(as_supervisor, world, crowd, monkeypatch):
    batch = start(
        as_supervisor, suppress="", when="link"
    )  # nothing but the list itself keeps a link from being made twice
    batches._chunk(batch.pk)
    asked = FeedbackRequest.objects.count()
    one_by_one = batches._ask_one

    def dies(batch, customer, book):
        one_by_one(batch, customer, book)
        raise SystemExit

    monkeypatch.setattr(batches, "_ask_one", dies)
    with pytest.raises(SystemExit):
        batches._chunk(batch.pk)
    assert FeedbackRequest.objects.count() == asked > 0
    monkeypatch.undo()
    tasks.go_on_asking()
    batches.work(batch.pk)
    batch.refresh_from_db()
    assert batch.ended_at
    assert (
        FeedbackRequest.objects.count() == FeedbackRequest.objects.values("customer").distinct().count() == batch.asked
    )


def test_the_page_shows_progress_and_stops_asking_when_it_is_done(as_supervisor, as_elsewhere, world, crowd):
    batch = start(as_supervisor)
    path = reverse("feedback:batch", args=[batch.pk])
    assert 'hx-trigger="every 2s"' in as_supervisor.get(path).content.decode()
    batches._chunk(batch.pk)
    answer = as_supervisor.get(path, **HTMX)
    assert (answer.status_code, "25 of 34" in answer.content.decode()) == (200, True)
    batches.work(batch.pk)
    answer = as_supervisor.get(path, **HTMX)
    assert answer.status_code == 286 and "5 skipped" in answer.content.decode()
    assert as_elsewhere.get(path).status_code == 404


def test_cancelling_asks_nobody_more_and_takes_back_what_waits(as_supervisor, world, crowd):
    batch = start(as_supervisor)
    batches._chunk(batch.pk)
    asked = FeedbackRequest.objects.count()
    as_supervisor.post(reverse("feedback:batch_cancel", args=[batch.pk]))
    batches.work(batch.pk)
    rows = FeedbackRequest.objects.select_related("delivery")
    assert rows.count() == asked > 0
    assert all(row.cancelled_at and row.delivery.state == DeliveryState.SUPERSEDED for row in rows)


def test_cancelling_takes_back_what_is_parked_and_stops_what_a_worker_holds(as_supervisor, world, crowd):
    batch = start(as_supervisor)
    batches._chunk(batch.pk)
    parked, held, tried = FeedbackRequest.objects.select_related("delivery")[:3]
    Delivery.objects.filter(pk=parked.delivery_id).update(state=DeliveryState.PARKED)
    Delivery.objects.filter(pk__in=(held.delivery_id, tried.delivery_id)).update(owner="a worker")
    assert requests.ready(held.delivery) is None
    tried.delivery.attempts.create(number=1, outcome=AttemptOutcome.UNCERTAIN)
    batches.cancel(batch, world.supervisor)
    for row in (parked, held):
        row.refresh_from_db()
    assert parked.cancelled_at and parked.delivery.state == DeliveryState.SUPERSEDED
    assert requests.ready(held.delivery) == outbox.NoMore("Its list was cancelled.")
    assert requests.ready(tried.delivery) is None  # it may be there already: the look before it goes again decides


def test_it_is_for_supervisors_and_wrong_input_is_said(as_agent, as_supervisor, crowd):
    assert as_agent.get(reverse("feedback:bulk")).status_code == 403
    assert as_agent.post(reverse("feedback:bulk"), chosen()).status_code == 403
    for wrong in ({"template": "x"}, {"when": "later"}, {"not_asked_for": "-1"}, {"location": "x"}):
        assert as_supervisor.post(reverse("feedback:bulk"), chosen(**wrong)).status_code == 422
    assert not RequestBatch.objects.exists()
