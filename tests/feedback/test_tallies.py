"""What is counted of each day always equals the rows, whatever happens to them and in whichever order."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.choices import CallStatus
from calls.models import Call
from feedback import services
from feedback.choices import FeedbackKind
from feedback.models import (
    Feedback,
    FeedbackRequest,
    IssueTally,
    Rating,
    Review,
    Stale,
    Tally,
    WeekIssueTally,
    WeekTally,
)
from feedback.scope import Scope
from feedback.tallies import columns, counting, rebuild, triggers
from feedback.tallies.reading import MARKS, Reading
from feedback.tasks import check_figures
from integrations import leases
from integrations.models import Delivery
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.rated import ended_call, known_everywhere, save
from tests.feedback.tallied import FIRST, LAST, START, check, check_weeks, told
from tests.world import make_call, make_location

pytestmark = [pytest.mark.django_db, pytest.mark.both]
CLOCKS = ("America/New_York", "America/Los_Angeles", "Asia/Kathmandu", "UTC")


# --- What may happen to rows --------------------------------------------------------------------


class Happenings:
    """Deeds by number, each on a row chosen by another number: as services, syncs, admins and programs do them."""

    def __init__(self, world):
        self.world, self.places = world, [world.riverside, world.harbor, None]

    def call(self, n, at):
        fields = {"created_at": at, "location": self.places[n % 3], "provider": ("ccai", "plivo")[n % 2]}
        if n % 4:
            fields |= {"connected_at": at, "ended_at": at + timedelta(minutes=n), "talk_seconds": n * 60}
        else:
            fields |= {"status": CallStatus.NO_ANSWER, "ended_at": at + timedelta(minutes=n)}
        make_call((self.world.agent, self.world.colleague)[n % 2], self.world.marta, **({"number": None} | fields))

    def wrap_up(self, n, at):
        call = self._one(Call.objects.filter(rating=None, ended_at__isnull=False), n)
        if call:
            quality = None if call.connected_at is None else 1 + n % 5
            save(call, quality=quality, issues=["ECHO", "OTHERS"][: 1 + n % 2] if quality and quality < 5 else [])

    def correct(self, n, at):
        rating = self._one(Rating.objects.all(), n)
        if rating:
            Rating.objects.filter(pk=rating.pk).update(quality=None if n % 3 else 2, issues=["ECHO"], right_party=False)

    def take_back(self, n, at):
        rating = self._one(Rating.objects.all(), n)
        if rating:
            rating.legs.all().delete(), rating.delete()

    def late_event(self, n, at):
        self._change(Call, n, ended_at=at, status=CallStatus.VOICEMAIL, connected_at=None)

    def time_out(self, n, at):
        self._change(Call, n, timed_out_at=at)

    def give_to_another(self, n, at):
        self._change(Call, n, agent=(self.world.agent, self.world.colleague)[n % 2])

    def move(self, n, at):
        self._change(Call, n, location=self.places[n % 3])

    def deliver(self, n, at):
        self._change(Delivery, n, state=("delivered", "parked", "pending")[n % 3])

    def answer(self, n, at):
        kind = (FeedbackKind.NPS, FeedbackKind.STARS, FeedbackKind.HAPPY)[n % 3]
        scores = {"nps_score": n % 11, "star_rating": None, "happy": None}
        scores = {"nps_score": None, "star_rating": 1 + n % 5, "happy": n % 2 == 0} if n % 3 else scores
        call = self._one(Call.objects.all(), n) if n % 2 else None
        make_feedback(self.places[n % 3], kind=kind, left_at=at, call=call, **scores)

    def ask(self, n, at):
        call, answer = self._one(Call.objects.all(), n), self._one(Feedback.objects.all(), n)
        make_request(call, answer if n % 2 else None, requested_at=at, type=("sms", "email", "")[n % 3])

    def report(self, n, at):
        answer = self._one(Feedback.objects.all(), n)
        self._change(FeedbackRequest, n, bounced=n % 2 == 0, clicked=n % 3 == 0, feedback=answer, due_at=at)

    def change_answer(self, n, at):
        self._change(Feedback, n, location=self.places[n % 3], left_at=at, nps_score=n % 11)

    def lose_answer(self, n, at):
        self._change(Feedback, n, gone_at=at if n % 2 else None)

    def delete_answer(self, n, at):
        answer = self._one(Feedback.objects.all(), n)
        if answer:
            answer.delete()

    def review(self, n, at):
        make_review(self.places[n % 3], written_at=at, rating=(None, "1.5", "3", "5")[n % 4])

    def reply(self, n, at):
        self._change(Review, n, replied_at=at if n % 2 else None)

    def other_clock(self, n, at):
        place = self.places[n % 2]
        place.time_zone = CLOCKS[n % 4]
        place.save()

    def count(self, n, at):
        rebuild.work()

    def roll_back(self, n, at):
        try:
            with transaction.atomic():
                self.call(n, at)
                raise ValueError
        except ValueError:
            pass

    def _one(self, rows, n):
        found = list(rows.order_by("pk"))
        return found[n % len(found)] if found else None

    def _change(self, model, n, **fields):
        row = self._one(model.objects.all(), n)
        if row:
            model.objects.filter(pk=row.pk).update(**fields)


DEEDS = [name for name in vars(Happenings) if not name.startswith("_")]
HAPPENED = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 59), st.integers(0, 72)), min_size=1, max_size=25)


# The cast is made once: every example happens in a savepoint that is rolled back.
# Fifteen: each counts everything twice, on two databases.
@settings(
    max_examples=15 if connection.vendor == "sqlite" else 6,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(happened=HAPPENED)
def test_they_equal_the_rows_whatever_happens(world, happened):
    with transaction.atomic():
        deeds = Happenings(world)
        for name, n, hours in happened:
            getattr(deeds, name)(n, START + timedelta(hours=hours, minutes=n))
        before_counting = [_read(scope) for scope in _scopes(world)]
        rebuild.until_done()
        for place in deeds.places:
            check(place), check_weeks(place)
        # A reader sees the same before and after: what is not counted yet it counts itself, or says that it is behind.
        for before, scope in zip(before_counting, _scopes(world), strict=True):
            after = _read(scope)
            assert before in (after, "behind")
            if not scope.provider:  # of one provider it reads nothing else than these
                assert after == [*_from_rows(scope), told(_by_issue(scope))]
        transaction.set_rollback(True)
    world.riverside.refresh_from_db(), world.harbor.refresh_from_db()


def _read(scope):
    reading = Reading(scope)
    if reading.is_behind:
        return "behind"
    return [told(reading.by("agent")), told(reading.by("location")), told(reading.issues())]


def _from_rows(scope):
    groups = ("agent", "location")
    return [told(Reading(scope)._from_rows(scope, group, columns.NAMES)) for group in groups]


def _by_issue(scope):
    """Day by day, which the weeks are not asked for."""
    found = {}
    for (_, issue), counts in Reading(scope).issues("day").items():
        found.setdefault(issue, Counter()).update(counts)
    return found


def _scopes(world):
    return [
        Scope(world.admin, FIRST, LAST),
        Scope(world.supervisor, FIRST, LAST, location=world.harbor),
        Scope(world.agent, FIRST, LAST),
        Scope(world.admin, date(2026, 3, 7), date(2026, 3, 17)),  # a week and pieces of two
        Scope(world.admin, date(2026, 3, 8), date(2026, 3, 8), provider="plivo"),
        Scope(world.admin, FIRST, LAST, agent=world.colleague, provider="plivo"),
    ]


# --- By example -----------------------------------------------------------------------------------


def quiet():
    rebuild.until_done()
    assert not Stale.objects.exists()


def test_every_way_in_leaves_a_mark(world):
    rating = save(known_everywhere(world.agent, world.marta))
    answer = make_feedback(world.riverside)
    for deed in (
        lambda: Call.objects.filter(pk=rating.call_id).update(talk_seconds=7),
        lambda: Call.objects.bulk_create([Call(intent="by the thousand", agent=world.agent)]),
        lambda: Rating.objects.filter(pk=rating.pk).update(quality=3),
        lambda: rating.legs.all().delete(),
        lambda: Feedback.objects.filter(pk=answer.pk).update(nps_score=1),
        lambda: answer.delete(),
        lambda: Review.objects.bulk_create([Review(written_at=timezone.now(), location=world.harbor)]),
    ):
        quiet()
        deed()
        assert Stale.objects.exists()


def test_what_does_not_count_leaves_none(world):
    call = ended_call(world.agent, world.marta)
    quiet()
    Call.objects.filter(pk=call.pk).update(why="Because", talk_seconds=240)
    assert not Stale.objects.exists()


def test_an_issue_is_counted_with_the_answers_of_exactly_those_calls(world):
    with_echo = ended_call(world.agent, world.marta)
    save(with_echo, quality=2, issues=["ECHO"])
    save(ended_call(world.agent, world.jon), quality=5)
    make_request(with_echo, make_feedback(world.riverside, nps_score=3))
    make_feedback(world.riverside, nps_score=10)
    for _ in range(2):  # on the spot, and counted
        found = Reading(Scope.of_last(world.supervisor, 2)).issues()
        assert told(found) == {"ECHO": {"calls": 1, "nps_answers": 1, "detractors": 1}}
        quiet()


def test_a_day_that_is_empty_again_has_no_tally(world):
    answer = make_feedback(world.riverside)
    quiet()
    assert Tally.objects.count() == 3  # whole, of no agent, of no provider
    answer.delete()
    quiet()
    assert not Tally.objects.exists()


def test_two_that_count_at_once_do_not_double(world):
    ended_call(world.agent, world.marta)
    assert leases.take(rebuild.LEASE, "another process", 60)
    assert rebuild.work() == 0 and Stale.objects.exists()
    leases.release(rebuild.LEASE, "another process")
    quiet()
    assert Tally.objects.get(grain="").calls == 1


@pytest.mark.parametrize("deed", [rebuild.rebuild_all, rebuild.check_window])
def test_all_that_counts_waits_for_whoever_counts(world, deed):
    """Two that put rows in the same day at once would double them, or fall over one another."""
    ended_call(world.agent, world.marta)
    assert leases.take(rebuild.LEASE, "another process", 60)
    found = []

    def looked(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "integrations_lease" in sql and not found:
            found.append(Tally.objects.count())
            leases.release(rebuild.LEASE, "another process")
        return answer

    with connection.execute_wrapper(looked):
        deed()
    assert found == [0] and Tally.objects.get(grain="").calls == 1 and not leases.is_held(rebuild.LEASE)


def test_what_another_has_counted_meanwhile_is_no_turn(world):
    ended_call(world.agent, world.marta)

    def counted_meanwhile(execute, sql, params, many, context):
        if "integrations_lease" in sql:
            with connection.cursor() as cursor:
                cursor.cursor.execute("DELETE FROM feedback_stale")  # past the wrapper
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted_meanwhile):
        assert rebuild.work() == 0


def test_a_day_that_changed_at_a_location_and_at_none_by_the_same_clock_is_counted_on_the_spot(world):
    by_the_house = make_location("By the house’s clock", time_zone="UTC")
    for place in (by_the_house, None):
        ended_call(world.agent, world.marta, location=place)
    assert Reading(Scope.of_last(world.admin, 2)).by("")[None]["calls"] == 2


def test_what_is_read_elsewhere_or_of_other_years_keeps_nobody_waiting(world):
    ended_call(world.agent, world.marta, location=world.riverside)
    elsewhere, here = make_location("Elsewhere", members=[world.stranger]).pk, world.riverside.pk
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=n) for n in range(MARKS + 2)]
    Stale.objects.all().delete()
    Stale.objects.bulk_create(Stale(location_id=elsewhere, hour=hour) for hour in (None, *hours))
    Stale.objects.bulk_create(Stale(location_id=here, hour=hour - timedelta(days=900)) for hour in hours)
    Stale.objects.bulk_create(Stale(location_id=here, hour=now) for _ in hours)
    reading = Reading(Scope.of_last(world.supervisor, 2))
    assert not reading.is_behind and reading.by("")[None]["calls"] == 1
    assert Reading(Scope.of_last(world.admin, 2)).is_behind


def test_a_change_while_it_is_counted_is_counted_after(world, monkeypatch):
    call = ended_call(world.agent, world.marta)
    counted = counting.days

    def changed_meanwhile(places):
        found = counted(places)
        Call.objects.filter(pk=call.pk).update(talk_seconds=999)
        return found

    monkeypatch.setattr(counting, "days", changed_meanwhile)
    rebuild.work()
    monkeypatch.setattr(counting, "days", counted)
    assert Stale.objects.exists()
    quiet()
    assert Tally.objects.get(grain="").talk_seconds_sum == 999


def test_counting_that_died_half_way_is_done_again(world, monkeypatch):
    ended_call(world.agent, world.marta)

    def dies(places):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(counting, "days", dies)
        rebuild.work()
    assert Stale.objects.filter(is_taken=True).exists()
    quiet()
    assert Tally.objects.get(grain="").calls == 1


def test_counting_everything_anew_changes_nothing(world):
    for n in range(3):
        save(ended_call((world.agent, world.colleague)[n % 2], world.marta), quality=3, issues=["ECHO"])
    make_review(None), make_feedback(world.harbor)
    quiet()
    before = [list(model.objects.order_by("day", "location").values_list(*_all_but_id(model))) for model in _MODELS]
    rebuild.rebuild_all()
    after = [list(model.objects.order_by("day", "location").values_list(*_all_but_id(model))) for model in _MODELS]
    assert [sorted(map(str, rows)) for rows in before] == [sorted(map(str, rows)) for rows in after]


def test_the_nightly_check_puts_right_what_nobody_marked(world):
    long_ago = timezone.now() - timedelta(days=70)
    for at in (long_ago, timezone.now()):
        ended_call(world.agent, world.marta, created_at=at, ended_at=at)
    quiet()
    Tally.objects.filter(grain="").update(calls=7)
    check_figures()
    rounds = 1
    while OrmQ.objects.exists():
        task = OrmQ.objects.get()
        check_figures(*task.task["args"])
        task.delete()
        rounds += 1
    assert rounds == 3 and not Tally.objects.filter(calls=7).exists()


_MODELS = (Tally, IssueTally, WeekTally, WeekIssueTally)


def _all_but_id(model):
    return [field.attname for field in model._meta.fields if field.name != "id"]


def test_the_triggers_are_there_once_and_come_back_after_migrating(world):
    assert triggers.ensure() is False
    triggers.before_migrating(plan=["something"])
    assert triggers.ensure() is True and triggers.ensure() is False
    ended_call(world.agent, world.marta)
    assert Stale.objects.exists()


def test_what_was_there_before_the_triggers_is_counted_whole(world):
    """An old house that learns to count: nothing has marked its years."""
    triggers.before_migrating(plan=["something"])
    long_ago = timezone.now() - timedelta(days=400)
    ended_call(world.agent, world.marta, created_at=long_ago, ended_at=long_ago)
    Stale.objects.all().delete()
    triggers.after_migrating()
    assert Reading(Scope.of_last(world.supervisor, 7)).is_behind
    quiet()
    assert Tally.objects.get(grain="").calls == 1


def test_a_house_that_counts_counts_its_last_days_after_migrating(world):
    ended_call(world.agent, world.marta)
    quiet()
    triggers.before_migrating(plan=["something"])
    ended_call(world.agent, world.marta)
    triggers.after_migrating()
    assert not Stale.objects.filter(hour=None).exists()
    quiet()
    assert Tally.objects.get(grain="").calls == 2


def test_undone_it_was_never_counted(world):
    rating = save(ended_call(world.agent, world.marta), outcome="busy", right_party=None, quality=None)
    quiet()
    services.undo_rating(rating.call, world.agent)
    found = Reading(Scope.of_last(world.supervisor, 2)).by("")[None]
    assert found["outcome_busy"] == 0 and found["calls"] == 1
