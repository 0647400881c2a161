"""Dialling in a real browser: once, whatever is pressed; and what is said when it did not go well."""

import pytest

from calls.models import Call
from tests.browser.steps import call_shown, dial, dials, focused, hear, leg, press
from tests.world import fiction, make_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def with_ending(world, digits, name="Edda Ending"):
    """A customer whose call goes as the sandbox's table says for these two digits."""
    return make_customer(name, world.riverside, fiction(digits))


def test_a_double_click_a_reload_the_back_button_and_a_second_tab_dial_once(
    page, context, live, world, sandbox, sign_in
):
    sign_in(world.agent)
    desk = f"{live.url}/desk/customers/{world.marta.pk}/"
    page.goto(desk)
    page.get_by_role("button", name="Call +1 212-555-0101").dblclick()
    first = call_shown(page)
    page.reload()
    assert call_shown(page) == first

    page.go_back()
    page.get_by_text("You are on a call with Marta Oliveira").wait_for()
    page.get_by_role("button", name="Call +1 212-555-0101").click()
    assert call_shown(page) == first

    other = context.new_page()
    other.goto(desk)
    other.get_by_role("button", name="Call +1 212-555-0101").click()
    assert call_shown(other) == first
    assert len(dials(sandbox)) == 1


def test_two_tabs_opened_before_the_call_dial_once(page, context, live, world, sandbox, sign_in):
    sign_in(world.agent)
    tabs = page, context.new_page()
    for tab in tabs:
        tab.goto(f"{live.url}/desk/customers/{world.marta.pk}/")
    for tab in tabs:
        tab.get_by_role("button", name="Call +1 212-555-0101").click(no_wait_after=True)
    assert call_shown(tabs[0]) == call_shown(tabs[1])
    assert len(dials(sandbox)) == 1


@pytest.mark.parametrize("digits", [84, 85], ids=["reset", "silent"])
def test_a_call_nobody_answered_for_says_so_and_is_found(
    digits, page, live, world, sandbox, beat, sign_in, settings, looks, violations
):
    settings.PLACE_DEADLINE = 1  # seconds; the agent would wait ten
    sign_in(world.agent)
    call = dial(page, live, with_ending(world, digits))
    panel = page.locator("#call-panel")
    assert panel.get_by_text("We do not know whether it rang", exact=True).is_visible()
    assert panel.get_by_role("button", name="It did not ring").is_visible()
    page.get_by_label("Notes").fill("Typed while nobody knew.")
    page.get_by_text("Draft saved").wait_for()
    looks(f"dial-uncertain-{digits}")
    sandbox.play(60)
    hear(page, "Call ended", beat)
    page.get_by_role("heading", name="Wrap up this call").wait_for()
    assert page.get_by_label("Notes").input_value() == "Typed while nobody knew."
    assert len(dials(sandbox)) == 1
    assert Call.objects.get(pk=call.pk).vendor_id == str(sandbox.calls()[0]["id"])
    assert violations == []


@pytest.mark.parametrize("digits", [80, 81], ids=["echoed", "empty"])
def test_a_call_to_be_finished_in_the_adapter_says_so_and_is_linked(
    digits, page, live, world, sandbox, beat, sign_in, looks
):
    sign_in(world.agent)
    dial(page, live, with_ending(world, digits))
    panel = page.locator("#call-panel")
    assert panel.get_by_text("CCAI took it and waits for you: finish the call in the CCAI adapter.").is_visible()
    looks(f"dial-adapter-{digits}")
    sandbox.play(14)
    hear(page, "Connected", beat)
    assert panel.get_by_text("finish the call in the CCAI adapter").count() == 0
    assert len(dials(sandbox)) == 1


def test_a_refusal_says_why_in_our_words_and_theirs_and_can_be_tried_again(
    page, live, world, sandbox, sign_in, looks, violations
):
    world.agent.ccai_email = "busy@demo.test"
    world.agent.save()
    sign_in(world.agent)
    refused = dial(page, live, world.marta)
    said = page.locator("#call-panel .said")
    assert "Agent is not available to take this call" in said.locator(".theirs").inner_text()
    assert len(said.inner_text()) > len(said.locator(".theirs").inner_text()) + 20
    assert page.get_by_role("heading", name="Wrap up this call").count() == 0
    looks("dial-refused")
    world.agent.ccai_email = "agent@demo.test"
    world.agent.save()
    page.get_by_role("button", name="Try again").click()
    page.locator("#call-panel").get_by_text("Ringing").wait_for()
    assert call_shown(page) != refused
    assert len(dials(sandbox)) == 2
    assert violations == []


def test_a_rule_says_no_before_anybody_rings(page, live, world, sandbox, sign_in, looks):
    world.agent.ccai_email = ""
    world.agent.save()
    sign_in(world.agent)
    page.goto(f"{live.url}/desk/customers/{world.marta.pk}/")
    press(page, "Enter")
    page.get_by_role("alert").get_by_text("Your profile has no CCAI e-mail").wait_for()
    looks("dial-rule")
    assert dials(sandbox) == []


def test_what_is_no_number_is_said_next_to_the_field_and_kept(page, live, world, sandbox, sign_in, looks):
    sign_in(world.agent)
    page.goto(f"{live.url}/desk/")
    page.get_by_role("searchbox").fill("+1 212 555")
    press(page, "Enter")
    page.locator("#id_who_error").wait_for()
    assert page.get_by_role("searchbox").input_value() == "+1 212 555"
    assert focused(page) == "id_who"
    looks("dial-no-number")
    assert dials(sandbox) == []


def test_a_typed_number_is_dialled_with_enter(page, live, world, sandbox, sign_in):
    sign_in(world.agent)
    page.goto(f"{live.url}/desk/")
    page.get_by_role("searchbox").fill("(212) 555-0130")
    press(page, "Enter")
    assert call_shown(page).number.e164 == "+12125550130"
    assert [one["body"]["end_user_number"] for one in dials(sandbox)] == ["+12125550130"]


def test_a_call_by_ticket_is_given_its_customer_by_a_person(
    page, live, world, sandbox, beat, sign_in, looks, violations
):
    sign_in(world.agent)
    page.goto(f"{live.url}/desk/")
    page.get_by_role("searchbox").fill("#71450")
    press(page, "Enter")
    call = call_shown(page)
    assert page.get_by_text("Number not known").is_visible()
    page.get_by_role("link", name="Say who this call was with").click()
    page.get_by_role("searchbox").press_sequentially("jon")
    page.get_by_role("button", name="Jon Bell").wait_for()
    looks("dial-ticket")
    page.get_by_role("button", name="Jon Bell").click()
    page.get_by_text("This call was with Jon Bell.").wait_for()
    assert page.locator("#call-panel").get_by_text("Jon Bell").is_visible()
    sandbox.play(60)
    hear(page, "Call ended", beat)
    page.locator("#id_outcome:focus").wait_for()
    press(page, "1", "y", "5", "Enter")
    leg(page, "Trestle").get_by_text("No Trestle response id").wait_for()
    assert Call.objects.get(pk=call.pk).customer == world.jon
    assert violations == []
