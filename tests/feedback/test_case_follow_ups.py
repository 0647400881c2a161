"""The second survey of a resolved case: when it is asked, when not, and whether the customer was won back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.cases import follow_ups, stages
from feedback.models import Case, CaseRule, FeedbackRequest
from feedback.services import requests
from integrations.choices import DeliveryState
from integrations.models import Delivery
from tests.feedback.answered import make_feedback, make_request
from tests.feedback.asked import make_template, no_quiet_hours, surveys_work
from tests.feedback.cased import case_of, resolved

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = timedelta(days=1)


@pytest.fixture
def template(world):
    return surveys_work(world)


def now(case):
    return Case.objects.select_related("follow_up__delivery").get(pk=case.pk)


def asked_again(world, **fields):
    case = case_of(world.riverside, world.marta, **fields)
    return now(resolved(case, world.supervisor))


def shown(case, **more):
    return follow_ups.shown(now(case), **more)


def answered(world, case, after=DAY, **said):
    return make_feedback(world.riverside, world.marta, left_at=case.closed_at + after, **{"nps_score": 9} | said)


def test_a_resolved_case_asks_again_after_the_cool_down_and_the_request_waits_until_then(world, template):
    no_quiet_hours(cool_down_days=30)
    world.marta.last_sms_at = timezone.now() - 10 * DAY
    world.marta.save()
    row = asked_again(world).follow_up
    assert timezone.localdate(row.due_at) == timezone.localdate() + 21 * DAY
    assert (row.origin, row.requested_by, row.template) == ("case", world.supervisor, template)
    assert row.delivery.state == DeliveryState.PENDING and row.delivery.not_before == row.due_at


def test_who_was_never_asked_is_asked_a_cool_down_from_now(world, template):
    no_quiet_hours(cool_down_days=14)
    assert timezone.localdate(asked_again(world).follow_up.due_at) == timezone.localdate() + 15 * DAY
    no_quiet_hours(cool_down_days=0)
    again = stages.reopen(Case.objects.get(), world.supervisor)
    assert timezone.localdate(now(resolved(again, world.admin)).follow_up.due_at) == timezone.localdate() + DAY


def test_on_the_same_scale_as_before_where_that_template_is_in_use_still(world, template):
    other = make_template("nPsM41", channel="email")
    case = case_of(world.riverside, world.marta)
    answer = case.sources.get().answer
    make_request(None, answer, customer=world.marta, template=other, requested_at=timezone.now() - 90 * DAY)
    assert now(resolved(case, world.supervisor)).follow_up.template == other
    other.is_active = False
    other.save()
    again = stages.reopen(case, world.supervisor)
    assert now(resolved(again, world.supervisor)).follow_up.template == template


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda world: type(world.marta).objects.update(opted_out_at=timezone.now()), "Opted out on"),
        (lambda world: CaseRule.objects.create(follow_up=False), "The case rule asks nobody again."),
        (lambda world: type(world.marta).objects.update(email="", phone=None), "No e-mail address"),
    ],
    ids=["opted out", "not wanted", "no address"],
)
def test_who_may_not_be_asked_is_not_and_the_case_says_why(world, template, change, says):
    case = case_of(world.riverside, world.marta)
    change(world)
    row = now(resolved(case, world.supervisor))
    assert row.follow_up is None and row.follow_up_why.startswith(says)
    assert not FeedbackRequest.objects.exists()
    assert shown(row).label == "Not asked again"
    page_says = row.events.last()
    assert (page_says.word, page_says.text) == ("follow_up", row.follow_up_why)


def test_it_is_judged_again_at_its_time(world, template):
    case = asked_again(world)
    delivery = case.follow_up.delivery
    case_of(world.riverside, world.marta)  # unhappy once more
    refused = requests.ready(delivery)
    assert "of theirs is open since" in refused.reason


def test_a_reopened_case_asks_nobody_meanwhile_and_a_new_resolution_asks_anew(world, template):
    case = asked_again(world)
    first = case.follow_up
    stages.reopen(case, world.supervisor)
    first.refresh_from_db()
    assert first.cancelled_by == world.supervisor
    assert Delivery.objects.get(pk=first.delivery_id).state == DeliveryState.SUPERSEDED
    assert now(case).follow_up is None
    second = now(resolved(case, world.admin)).follow_up
    assert second != first and second.delivery.state == DeliveryState.PENDING


def test_one_that_was_sent_stays_with_its_case(world, template):
    case = asked_again(world)
    FeedbackRequest.objects.filter(pk=case.follow_up_id).update(vendor_id="r1")
    stages.reopen(case, world.supervisor)
    assert now(case).follow_up_id == case.follow_up_id


# --- What came of it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "recovered"),
    [
        ({"nps_score": 9}, True),
        ({"nps_score": 8}, False),
        ({"kind": "stars", "nps_score": None, "star_rating": 4}, True),
        ({"kind": "happy", "nps_score": None, "happy": False}, False),
        ({"kind": "other", "nps_score": None}, None),
        ({"after": timedelta(days=91)}, None),
        ({"after": timedelta(minutes=-1)}, None),
    ],
)
def test_the_next_score_within_ninety_days_says_whether_they_were_won_back(world, template, said, recovered):
    case = asked_again(world)
    answer = answered(world, case, **said)
    follow_ups.look(timezone.now() + timedelta(days=85))
    row = now(case)
    assert row.recovered is recovered
    assert row.next_answer == (answer if recovered is not None else None)


def test_the_first_score_counts_and_later_ones_change_nothing(world, template):
    case = asked_again(world)
    first = answered(world, case, nps_score=2)
    answered(world, case, after=2 * DAY)
    assert follow_ups.look() == 1 and follow_ups.look() == 0
    assert (now(case).recovered, now(case).next_answer) == (False, first)
    assert [event.text for event in case.events.filter(word="answered")] == ["Not recovered: NPS 2"]


def test_a_reopened_case_forgets_what_it_came_to(world, template):
    case = asked_again(world)
    answered(world, case)
    follow_ups.look()
    row = stages.reopen(case, world.supervisor)
    assert (row.recovered, row.next_answer) == (None, None)


def test_the_page_says_how_it_stands(world, template, as_supervisor):
    case = asked_again(world)
    page = as_supervisor.get(reverse("feedback:case", args=[case.pk])).content.decode()
    assert "To be asked on" in page and reverse("feedback:request", args=[case.follow_up_id]) in page
    FeedbackRequest.objects.filter(pk=case.follow_up_id).update(vendor_id="r1", due_at=None)
    Delivery.objects.filter(pk=case.follow_up.delivery_id).update(state=DeliveryState.DELIVERED)
    assert (shown(case).label, shown(case).why) == ("Sent, as planned", "No score yet")
    assert shown(case, now=timezone.now() + 91 * DAY).label == "No answer"
    answered(world, case)
    follow_ups.look()
    assert (shown(case).label, shown(case).tone) == ("Recovered", "good")


def test_the_list_of_requests_says_where_it_came_from(world, template, as_supervisor):
    asked_again(world)
    assert "After a case" in as_supervisor.get(reverse("feedback:requests")).content.decode()
