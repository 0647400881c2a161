"""The stages of a case: what leads from one to the next, what does not, and that nothing of it is forgotten."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import AuditEntry
from feedback.cases import clock, stages
from feedback.cases.stages import CannotChange
from feedback.choices import CLOSED_STAGES, CaseStage, ContactHow, RootCause
from feedback.inbox import services as inbox
from feedback.models import Case, CaseContact, Feedback
from tests.feedback.cased import at_hour, case_of, contacted, resolved
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def case(world):
    return case_of(world.riverside, world.marta)


def words(case):
    return list(case.events.values_list("word", flat=True))


def test_it_is_taken_contacted_and_resolved_with_its_root_cause(world, case):
    stages.assign(case, world.supervisor, world.agent)
    stages.add_note(case, world.agent, "Rings back after four")
    row = stages.contact(case, world.agent, ContactHow.CALL, "She was relieved")
    assert (row.stage, row.contacted_how, row.owner) == ("contacted", "call", world.agent)
    row = stages.resolve(case, world.agent, RootCause.PROMISE, "New appointment")
    assert (row.stage, row.root_cause) == ("resolved", "promise") and row.closed_at
    assert words(case) == ["opened", "assigned", "note", "contacted", "resolved", "follow_up"]
    texts = [event.text for event in case.events.all()]
    assert texts[3:5] == ["Called. She was relieved", "A promise not kept. New appointment"]
    assert set(AuditEntry.objects.values_list("deed", flat=True)) == {"assigned a case", "resolved a case"}


def test_it_is_not_resolved_without_the_customer(world, case):
    with pytest.raises(CannotChange) as cannot:
        stages.resolve(case, world.supervisor, RootCause.OTHER)
    assert cannot.value.param == "how"
    row = stages.resolve(case, world.supervisor, RootCause.OTHER, how=ContactHow.EMAIL)
    assert (row.stage, row.owner, row.first_contact_at == row.contacted_at) == ("resolved", world.supervisor, True)


@pytest.mark.parametrize("reason", ["", "   ", "\x00"])
def test_nobody_drops_it_without_a_reason(world, case, reason):
    with pytest.raises(CannotChange):
        stages.drop(case, world.supervisor, reason)
    assert stages.drop(case, world.supervisor, "Double").drop_reason == "Double"


def test_what_is_closed_is_left_alone_until_it_is_reopened(world, case):
    stages.drop(case, world.supervisor, "Double")
    for deed in (
        lambda: stages.assign(case, world.supervisor, world.agent),
        lambda: stages.contact(case, world.supervisor, ContactHow.EMAIL),
        lambda: stages.resolve(case, world.supervisor, RootCause.OTHER, how=ContactHow.EMAIL),
        lambda: stages.drop(case, world.supervisor, "Again"),
    ):
        with pytest.raises(stages.StageCannot):
            deed()
    stages.add_note(case, world.supervisor, "A note is always possible")
    row = stages.reopen(case, world.supervisor, "She wrote again")
    assert (row.stage, row.drop_reason, row.closed_at) == ("open", "", None)
    assert row.due_at > timezone.now() + timedelta(hours=47)


def test_reopened_it_is_its_owners_again_unless_they_are_gone(world, case):
    resolved(stages.assign(case, world.supervisor, world.agent), world.agent)
    assert stages.reopen(case, world.supervisor).stage == "assigned"
    contacted(case, world.agent)
    stages.resolve(case, world.agent, RootCause.OTHER)
    type(world.agent).objects.filter(pk=world.agent.pk).update(is_active=False)
    row = stages.reopen(case, world.supervisor)
    assert (row.stage, row.owner, row.contacted_at) == ("open", None, None)
    assert row.first_contact_at, "what was reached once was reached"


def test_while_another_of_the_same_matter_is_open_it_stays_closed(world, case):
    resolved(case, world.supervisor)
    other = case_of(world.riverside, world.marta)
    with pytest.raises(CannotChange, match=f"Case {other.pk} of the same customer is open"):
        stages.reopen(case, world.supervisor)
    assert Case.objects.get(pk=case.pk).stage == "resolved"


def test_a_slip_is_taken_back_as_if_it_had_not_been(world, case):
    due = stages.contact(case, world.agent, ContactHow.EMAIL).due_at
    stages.resolve(case, world.agent, RootCause.OTHER)
    answer = case.sources.get().answer
    answer.refresh_from_db()
    assert answer.handled_how == f"Case {case.pk}: Something else."
    with pytest.raises(CannotChange):
        stages.take_back(case, world.supervisor)  # it was not theirs
    row = stages.take_back(case, world.agent)
    answer.refresh_from_db()
    assert (row.stage, row.due_at, answer.handled_at) == ("contacted", due, None)
    stages.drop(case, world.agent, "x")
    Case.objects.update(closed_at=timezone.now() - timedelta(minutes=6))
    with pytest.raises(CannotChange):
        stages.take_back(case, world.agent)


def test_not_contacted_after_all_lets_the_clock_run_on(world, case):
    stages.contact(case, world.agent, ContactHow.OTHER)
    row = stages.withdraw(case, world.agent)
    assert (row.stage, row.contacted_at, row.first_contact_at, row.queue_at) == ("assigned", None, None, row.due_at)
    assert case.sources.get().contacted_at is None


def test_the_second_contact_is_taken_back_and_the_first_one_stands(world, case):
    first = stages.contact(case, world.agent, ContactHow.EMAIL)
    second = stages.contact(case, world.agent, ContactHow.MESSAGE)
    assert second.queue_at > first.queue_at, "it was left from then on"
    row = stages.withdraw(case, world.agent)
    assert (row.stage, row.contacted_how, row.contacted_at) == ("contacted", "email", first.contacted_at)
    assert (row.queue_at, case.events.last().text) == (first.queue_at, "Wrote a message.")
    assert stages.withdraw(case, world.agent).stage == "assigned"


def test_the_first_contact_is_taken_back_and_the_second_one_stands(world, case):
    first = stages.contact(case, world.agent, ContactHow.EMAIL)
    second = stages.contact(case, world.agent, ContactHow.MESSAGE)
    row = stages.withdraw(case, world.agent, contact=first.noted.pk)
    at = second.noted.at
    assert (row.stage, row.contacted_how, row.contacted_at, row.first_contact_at) == ("contacted", "message", at, at)
    assert case.sources.get().contacted_at == at
    with pytest.raises(stages.StageCannot):  # the same button once more
        stages.withdraw(case, world.agent, contact=first.noted.pk)
    assert Case.objects.get(pk=case.pk).stage == "contacted"


def test_a_contact_of_before_that_is_told_later_is_the_first(world, case):
    stages.contact(case, world.agent, ContactHow.EMAIL)
    earlier = timezone.now() - timedelta(seconds=30)
    at_hour(case, 1)
    row = stages.contact(case, world.agent, ContactHow.IN_PERSON, at=earlier)
    assert (row.contacted_how, row.contacted_at, row.first_contact_at) == ("in_person", earlier, earlier)
    assert case.sources.get().contacted_at == earlier


def test_a_contact_of_before_it_was_reopened_is_not_taken_back_by_who_took_back_none(world, case):
    resolved(case, world.agent)
    reached = stages.reopen(case, world.agent).first_contact_at
    with pytest.raises(stages.StageCannot):
        stages.withdraw(case, world.agent)
    contacted(case, world.agent)
    assert stages.withdraw(case, world.agent).first_contact_at == reached


def test_closing_it_reads_what_it_was_about_and_taking_that_back_leaves_it_read(world, case):
    resolved(case, world.agent)
    answer = case.sources.get().answer
    answer.refresh_from_db()
    assert (answer.read_by, answer.read_at) == (world.agent, answer.handled_at)
    stages.take_back(case, world.agent)
    answer.refresh_from_db()
    assert answer.read_at and not answer.handled_at


def test_who_had_read_it_before_is_remembered(world, case):
    answer = case.sources.get().answer
    inbox.read(answer, world.supervisor)
    resolved(case, world.agent)
    answer.refresh_from_db()
    assert (answer.read_by, answer.handled_by) == (world.supervisor, world.agent)


def test_upgrading_keeps_the_contacts_there_were(world, case):
    resolved(case, world.agent)
    stages.reopen(case, world.agent)
    now, once = contacted(case, world.agent), case_of(world.riverside, world.jon)
    CaseContact.objects.all().delete()
    upgrade = importlib.import_module("feedback.migrations.0022_contacts_that_stand")
    for _ in range(2):
        upgrade._write(apps, None)
    found = list(now.contacts.values_list("at", "how", "is_past"))
    assert found == [(now.first_contact_at, "other", True), (now.contacted_at, "email", False)]
    assert not once.contacts.exists()


def test_who_was_contacted_is_not_left_to_nobody(world, case):
    contacted(case, world.agent)
    with pytest.raises(CannotChange):
        stages.assign(case, world.supervisor, None)
    assert stages.assign(case, world.supervisor, world.colleague).stage == "contacted"


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [
        (0, "47 h left", ""), (17, "30 h left", ""), (44, "3 h left", "warn"), (47.5, "29 min left", "warn"),
        (51.1, "overdue by 3 h", "bad"), (48.001, "overdue by 1 min", "bad"), (200, "overdue by 6 days", "bad"),
    ],
)  # fmt: skip
def test_its_clock_in_words(world, case, hours, words, tone):
    shown = clock.of(at_hour(case, hours))
    assert (shown.words, shown.tone) == (words, tone)


def test_the_clock_stops_with_the_first_contact(world, case):
    assert clock.of(contacted(at_hour(case, 3), world.agent)).words == "contacted in time"
    late = case_of(world.riverside, world.jon)
    assert clock.of(contacted(at_hour(late, 53), world.agent)).words == "contacted 5 h late"


# --- Whatever people do, in whatever order ---------------------------------------------------------


class Stages(RuleBasedStateMachine):
    """Random deeds of random people; a model of four lines says what may happen."""

    @initialize()
    def begin(self):
        self.world = World.of_test
        Case.objects.all().delete()
        Feedback.objects.all().delete()
        self.case = case_of(self.world.riverside, self.world.marta)
        self.stage, self.owner, self.events, self.contacts = "open", None, 1, 0

    def attempt(self, deed, possible, counts=1):
        """The deed works exactly where it may; where it may not, nothing was changed."""
        before = Case.objects.values().get(pk=self.case.pk)
        try:
            deed()
        except CannotChange:
            assert not possible
            assert Case.objects.values().get(pk=self.case.pk) == before
            return False
        assert possible
        self.events += counts
        return True

    @property
    def is_open(self):
        return self.stage not in CLOSED_STAGES

    @rule(who=st.sampled_from(["agent", "colleague", None]))
    def assign(self, who):
        owner = getattr(self.world, who) if who else None
        possible = self.is_open and (owner is not None or self.stage != "contacted")
        changes = owner != self.owner
        if self.attempt(lambda: stages.assign(self.case, self.world.supervisor, owner), possible, changes):
            self.owner = owner
            self.stage = "contacted" if self.stage == "contacted" else "assigned" if owner else "open"

    @rule(how=st.sampled_from([*ContactHow.values, "telepathy"]))
    def contact(self, how):
        possible = self.is_open and how in ContactHow.values
        if self.attempt(lambda: stages.contact(self.case, self.world.agent, how), possible):
            self.stage, self.owner = "contacted", self.owner or self.world.agent
            self.contacts += 1

    @rule()
    def withdraw(self):
        if self.attempt(lambda: stages.withdraw(self.case, self.world.agent), self.stage == "contacted"):
            self.contacts -= 1
            self.stage = "contacted" if self.contacts else "assigned"

    @rule(cause=st.sampled_from([*RootCause.values, ""]), how=st.sampled_from([ContactHow.EMAIL, ""]))
    def resolve(self, cause, how):
        was = self.stage
        possible = self.is_open and bool(cause) and (was == "contacted" or bool(how))
        counts = 2 if was == "contacted" else 3  # resolved, whether they are asked again; and contacted
        if self.attempt(lambda: stages.resolve(self.case, self.world.agent, cause, how=how), possible, counts):
            self.stage, self.owner = "resolved", self.owner or self.world.agent
            self.contacts += was != "contacted"

    @rule(reason=st.sampled_from(["A slip", " "]))
    def drop(self, reason):
        if self.attempt(
            lambda: stages.drop(self.case, self.world.agent, reason), self.is_open and bool(reason.strip())
        ):
            self.before, self.stage = self.stage, "dropped"

    @rule()
    def reopen(self):
        if self.attempt(lambda: stages.reopen(self.case, self.world.supervisor), not self.is_open):
            self.stage, self.contacts = "assigned" if self.owner else "open", 0

    @precondition(lambda self: self.stage == "dropped")
    @rule()
    def take_back(self):
        assert self.attempt(lambda: stages.take_back(self.case, self.world.agent), True)
        self.stage = self.before

    @rule(text=st.sampled_from(["A note", "", "\x00 "]))
    def note(self, text):
        self.attempt(lambda: stages.add_note(self.case, self.world.agent, text), text == "A note")

    @invariant()
    def the_row_is_what_the_model_says(self):
        row = Case.objects.get(pk=self.case.pk)
        assert (row.stage, row.owner_id) == (self.stage, self.owner and self.owner.pk)
        assert row.events.count() == self.events, "each deed leaves one line, and none is ever taken away"
        assert (row.stage in CLOSED_STAGES) == (row.closed_at is not None)
        assert bool(row.root_cause) == (row.stage == CaseStage.RESOLVED)
        assert bool(row.drop_reason) == (row.stage == CaseStage.DROPPED)
        assert row.stage != "contacted" or (row.contacted_at and row.owner)
        since = list(row.contacts.filter(is_past=False))
        assert len(since) == self.contacts
        assert row.contacted_at == (since[0].at if since else None)
        assert row.queue_at == (since[-1].at + stages.LEFT_FOR if since else row.due_at)
        assert row.first_contact_at == min((one.at for one in row.contacts.all()), default=None)


def test_whatever_is_done_in_whatever_order(world):
    World.of_test = world

    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        Stages, settings=settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=checks)
    )
