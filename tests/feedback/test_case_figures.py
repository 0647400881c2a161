"""The figures of cases, each on rows that were counted by hand."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from feedback.cases import figures, follow_ups, opening, stages
from feedback.choices import CaseStage, ContactHow
from feedback.inbox.figures import hours_to_reply
from feedback.models import Case, FeedbackRequest
from feedback.scope import Scope
from tests.feedback.answered import make_feedback, make_review
from tests.feedback.asked import at_vendor, surveys_work
from tests.feedback.cased import at_hour, case_of, low_review, resolved, unhappy
from tests.feedback.rated import ended_call, save
from tests.world import make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HOUR = timedelta(hours=1)


def scope(user, **narrowed):
    today = timezone.localdate()
    return Scope(user, today - timedelta(days=30), today + timedelta(days=1), **narrowed)


def value(user, key, **narrowed):
    found = figures.overview(scope(user, **narrowed))[key]
    return found.value, found.count, found.n


def opened(world, hours, location=None, **fields):
    """A case that was opened so many hours ago, of a customer of its own."""
    location = location or world.riverside
    return at_hour(case_of(location, make_customer("Somebody", location), **fields), hours)


def contact(case, by, after):
    return stages.contact(case, by, ContactHow.EMAIL, at=case.opened_at + after)


def test_without_a_case_every_rate_is_a_dash(world):
    found = figures.overview(scope(world.supervisor))
    assert {key: figure.value for key, figure in found.items()} == {
        "cases": 0,
        "close_the_loop_rate": None,
        "recovery_rate": None,
        "median_hours_to_contact": None,
    }
    assert found["close_the_loop_rate"].shown == "–"


def test_a_loop_is_closed_by_a_contact_within_48_hours(world):
    contact(opened(world, 90), world.agent, 47 * HOUR)
    contact(opened(world, 90), world.agent, 48 * HOUR)
    contact(opened(world, 90), world.agent, 49 * HOUR)
    stages.drop(opened(world, 90), world.agent, "Nothing to be done")
    opened(world, 90)
    assert value(world.supervisor, "close_the_loop_rate") == (40.0, 2, 5)
    assert value(world.supervisor, "median_hours_to_contact") == (48.0, 3, 3)


def test_each_answer_and_review_counts_and_no_call_that_only_sounded_bad(world):
    case = opened(world, 60)
    contact(case, world.agent, HOUR)
    unhappy(world.riverside, case.customer)  # joins after the contact
    low_review(world.riverside)
    save(ended_call(world.agent, world.jon), quality="1", issues=["ECHO"])
    opening.sweep(timezone.now() + timedelta(minutes=20))
    assert Case.objects.count() == 3
    assert value(world.supervisor, "close_the_loop_rate") == (pytest.approx(100 / 3), 1, 3)


def test_who_was_asked_again_and_is_satisfied_was_won_back(world):
    surveys_work(world)
    for said in ({"nps_score": 10}, {"nps_score": 3}, None):
        customer = at_vendor(make_customer("Somebody", world.riverside, email="x@example.test"), f"c{said}")
        case = Case.objects.get(pk=resolved(case_of(world.riverside, customer), world.agent).pk)
        FeedbackRequest.objects.filter(pk=case.follow_up_id).update(vendor_id=f"r{case.pk}")
        if said:
            make_feedback(world.riverside, customer, left_at=case.closed_at + HOUR, **said)
    resolved(case_of(world.riverside, world.numberless), world.agent)  # cannot be asked
    follow_ups.look()
    assert value(world.supervisor, "recovery_rate") == (pytest.approx(100 / 3), 1, 3)


def test_whose_cases_they_are(world):
    opened(world, 5, owner=world.agent)
    opened(world, 5, location=world.harbor)
    opened(world, 5, location=world.oak_street)
    opened(world, 24 * 40)
    assert value(world.admin, "cases")[0] == 3 and value(world.supervisor, "cases")[0] == 2
    assert value(world.elsewhere, "cases")[0] == 1 and value(world.agent, "cases")[0] == 1
    assert value(world.supervisor, "cases", location=world.harbor)[0] == 1
    assert value(world.admin, "cases", account=world.northwind)[0] == 2
    assert value(world.supervisor, "cases", agent=world.agent)[0] == 1
    assert value(world.supervisor, "cases", provider="plivo")[0] == 0


def test_a_case_counts_on_the_day_it_was_opened_by_the_clock_of_its_location(world):
    case = case_of(world.harbor, world.harriet)
    at = timezone.now().replace(year=2026, month=11, day=10, hour=6, minute=30)  # the evening of the ninth in LA
    Case.objects.filter(pk=case.pk).update(opened_at=at)
    ninth, tenth = date(2026, 11, 9), date(2026, 11, 10)
    assert [figures.cases_of(Scope(world.admin, day, day)).count() for day in (ninth, tenth)] == [1, 0]


def test_what_is_open_by_stage_whatever_its_day(world):
    opened(world, 24 * 100)
    opened(world, 5, owner=world.agent)
    contact(opened(world, 5), world.agent, HOUR)
    resolved(opened(world, 5), world.agent)
    assert figures.open_by_stage(scope(world.supervisor)) == dict.fromkeys(figures.OPEN_STAGES, 1)
    assert figures.open_by_stage(scope(world.elsewhere))[CaseStage.OPEN] == 0


def test_what_they_cost(world, django_assert_num_queries):
    opened(world, 5)
    contact(opened(world, 60), world.agent, HOUR)
    mine = scope(world.admin)
    assert mine.zones
    with django_assert_num_queries(3):
        figures.overview(mine)


def test_how_soon_reviews_are_answered(world):
    now = timezone.now()
    for hours in (1, 5, 30):
        make_review(world.riverside, written_at=now - 40 * HOUR, replied_at=now - 40 * HOUR + hours * HOUR)
    make_review(world.riverside)
    make_review(world.oak_street, written_at=now - 40 * HOUR, replied_at=now)
    found = hours_to_reply(scope(world.supervisor))
    assert (found.value, found.n, found.unit) == (5.0, 3, "h")
    assert hours_to_reply(scope(world.supervisor, location=world.harbor)).value is None


def test_between_two_in_the_middle_the_median_is_halfway(world):
    now = timezone.now()
    for hours in (30, 1, 7, 4):
        make_review(world.riverside, written_at=now - 40 * HOUR, replied_at=now - 40 * HOUR + hours * HOUR)
    assert hours_to_reply(scope(world.supervisor)).value == 5.5


def test_a_median_reads_the_middle_and_not_every_row(world, django_assert_num_queries):
    """Sixty thousand rows were read for one number."""
    now = timezone.now()
    for hours in range(1, 40):
        make_review(world.riverside, written_at=now - 40 * HOUR, replied_at=now - 40 * HOUR + hours * HOUR)
    mine = scope(world.supervisor)
    assert mine.zones
    with django_assert_num_queries(2) as asked:
        assert hours_to_reply(mine).value == 20
    assert "LIMIT" in asked.captured_queries[-1]["sql"]
