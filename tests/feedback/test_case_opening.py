"""What opens a case by itself, when, and that it opens it once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback.cases import clock, escalation, opening, stages
from feedback.cases.rules import RuleBook
from feedback.choices import CaseStage, CaseWord
from feedback.models import Case, CaseAlarm, CaseRule, CaseSource, Feedback
from tests.feedback.answered import make_feedback
from tests.feedback.cased import QUARTER, at_hour, case_of, low_review, resolved, told_again, unhappy
from tests.feedback.rated import ended_call, save

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ({"nps_score": 6}, True),
        ({"nps_score": 7}, False),
        ({"kind": "stars", "star_rating": 2}, True),
        ({"kind": "stars", "star_rating": 3}, False),
        ({"kind": "happy", "happy": False}, True),
        ({"kind": "happy", "happy": True}, False),
        ({"kind": "other", "nps_score": None}, False),
    ],
)
def test_an_unhappy_answer_opens_a_case_and_no_other(world, said, opens):
    unhappy(world.riverside, world.marta, **{"nps_score": None} | said)
    opening.sweep()
    assert Case.objects.count() == opens


@pytest.mark.parametrize(("rating", "opens"), [("3", True), ("3.5", False), (None, False), ("1", True)])
def test_a_low_review_opens_one_for_its_reviewer(world, rating, opens):
    low_review(world.harbor, rating=rating)
    opening.sweep()
    assert [case.who for case in Case.objects.all()] == ["R. Stone"] * opens


@pytest.mark.parametrize(("quality", "opens"), [("2", True), ("2.5", False), ("1", True)])
def test_a_call_that_was_hardly_usable_opens_one(world, quality, opens):
    rating = save(ended_call(world.agent, world.marta), quality=quality, issues=["ECHO"])
    opening.sweep(timezone.now() + QUARTER)
    assert [source.rating for source in CaseSource.objects.all()] == [rating] * opens


def test_a_case_says_whose_it_is_what_was_said_and_how_long_people_have(world):
    answer = unhappy(world.riverside, world.marta)
    now = timezone.now()
    opening.sweep(now)
    case = Case.objects.get()
    assert (case.customer, case.location, case.number) == (world.marta, world.riverside, world.marta.phone)
    assert (case.stage, case.owner, case.due_at) == (CaseStage.OPEN, None, now + timedelta(hours=48))
    source = case.sources.get()
    assert (source.answer, source.words, source.said_at) == (answer, "NPS 2", answer.left_at)
    assert [(event.word, event.by) for event in case.events.all()] == [(CaseWord.OPENED, None)]


def test_within_its_time_of_grace_an_answer_opens_none_and_after_it_does(world):
    unhappy(world.riverside, world.marta, ago=timedelta(minutes=9))
    opening.sweep()
    assert not Case.objects.exists()
    opening.sweep(timezone.now() + timedelta(minutes=2))
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"nps_score": 9}, {"gone_at": timezone.now()}, {"handled_at": timezone.now()}],
    ids=["corrected", "removed", "dealt with"],
)
def test_what_changed_within_the_grace_opens_none(world, change):
    answer = unhappy(world.riverside, world.marta, ago=timedelta(minutes=5))
    opening.sweep()
    Feedback.objects.filter(pk=answer.pk).update(**change)
    opening.sweep(timezone.now() + timedelta(hours=1))
    assert not Case.objects.exists()


def test_a_correction_begins_the_grace_anew_and_a_late_one_for_the_worse_opens_a_case(world):
    answer = make_feedback(world.riverside, world.marta, nps_score=9, left_at=timezone.now() - timedelta(days=2))
    opening.sweep(timezone.now() + timedelta(hours=3))  # looked at, and content
    told_again(answer, at=timezone.now() + timedelta(hours=4), nps_score=1)
    opening.sweep(timezone.now() + timedelta(hours=4, minutes=5))
    assert not Case.objects.exists()
    opening.sweep(timezone.now() + timedelta(hours=4, minutes=11))
    assert Case.objects.count() == 1


def test_years_of_history_that_are_read_for_the_first_time_open_none(world):
    unhappy(world.riverside, world.marta, left_at=timezone.now() - timedelta(days=8))
    low_review(world.riverside, written_at=timezone.now() - timedelta(days=400))
    fresh = unhappy(world.riverside, world.jon, left_at=timezone.now() - timedelta(days=6))
    opening.sweep()
    assert [source.answer for source in CaseSource.objects.all()] == [fresh]


def test_what_was_told_while_no_worker_ran_is_looked_at_when_one_runs_again(world):
    opening.sweep(timezone.now() - timedelta(days=30))
    late = timezone.now() - timedelta(days=20)
    unhappy(world.riverside, world.marta, left_at=late - timedelta(days=1), told_at=late)
    opening.sweep()
    assert Case.objects.count() == 1


def test_rows_of_a_bulk_that_pass_all_services_are_seen(world):
    at = timezone.now() - QUARTER
    rows = [Feedback(kind="nps", nps_score=0, left_at=at, told_at=at, location=world.riverside) for _ in range(3)]
    Feedback.objects.bulk_create(rows)
    assert opening.sweep() == 3
    assert opening.sweep() == 0  # looked at


def test_the_rule_of_an_account_holds_at_its_locations_and_the_one_for_all_elsewhere(world):
    CaseRule.objects.create(nps_up_to=None, grace_minutes=0)
    CaseRule.objects.create(account=world.northwind, nps_up_to=3, clock_hours=24, grace_minutes=60)
    unhappy(world.oak_street, world.oskar, nps_score=0)
    unhappy(world.riverside, world.marta, nps_score=4)
    unhappy(world.riverside, world.jon, nps_score=3)
    opening.sweep()
    assert not Case.objects.exists()  # 60 minutes there
    now = timezone.now() + timedelta(hours=1)
    opening.sweep(now)
    case = Case.objects.get()
    assert (case.customer, case.due_at) == (world.jon, now + timedelta(hours=24))


def test_a_second_unhappy_answer_joins_the_open_case_and_is_shown_in_it(world):
    case = case_of(world.riverside, world.marta)
    second = unhappy(world.riverside, world.marta, nps_score=0)
    poor = save(ended_call(world.agent, world.marta), quality="1", issues=["ECHO"])
    opening.sweep(timezone.now() + QUARTER)
    assert Case.objects.get() == case
    assert [source.answer or source.rating for source in case.sources.all()][1:] == [second, poor]
    assert [event.word for event in case.events.all()] == ["opened", "joined", "joined"]


def contacted_an_hour_ago(world):
    case = case_of(world.riverside, world.marta, owner=world.agent)
    return stages.contact(case, world.agent, "email", at=timezone.now() - timedelta(hours=1))


def test_a_complaint_of_after_the_contact_sets_the_clock_anew(world):
    case = contacted_an_hour_ago(world)
    reached = case.first_contact_at
    CaseAlarm.objects.create(case=case, level="overdue")
    unhappy(world.riverside, world.marta, nps_score=0)
    now = timezone.now()
    opening.sweep(now)
    case.refresh_from_db()
    assert (case.stage, case.owner, case.contacted_at) == (CaseStage.ASSIGNED, world.agent, None)
    assert (case.due_at, case.queue_at, case.first_contact_at) == (now + timedelta(hours=48), case.due_at, reached)
    assert not case.alarms.exists() and clock.of(case, now + timedelta(hours=49)).is_overdue
    assert case.events.last().text == "Private answer: NPS 0. Its clock begins anew"
    assert escalation.escalate(now + timedelta(hours=49)) == 1
    assert stages.contact(case, world.agent, "email", at=now).contacted_at == now


def test_what_was_said_before_the_contact_was_heard_in_it(world):
    case = contacted_an_hour_ago(world)
    unhappy(world.riverside, world.marta, left_at=timezone.now() - timedelta(hours=2))
    opening.sweep()
    assert Case.objects.get().stage == CaseStage.CONTACTED and case.sources.count() == 2


def test_a_poor_call_they_were_contacted_in_sets_no_clock_anew(world):
    at_hour(case_of(world.riverside, world.marta), 1)
    save(ended_call(world.agent, world.marta), quality="1", issues=["ECHO"])
    opening.sweep(timezone.now() + QUARTER)
    case = Case.objects.get()
    assert (case.stage, case.sources.count()) == (CaseStage.CONTACTED, 2)


def test_another_location_another_customer_and_a_closed_case_are_other_matters(world):
    first = case_of(world.riverside, world.marta)
    case_of(world.riverside, world.jon)
    case_of(world.harbor, world.marta)
    assert Case.objects.count() == 3
    resolved(first, world.supervisor)
    case_of(world.riverside, world.marta)
    assert Case.objects.open().filter(customer=world.marta, location=world.riverside).count() == 1
    assert Case.objects.count() == 4


def test_reviews_of_one_reviewer_are_one_matter_and_those_of_nobody_one_each(world):
    for name in ("R. Stone", "r. stone ", "B. Other", "", ""):
        low_review(world.riverside, reviewer_name=name)
    opening.sweep()
    assert Case.objects.count() == 4


def test_an_answer_of_a_number_we_know_no_customer_of_can_be_called(world):
    call = ended_call(world.agent, None, number=world.marta.phone, location=world.riverside)
    unhappy(world.riverside, source="keypad", kind="stars", star_rating=1, call=call, connection=None, vendor_id=None)
    opening.sweep()
    assert Case.objects.get().number == world.marta.phone


def test_the_database_holds_one_open_case_a_matter(world):
    case = case_of(world.riverside, world.marta)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(key=case.key, due_at=case.due_at, queue_at=case.due_at)


def candidates():
    book, now = RuleBook(), timezone.now()
    return [
        (one, book.of(one.account_id))
        for kind in opening.CaseSourceKind
        for one in opening._candidates(kind, book, now - timedelta(days=1), now)
    ]


def test_two_sweeps_that_have_both_read_the_same_answers_open_one_case(world):
    """The order is forced: the second has its list before the first wrote anything."""
    unhappy(world.riverside, world.marta)
    unhappy(world.riverside, world.marta, nps_score=0)
    one, other = candidates(), candidates()
    assert [bool(opening.open_for(*candidate)) for candidate in one] == [True, True]
    assert [bool(opening.open_for(*candidate)) for candidate in other] == [False, False]
    assert Case.objects.count() == 1 and CaseSource.objects.count() == 2
    assert list(Case.objects.get().events.values_list("word", flat=True)) == ["opened", "joined"]


def test_many_at_once_are_opened_round_by_round(world, monkeypatch):
    monkeypatch.setattr(opening, "MOST", 2)
    for _ in range(5):
        unhappy(world.riverside)
    assert [opening.sweep() for _ in range(4)] == [2, 2, 1, 0]
    assert Case.objects.count() == 5


def test_a_million_old_answers_are_not_read(world, django_assert_num_queries):
    """What a sweep costs does not grow with what lies there: its queries name the newest days."""
    for _ in range(3):
        make_feedback(world.riverside, world.marta, nps_score=1, left_at=timezone.now() - timedelta(days=90))
    opening.sweep()
    with django_assert_num_queries(19):
        opening.sweep()
    for _ in range(9):
        make_feedback(world.riverside, world.marta, nps_score=1, left_at=timezone.now() - timedelta(days=90))
    with django_assert_num_queries(19):
        opening.sweep()
    assert not Case.objects.exists()
