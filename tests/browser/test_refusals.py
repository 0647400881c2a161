"""One dial refused for each rule: the sentence stands where the button was pressed, and nobody is rung."""

import pytest
from django.utils import timezone

from calls.models import Call
from customers.models import CallingRule, PhoneNumber
from customers.services import add_do_not_call
from integrations.models import Connection
from tests.world import make_call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def number(world, **facts):
    PhoneNumber.objects.filter(pk=world.marta.phone_id).update(**facts)


def ccai(**facts):
    Connection.objects.filter(vendor="ccai").update(**facts)


def no_address(world):
    world.agent.ccai_email = ""
    world.agent.save()


def always_night(world):
    CallingRule.objects.create(week=[None] * 7, country="US")


def opted_out(world):
    world.marta.opted_out_at = timezone.now()
    world.marta.save()


def often_today(world):
    CallingRule.objects.create(week=[["00:00", "24:00"]] * 7, country="US", most_a_day=5)
    for _ in range(5):
        make_call(world.colleague, world.marta, status="no_answer", ended_at=timezone.now())


# Each: what is so, what is said, and whether a supervisor may have it dialled all the same.
RULES = {
    "do-not-call": (lambda w: add_do_not_call(w.marta.phone, None, w.admin), "is on the do-not-call list", False),
    "ccais-list": (lambda w: number(w, ccai_blocked_at=timezone.now()), "CCAI’s own do-not-call list", False),
    "opted-out": (opted_out, "Marta Oliveira asked not to be contacted", False),
    "hours": (always_night, "outside the hours for calls", False),
    "dead": (lambda w: number(w, disconnected_at=timezone.now()), "was not in service on", True),
    "wrong-party": (lambda w: number(w, wrong_party_at=timezone.now()), "Somebody else, not Marta Oliveira", True),
    "too-often": (often_today, "was called 5 times today, and 5 times is the most", True),
    "colleague": (
        lambda w: make_call(w.colleague, w.marta, status="in_progress"),
        "Cleo Colleague is on a call with this number right now",
        False,
    ),
    "paused": (lambda w: ccai(paused_at=timezone.now(), paused_why="The token."), "paused until an admin acts", False),
    "off": (lambda w: ccai(is_on=False), "is switched off", False),
    "no-address": (no_address, "Your profile has no CCAI e-mail", False),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_says_its_sentence_before_anybody_rings(page, live, world, sandbox, sign_in, looks, rule):
    arrange, words, may_be_overruled = RULES[rule]
    sign_in(world.agent)
    page.goto(f"{live.url}/desk/customers/{world.marta.pk}/")
    arrange(world)
    before = Call.objects.count()
    page.get_by_role("button", name="Call +1 212-555-0101").click()
    page.get_by_role("alert").get_by_text(words).wait_for()
    looks(f"refused-{rule}")
    assert Call.objects.count() == before
    assert not [one for one in sandbox.requests(vendor="ccai", path="/apps/api/v1/calls") if one["method"] == "POST"]
    assert page.get_by_label("Why all the same?").count() == 0, "an agent overrules nothing"
    if may_be_overruled:
        assert page.get_by_text("Sam Supervisor").count(), "whom to ask"


def test_a_supervisor_overrules_with_a_reason_that_stays_on_the_call(page, live, world, sandbox, sign_in, looks):
    world.supervisor.ccai_email = "supervisor@demo.test"
    world.supervisor.save()
    number(world, wrong_party_at=timezone.now())
    sign_in(world.supervisor)
    page.goto(f"{live.url}/desk/customers/{world.marta.pk}/")
    page.get_by_role("button", name="Call +1 212-555-0101").click()
    page.get_by_label("Why all the same?").fill("She wrote that this is her number.")
    looks("refused-overruling")
    page.get_by_role("button", name="Dial all the same").click()
    page.locator("#call-panel").wait_for()
    assert page.get_by_text("She wrote that this is her number.").first.is_visible()
    assert Call.objects.get().override_reason == "She wrote that this is her number."
