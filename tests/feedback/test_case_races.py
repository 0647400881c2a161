"""Workers and people at once: one case a matter, one owner, one alarm, whoever comes together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.models import Letter
from feedback.cases import escalation, opening, stages
from feedback.models import Case, CaseAlarm, CaseSource
from tests.feedback.cased import at_hour, case_of, contacted, unhappy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
AT_ONCE = 4


def together(deed):
    """What `deed(number)` gives or raises, of several threads that begin at the same moment."""
    barrier = Barrier(AT_ONCE)

    def run(number):
        barrier.wait()
        try:
            return deed(number)
        except stages.CannotChange as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_workers_that_sweep_at_once_open_one_case_for_all_that_one_customer_said(world):
    for _ in range(3):
        unhappy(world.riverside, world.marta)
    assert sum(together(lambda _: opening.sweep())) == 3
    case = Case.objects.get()
    assert CaseSource.objects.filter(case=case).count() == 3
    assert sorted(case.events.values_list("word", flat=True)) == ["joined", "joined", "opened"]


def test_of_people_who_close_it_at_once_one_does_and_the_others_are_told(world):
    case = contacted(case_of(world.riverside, world.marta), world.agent)
    answers = together(
        lambda n: stages.resolve(case, world.agent, "price") if n % 2 else stages.drop(case, world.agent, "x")
    )
    assert sum(isinstance(answer, stages.StageCannot) for answer in answers) == AT_ONCE - 1
    assert case.events.filter(word__in=("resolved", "dropped")).count() == 1


def test_workers_that_escalate_at_once_tell_once(world):
    at_hour(case_of(world.riverside, world.marta), 50)
    assert sum(together(lambda _: escalation.escalate())) == 2
    assert CaseAlarm.objects.count() == 2
    assert sum(letter.text.count("overdue by") for letter in Letter.objects.all()) == 2, "each alarm in one letter"
