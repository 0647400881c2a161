"""What is forgotten is told: once a case and level, on the page and by e-mail, to who watches over its location."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Letter
from feedback.cases import escalation, keeping, stages
from feedback.models import Case, CaseAlarm, CaseRule
from tests.feedback.cased import at_hour, case_of, contacted, resolved
from tests.world import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def levels(case=None):
    rows = CaseAlarm.objects.filter(case=case) if case else CaseAlarm.objects
    return list(rows.order_by("pk").values_list("level", flat=True))


@pytest.mark.parametrize(
    ("hours", "owned", "expected"),
    [
        (3, False, []), (4, False, ["unassigned"]), (4, True, []), (24, False, ["unassigned", "no_contact"]),
        (24, True, ["no_contact"]), (48, True, ["overdue"]), (48, False, ["unassigned", "overdue"]),
    ],
)  # fmt: skip
def test_each_level_at_its_time(world, hours, owned, expected):
    case = case_of(world.riverside, world.marta, owner=world.agent if owned else None)
    at_hour(case, hours)
    escalation.escalate()
    assert levels() == expected


def test_never_twice_however_often_it_is_looked_at_and_whatever_is_done_meanwhile(world):
    case = at_hour(case_of(world.riverside, world.marta), 5)
    assert (escalation.escalate(), escalation.escalate()) == (1, 0)
    stages.assign(case, world.supervisor, world.agent)
    stages.assign(case, world.supervisor, None)
    assert escalation.escalate() == 0
    at_hour(case, 49)
    assert escalation.escalate() == 1 and levels() == ["unassigned", "overdue"]
    told = case.events.filter(word="escalated").values_list("text", flat=True)
    assert list(told) == ["Nobody’s for too long", "Its time is over"]


def test_two_workers_that_found_the_same_case_raise_it_once(world):
    case = at_hour(case_of(world.riverside, world.marta), 5)
    found = [list(escalation._forgotten("unassigned", escalation.RuleBook(), timezone.now())) for _ in range(2)]
    assert found == [[case], [case]]
    assert [bool(escalation._raise(rows[0], "unassigned")) for rows in found] == [True, False]


def test_who_was_contacted_or_whose_case_is_closed_is_not_forgotten(world):
    at_hour(contacted(case_of(world.riverside, world.marta), world.agent), 90)
    at_hour(resolved(case_of(world.riverside, world.jon), world.agent), 90)
    assert escalation.escalate() == 0


def test_the_times_are_those_of_the_accounts_rule_and_a_reopened_case_begins_anew(world):
    CaseRule.objects.create(account=world.northwind, assign_hours=1, contact_hours=2, clock_hours=10)
    case = at_hour(case_of(world.riverside, world.marta), 2)
    other = at_hour(case_of(world.oak_street, world.oskar), 2)
    escalation.escalate()
    assert (levels(case), levels(other)) == (["unassigned", "no_contact"], [])
    stages.drop(other, world.admin, "x")
    Case.objects.filter(pk=other.pk).update(opened_at=timezone.now() - timedelta(days=9))
    stages.reopen(other, world.admin)
    assert escalation.escalate() == 0


def test_what_was_forgotten_once_is_told_again_after_it_was_reopened(world):
    case = at_hour(case_of(world.riverside, world.marta), 50)
    assert escalation.escalate() == 2
    stages.drop(case, world.admin, "x")
    stages.reopen(case, world.admin)
    assert (levels(case), escalation.escalate()) == ([], 0)
    later = timezone.now() + timedelta(hours=5)
    assert escalation.escalate(later) == 1 and levels(case) == ["unassigned"]
    assert escalation.escalate(later + timedelta(hours=20)) == 1


def test_a_shorter_clock_does_not_put_off_what_is_to_be_told(world):
    case = at_hour(case_of(world.riverside, world.marta), 5)
    CaseRule.objects.create(account=world.northwind, clock_hours=10, contact_hours=5)
    escalation.escalate()
    assert levels(case) == ["unassigned", "no_contact"]


# --- Told ---------------------------------------------------------------------------------------


def letters():
    """{e-mail: Letter}, the latest of each."""
    return {letter.recipient.email: letter for letter in Letter.objects.order_by("pk")}


def test_one_mail_a_supervisor_of_its_location_with_a_link_and_without_a_customers_name(world, settings):
    settings.PUBLIC_URL = "https://after.example.test"
    case = at_hour(case_of(world.riverside, world.marta), 5)
    at_hour(case_of(world.harbor, world.harriet), 50)
    at_hour(case_of(world.oak_street, world.oskar), 5)
    escalation.escalate()
    assert set(letters()) == {"supervisor@example.test", "elsewhere@example.test"}
    first = letters()["supervisor@example.test"]
    assert first.subject == "3 cases need you"
    assert f"https://after.example.test/cases/{case.pk}/" in first.text
    assert "overdue by 2 h" in first.text and "nobody’s for too long" in first.text
    assert "Marta" not in first.text and "Harriet" not in first.text
    assert letters()["elsewhere@example.test"].subject == "1 case needs you"
    escalation.escalate()
    assert Letter.objects.count() == 2
    at_hour(case, 49)
    escalation.escalate()
    assert Letter.objects.count() == 3 and "its time is over" in letters()["supervisor@example.test"].text


def test_a_place_nobody_watches_over_is_told_to_who_sees_all(world):
    type(world.supervisor).objects.filter(pk=world.supervisor.pk).update(is_active=False)
    make_user("left@example.test", "supervisor", [world.riverside], is_placeholder=True)
    at_hour(case_of(world.riverside, world.marta), 5)
    at_hour(case_of(None, None, subscriber_name="Walk In"), 5)
    escalation.escalate()
    assert list(letters()) == ["admin@example.test"]


def test_what_cannot_be_written_is_told_the_next_time(world, monkeypatch):
    """Alarm and letter are of one transaction: a worker that stops between them has done neither."""
    at_hour(case_of(world.riverside, world.marta), 5)

    def stopped(*args):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("accounts.mail.write", stopped)
        escalation.escalate()
    assert not CaseAlarm.objects.exists()
    assert escalation.escalate() == 1 and Letter.objects.count() == 1


def test_what_is_forgotten_stands_on_the_page_until_somebody_sees_to_it(as_supervisor, as_elsewhere, as_agent, world):
    case = at_hour(case_of(world.riverside, world.marta), 5)
    keeping.keep()
    address = reverse("feedback:cases")
    shown = as_supervisor.get(address).content.decode()
    assert "Needs you" in shown and "nobody’s for too long" in shown
    assert all("Needs you" not in client.get(address).content.decode() for client in (as_elsewhere, as_agent))
    stages.assign(case, world.supervisor, world.agent)
    assert "Needs you" not in as_supervisor.get(address).content.decode()
    at_hour(case, 50)
    keeping.keep()
    assert "Needs you" in as_supervisor.get(address).content.decode()
    contacted(case, world.agent)
    assert "Needs you" not in as_supervisor.get(address).content.decode()
