"""Workers and people at once: one case a matter, one owner, one alarm, whoever comes together."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import Letter
from feedback.cases import calls, escalation, opening, stages
from feedback.models import Case, CaseAlarm, CaseSource, Rating
from tests.feedback.cased import at_hour, case_of, contacted, unhappy
from tests.feedback.rated import ended_call, save
from tests.patience import until

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


def test_two_wrap_ups_about_the_same_cases_wait_for_each_other_and_both_are_contacts(world):
    case = case_of(world.riverside, world.marta, owner=world.agent)
    other = case_of(world.harbor, world.marta)
    later = {"created_at": timezone.now(), "connected_at": timezone.now()}
    mine = [ended_call(world.agent, world.marta, **later) for _ in range(AT_ONCE)]
    for n, call in enumerate(mine):
        calls.link(call, (case, other)[n % 2])
    saved = together(lambda n: save(mine[n], root_cause="price" if n == 0 else None))
    assert {rating.call for rating in saved} == set(mine)
    assert Case.objects.get(pk=case.pk).stage == "resolved"
    assert Case.objects.get(pk=other.pk).contacts.count() == AT_ONCE
    words = list(case.events.values_list("word", flat=True))
    assert words.count("contacted") == case.contacts.count() and words.count("resolved") == 1


def waits():
    """Whether somebody waits for a row that this transaction holds; SQLite lets nobody write meanwhile."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


@contextmanager
def saved_meanwhile(call, **said):
    """Somebody saves the wrap-up while what stands in the block goes on; that is committed while they wait."""
    begun = []

    def run():
        try:
            return save(call, **said)
        finally:
            connections.close_all()

    def begin():
        begun.append(pool.submit(run))
        until(waits, "the wrap-up waits")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            yield begin
        begun.pop().result()


def test_a_wrap_up_waits_for_a_person_and_leaves_what_they_did(world):
    case = case_of(world.riverside, world.marta, owner=world.agent)
    call = ended_call(world.agent, world.marta)
    calls.link(call, case)
    with saved_meanwhile(call, root_cause="price") as begin:
        stages.drop(case, world.supervisor, "Double")
        begin()
    assert Rating.objects.get().call == call
    assert Case.objects.get(pk=case.pk).drop_reason == "Double"


def test_a_wrap_up_takes_its_cases_in_the_order_in_which_all_do(world):
    first, second = case_of(world.harbor, world.marta), case_of(world.riverside, world.marta, owner=world.agent)
    call = ended_call(world.agent, world.marta, connected_at=timezone.now())
    calls.link(call, second)
    with saved_meanwhile(call) as begin:
        stages.contact(first, world.supervisor, "email")
        begin()
        stages.contact(second, world.supervisor, "email")  # who waits for the first must not hold the second
    assert [case.contacts.count() for case in (first, second)] == [2, 2]


def test_workers_that_escalate_at_once_tell_once(world):
    at_hour(case_of(world.riverside, world.marta), 50)
    assert sum(together(lambda _: escalation.escalate())) == 2
    assert CaseAlarm.objects.count() == 2
    assert sum(letter.text.count("overdue by") for letter in Letter.objects.all()) == 2, "each alarm in one letter"
