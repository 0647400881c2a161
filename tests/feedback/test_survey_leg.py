"""The survey of a wrap-up: asked for, replaced while it waits, sent once, taken back with it, judged at its time."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from feedback import services
from feedback.choices import Leg
from feedback.models import FeedbackRequest
from feedback.services import requests
from integrations import outbox
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Delivery
from tests.feedback.asked import TEMPLATE, make_template, no_quiet_hours, surveys_work
from tests.feedback.rated import ended_call, leg, posted, save

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}
PENDING, NOT_APPLICABLE = DeliveryState.PENDING, DeliveryState.NOT_APPLICABLE


@pytest.fixture
def template(world):
    return surveys_work(world)


@pytest.fixture
def call(world, template):
    return ended_call(world.agent, world.marta)


def wish(world, **changes):
    return {"template": TEMPLATE, "location": world.riverside.pk} | changes


def survey(rating):
    return leg(rating, Leg.SURVEY)


def test_a_wish_becomes_a_request_and_a_delivery_of_the_call(world, call):
    rating = save(call, feedback_request=wish(world))
    delivery, row = survey(rating), FeedbackRequest.objects.get()
    assert (delivery.kind, delivery.key, delivery.state) == ("feedbackapi.feedback_request", f"call:{call.pk}", PENDING)
    assert delivery.payload == {
        "values": {"subscriber": "gse4Ry", "template": "dfar5V", "location": "re4SWf"},
    }
    assert (row.delivery, row.call, row.customer, row.origin) == (delivery, call, world.marta, "wrap_up")
    assert row.requested_by == world.agent and row.due_at is None


def test_a_customer_they_have_not_got_is_made_on_the_way(world, call):
    Customer.objects.filter(pk=world.marta.pk).update(vendor_id=None)
    payload = survey(save(call, feedback_request=wish(world))).payload
    assert payload["customer"] == {
        "location": "re4SWf",
        "email": "marta@example.test",
        "mobile_number": world.marta.phone.e164,
        "fname": "Marta",
        "sname": "Oliveira",
    }
    assert "subscriber" not in payload["values"]


def test_later_waits_with_us_and_what_is_handed_over_goes_at_once(world, call):
    due = timezone.now() + timedelta(days=40)
    waits = survey(save(call, feedback_request=wish(world, due=due.isoformat())))
    assert waits.not_before == due and "due" not in waits.payload["values"]
    assert FeedbackRequest.objects.get().due_at == due
    handed = survey(save(call, feedback_request=wish(world, due=due.isoformat(), hand_over=True)))
    assert handed.not_before <= timezone.now()
    assert datetime.fromisoformat(handed.payload["values"]["due"]) == due
    assert FeedbackRequest.objects.get().is_handed_over


def test_a_correction_replaces_what_waits_and_a_wish_taken_back_goes(world, call):
    make_template("other", "Another")
    later = (timezone.now() + timedelta(days=3)).isoformat()
    first = survey(save(call, feedback_request=wish(world, due=later)))
    second = survey(save(call, feedback_request=wish(world, template="other")))
    first.refresh_from_db()
    assert (first.state, second.state) == (DeliveryState.SUPERSEDED, PENDING)
    assert second.not_before <= timezone.now()
    row = FeedbackRequest.objects.get()
    assert row.delivery == second and row.template.vendor_id == "other"
    none = survey(save(call))
    second.refresh_from_db()
    assert (none.state, none.reason, second.state) == (
        NOT_APPLICABLE,
        "No survey was asked for",
        DeliveryState.SUPERSEDED,
    )
    row.refresh_from_db()
    assert row.cancelled_at
    again = survey(save(call, feedback_request=wish(world)))
    assert again.state == PENDING and FeedbackRequest.objects.filter(cancelled_at=None).count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"state": DeliveryState.DELIVERED}, {"owner": "worker"}, {"state": DeliveryState.PARKED, "maybe_double": True}],
)
def test_one_that_may_be_there_is_not_sent_again(world, call, fields):
    first = survey(save(call, feedback_request=wish(world)))
    Delivery.objects.filter(pk=first.pk).update(**fields)
    make_template("other", "Another")
    assert survey(save(call, feedback_request=wish(world, template="other"))) == first
    assert survey(save(call)) == first
    assert Delivery.objects.filter(kind=first.kind).count() == FeedbackRequest.objects.count() == 1


def test_what_the_verdict_refuses_is_said_on_the_leg_and_the_wrap_up_is_saved(world, call):
    Customer.objects.filter(pk=world.marta.pk).update(opted_out_at=timezone.now())
    refused = survey(save(call, feedback_request=wish(world)))
    assert refused.state == NOT_APPLICABLE and refused.reason.startswith("Opted out on")
    assert not FeedbackRequest.objects.exists()
    assert survey(save(call, feedback_request=wish(world, suppress_message=True))).payload["values"]["suppress_message"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"outcome": "wrong_party", "right_party": None}, "somebody else"),
        ({"right_party": False}, "somebody else"),
        ({"outcome": "do_not_call"}, "asked not to be called"),
    ],
)
def test_after_some_calls_nobody_is_asked_not_even_by_link(world, call, changes, says):
    rating = save(call, feedback_request=wish(world, suppress_message=True), **changes)
    assert says in survey(rating).reason
    assert not FeedbackRequest.objects.exists()


def test_undo_takes_the_survey_back(world, call):
    no_quiet_hours(asks_after=["no_answer"])
    rating = save(call, outcome="no_answer", right_party=None, feedback_request=wish(world))
    waiting = survey(rating)
    assert waiting.not_before > timezone.now()
    services.undo_rating(call, world.agent)
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.SUPERSEDED
    assert FeedbackRequest.objects.get().cancelled_at


# --- The page ---------------------------------------------------------------------------------


def page(answer):
    return answer.content.decode()


def fragment(client, call, **typed):
    return page(client.get(reverse("feedback:survey", args=[call.pk]), typed, **HTMX))


def test_the_rule_proposes_with_its_reason(as_agent, world, call):
    assert "Proposed when you have said how it went" in page(as_agent.get(reverse("feedback:wrap_up", args=[call.pk])))
    shown = fragment(as_agent, call, outcome="reached")
    assert "Proposed: reached, not asked before." in shown and 'value="now" checked' in shown
    assert "no survey is proposed" in fragment(as_agent, call, outcome="voicemail")
    assert "No: the call reached somebody else." in fragment(as_agent, call, outcome="reached", right_party="false")
    Customer.objects.filter(pk=world.marta.pk).update(last_email_at=timezone.now() - timedelta(days=40))
    assert "asked last 40 days ago" in fragment(as_agent, call, outcome="reached")
    Customer.objects.filter(pk=world.marta.pk).update(last_email_at=timezone.now())
    shown = fragment(as_agent, call, outcome="reached")
    assert "No: asked on" in shown and 'value="no" checked' in shown and 'value="now" disabled' in shown


def test_the_rule_proposes_a_template_that_reaches_them_and_says_how_long_now_waits(as_agent, world, call):
    make_template("a-text", "Text", channel="sms")
    Customer.objects.filter(pk=world.marta.pk).update(email="")
    no_quiet_hours(delay_minutes=1)
    shown = fragment(as_agent, call, outcome="reached")
    assert '<option value="a-text" selected' in shown and "“Now” waits 1 minute," in shown
    as_agent.post(reverse("feedback:rating", args=[call.pk]), posted(survey_shown="1", survey_template="a-text",
                  survey_location=str(world.riverside.pk)))  # fmt: skip
    assert FeedbackRequest.objects.get().template.vendor_id == "a-text"


def test_a_choice_of_ones_own_stays_when_the_outcome_changes(as_agent, call):
    typed = {"survey": "link", "survey_for": "reached", "survey_proposed": "now"}
    assert 'value="link" checked' in fragment(as_agent, call, outcome="not_interested", **typed)
    typed = {"survey": "now", "survey_for": "reached", "survey_proposed": "now"}
    assert 'value="no" checked' in fragment(as_agent, call, outcome="voicemail", **typed)


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"survey_shown": "1"}, True),  # the keys were faster than the page: the rule decides
        ({"survey_shown": "1", "survey": "no", "survey_proposed": "no", "survey_for": "voicemail"}, True),
        ({"survey_shown": "1", "survey": "no", "survey_proposed": "now", "survey_for": "reached"}, False),
        ({}, False),
    ],
)
def test_four_keys_are_enough(as_agent, world, call, fields, asked):
    what = {"survey_template": TEMPLATE, "survey_location": str(world.riverside.pk)}
    as_agent.post(reverse("feedback:rating", args=[call.pk]), posted(**fields, **what))
    assert FeedbackRequest.objects.exists() == asked


def test_a_time_that_is_none_comes_back_with_its_sentence(as_agent, world, call):
    what = {"survey": "later", "survey_template": TEMPLATE, "survey_location": str(world.riverside.pk)}
    answer = as_agent.post(reverse("feedback:rating", args=[call.pk]), posted(survey_shown="1", survey_due="", **what))
    assert answer.status_code == 422
    assert "Write the time as a date and a clock time." in page(answer)
    answer = as_agent.post(
        reverse("feedback:rating", args=[call.pk]),
        posted(survey_shown="1", **what | {"survey": "now", "survey_template": "x"}),
    )
    assert answer.status_code == 422 and "no such message template" in page(answer)


@pytest.mark.parametrize(
    ("due", "says"),
    [
        ("2020-01-31T10:00", "That time is over."),
        ("0001-01-01T00:00", "That time is over."),
        ("9999-12-31T23:59", "That is too far ahead."),
    ],
)
def test_a_time_at_which_nothing_can_go_is_not_taken(as_agent, world, call, due, says):
    what = {"survey": "later", "survey_template": TEMPLATE, "survey_location": str(world.riverside.pk)}
    answer = as_agent.post(reverse("feedback:rating", args=[call.pk]), posted(survey_shown="1", survey_due=due, **what))
    assert answer.status_code == 422 and says in page(answer)
    assert says in fragment(as_agent, call, outcome="reached", survey_due=due, **what)
    assert not FeedbackRequest.objects.exists()


def test_a_correction_is_taken_though_the_time_that_was_chosen_in_it_has_come(as_agent, world, call):
    due = timezone.now().replace(second=0, microsecond=0) + timedelta(days=2)
    survey(save(call, feedback_request=wish(world, due=due.isoformat())))
    what = {"survey": "later", "survey_template": TEMPLATE, "survey_location": str(world.riverside.pk)}
    typed = {"survey_due": f"{timezone.localtime(due):%Y-%m-%dT%H:%M}", "based_on": "1", "notes": "More."}
    with time_machine.travel(due + timedelta(hours=1)):
        as_agent.force_login(world.agent)
        answer = as_agent.post(reverse("feedback:rating", args=[call.pk]), posted(survey_shown="1", **what, **typed))
    assert answer.status_code == 302 and FeedbackRequest.objects.get().due_at is None, "it is late, and goes at once"


def test_rest_names_the_part_that_is_wrong(api, world, call):
    body = {"outcome": "reached", "right_party": True, "quality": 5}

    def put(**part):
        asked = body | {"feedback_request": wish(world, **part)}
        return api(world.agent).put(f"/api/v1/calls/{call.pk}/rating/", asked)

    wrong = {"template": "x", "location": 10**6, "due": "soon", "suppress_message": "perhaps"}
    for part, value in wrong.items():
        answer = put(**{part: value})
        assert (answer.status_code, answer.json()["param"]) == (422, f"feedback_request.{part}")
    answer = put(due=(timezone.now() + timedelta(days=2)).isoformat())
    assert answer.status_code == 200
    assert answer.json()["feedback_request"]["template"] == TEMPLATE


# --- At its time ------------------------------------------------------------------------------


def test_it_is_judged_again_when_it_goes(world, call):
    delivery = survey(save(call, feedback_request=wish(world)))
    no_quiet_hours(quiet_from="00:00", quiet_until="23:59:59")
    outbox.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == PENDING and "it goes" in delivery.reason
    assert delivery.not_before - FeedbackRequest.objects.get().due_at < timedelta(seconds=1)
    no_quiet_hours()
    Customer.objects.filter(pk=world.marta.pk).update(opted_out_at=timezone.now())
    Delivery.objects.filter(pk=delivery.pk).update(not_before=timezone.now())
    outbox.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == NOT_APPLICABLE and delivery.reason.startswith("Opted out on")


def test_after_an_unclear_try_the_look_decides_and_not_the_verdict(world, call):
    delivery = survey(save(call, feedback_request=wish(world)))
    Customer.objects.filter(pk=world.marta.pk).update(last_email_at=timezone.now())
    assert isinstance(requests.ready(delivery), outbox.NoMore)
    Attempt.objects.create(delivery=delivery, number=1, outcome=AttemptOutcome.UNCERTAIN, ended_at=timezone.now())
    assert requests.ready(delivery) is None


def test_who_is_not_here_any_more_is_not_asked(world, call):
    delivery = survey(save(call, feedback_request=wish(world)))
    FeedbackRequest.objects.update(customer=None)
    outbox.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (NOT_APPLICABLE, "The customer is not here any more.")
