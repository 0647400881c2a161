"""A call through Plivo in a real browser: both phones, in words; and an agent who does not pick up their own."""

import pytest
from django.utils import timezone

from calls.models import Leg
from calls.plivo import beat as plivo
from integrations.models import Connection
from tests.browser.steps import call_shown, hear
from tests.world import fiction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agent(world):
    """An agent with a phone that is picked up, at a Plivo account with a caller id."""
    Connection.objects.filter(vendor="plivo").update(caller_ids=[fiction(99)])
    world.agent.phone = fiction(30)
    world.agent.save()
    return world.agent


@pytest.fixture
def dial_through_plivo(page, live, world, sign_in, agent):
    def go():
        sign_in(agent)
        page.goto(f"{live.url}/desk/customers/{world.marta.pk}/")
        page.get_by_label("Through").select_option("plivo")
        page.get_by_role("button", name="Call +1 212-555-0101").click()
        return call_shown(page)

    return go


def test_both_phones_are_told_apart_from_the_button_to_the_record(
    page, sandbox, dial_through_plivo, axe, looks, violations
):
    call = dial_through_plivo()
    hear(page, "Plivo has the call: the agent’s phone is rung first", plivo.tick)
    sandbox.play(1)
    hear(page, "The agent’s phone rings", plivo.tick)
    looks("plivo-agents-phone-rings")
    sandbox.play(2)
    hear(page, "The customer’s phone is dialled", plivo.tick)
    sandbox.play(10)
    hear(page, "The customer answered", plivo.tick)
    sandbox.play(60)
    hear(page, "Call ended", plivo.tick)
    Leg.objects.filter(call=call).update(look_at=timezone.now())
    plivo.tick()
    page.reload()
    facts = page.locator("#facts")
    assert facts.get_by_text("The agent’s phone").is_visible() and facts.get_by_text("Somebody hung up.").count()
    assert facts.get_by_text("a minute, in the currency of the Plivo account").count() == 2
    page.locator("#timeline").get_by_text("The customer answered").wait_for()
    looks("plivo-ended")
    assert axe() == [] and violations == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_agent_who_does_not_pick_up_is_told_so_and_nothing_is_said_of_the_customers_number(
    page, sandbox, agent, dial_through_plivo, looks
):
    agent.phone = fiction(60)
    agent.save()
    call = dial_through_plivo()
    sandbox.play(1)
    sandbox.play(60)
    hear(page, "The agent’s own phone was not answered", plivo.tick)
    page.get_by_role("heading", name="Wrap up this call").wait_for()
    looks("plivo-agent-did-not-pick-up")
    call.refresh_from_db()
    assert (call.status, call.hangup_cause, len(sandbox.plivo_calls())) == ("failed", "", 1)
