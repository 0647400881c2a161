"""An agent's call from sign-in to the last chip, with a real worker and real vendors on sockets."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from feedback.models import Rating
from tests.browser.steps import at_our_time, call_shown, dial, enter, focused, hear, leg, press
from tests.feedback.rated import ended_call, save
from tests.patience import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def find(page, text):
    """Types a part of a name, takes the first answer with the arrow key and Enter."""
    page.get_by_role("searchbox").press_sequentially(text)
    until(lambda: page.locator("#found .results a").count() == 1, "one is found")
    press(page, "ArrowDown", "Enter")


def hour_in(zone):
    """ "Fri 15": the day and the hour it is there."""
    return f"{timezone.now().astimezone(ZoneInfo(zone)):%a %H}"


def test_from_sign_in_to_every_vendor(page, live, world, sandbox, qcluster, violations, looks):
    save(ended_call(world.agent, world.marta, number=None), notes="Asked for a quote in spring.")
    at_our_time(sandbox)
    enter(page, live, world.agent)
    came_in = hour_in("America/New_York")
    find(page, "rta oli")

    # Who it is: local time, health of the number, the last call and what came of it.
    page.get_by_role("button", name="Call +1 212-555-0101").wait_for()
    person = page.get_by_role("region", name="About Marta Oliveira", exact=True)
    assert person.get_by_text("America/New_York").is_visible()
    assert any(time in person.inner_text() for time in (came_in, hour_in("America/New_York")))
    person.get_by_text("Asked for a quote in spring.").wait_for()
    page.get_by_role("button", name="Look up at Trestle").click()
    page.get_by_text("Trestle answered.").wait_for()
    assert re.search(r"\d+ of 100", person.inner_text())
    looks("agent-1-customer")

    # Enter dials; the panel follows.
    assert page.evaluate("document.activeElement.textContent.trim()") == "Call +1 212-555-0101"
    press(page, "Enter")
    call = call_shown(page)
    assert page.locator("#call-panel .callstate").inner_text() == "Ringing"
    looks("agent-2-ringing")
    sandbox.play(6)
    page.locator("#call-panel").get_by_text("Connected").wait_for()
    clock = page.get_by_role("timer", name="Call length")
    page.wait_for_function("from => document.querySelector('.clock').textContent !== from", arg=clock.inner_text())
    assert re.fullmatch(r"\d\d:\d\d", clock.inner_text())

    # While talking: an issue, a note, a flag that goes out at once.
    page.locator(".wrapup .chip", has_text="Echo").click()
    page.get_by_label("Notes").press_sequentially("Wants the invoice again, by mail.")
    page.get_by_text("Draft saved").wait_for()
    page.locator("#flags .chip", has_text="Verified customer").click()
    page.locator("#flags .legs").get_by_text("Delivered").wait_for()
    looks("agent-3-talking")

    # Hang up: the wrap-up is there by itself with what was noted, and keeps the focus where somebody types.
    page.get_by_label("Notes").focus()
    sandbox.play(60)
    page.get_by_role("heading", name="Wrap up this call").wait_for()
    assert focused(page) == "id_notes"
    assert page.get_by_label("Notes").input_value() == "Wants the invoice again, by mail."
    assert page.locator("#call-panel").get_by_text("Call ended").is_visible()

    # Escape leads to the keys; less than five stars asks what went wrong, and Echo is still ticked.
    press(page, "Escape", "1", "y", "4")
    assert page.get_by_role("checkbox", name="Echo").is_checked()
    looks("agent-4-wrap-up")
    press(page, "Enter")
    for vendor in ("Plivo", "Trestle"):
        leg(page, vendor).get_by_text("Delivered").wait_for()
    assert leg(page, "Survey").get_by_text("There is no message template to ask with.").is_visible()
    assert leg(page, "CCAI").get_by_text("Flags were sent during the call").is_visible()
    looks("agent-5-delivered")

    # Each vendor has it once, and Plivo's is about the very call its signed hook named.
    (said,), (told,) = sandbox.feedback("plivo"), sandbox.feedback("trestle")
    (carried,) = sandbox.plivo_calls()
    assert said["call_uuid"] == carried["call_uuid"]
    assert (float(said["rating"]), said["issues"], said["notes"]) == (4, ["ECHO"], "Wants the invoice again, by mail.")
    assert (told["phone_status"], told["phone_right_party_contact"]) == ("Connected", True)
    assert Rating.objects.get(call=call).quality == 4
    assert violations == []


def test_a_good_call_is_wrapped_up_with_four_keys(page, live, world, sandbox, beat, sign_in, violations):
    sign_in(world.agent)
    call = dial(page, live, world.jon)
    sandbox.play(60)
    hear(page, "Call ended", beat)
    page.locator("#id_outcome:focus").wait_for()
    press(page, "1", "y", "5", "Enter")
    page.get_by_role("heading", name="Reached").wait_for()
    beat()
    leg(page, "Plivo").get_by_text("Delivered").wait_for()
    assert leg(page, "Trestle").get_by_text("No Trestle response id").is_visible()
    assert [float(one["rating"]) for one in sandbox.feedback("plivo")] == [5]
    assert Rating.objects.get(call=call).right_party is True
    assert violations == []


def test_a_name_nobody_has_is_said_and_a_customer_can_be_added(page, live, world, sign_in, looks):
    sign_in(world.agent)
    page.goto(f"{live.url}/desk/")
    looks("agent-0-desk")
    page.get_by_role("searchbox").press_sequentially("Zebedee")
    page.get_by_text("Nobody is called that").wait_for()
    page.get_by_role("link", name="Add a customer").click()
    page.get_by_role("heading", name="New customer").wait_for()


def test_a_flag_changed_while_talking_keeps_the_keys_where_they_were(page, live, world, sandbox, beat, sign_in):
    sign_in(world.agent)
    dial(page, live, world.marta)
    sandbox.play(10)
    hear(page, "Connected", beat)
    page.get_by_role("checkbox", name="Bad actor").focus()
    press(page, "Space")
    page.locator("#flags .legs").get_by_text("Waiting").wait_for()
    assert page.evaluate("document.activeElement.value") == "bad_actor"
    until(lambda: beat() or page.locator("#flags .legs").get_by_text("Delivered").count(), "the flag is delivered")
    assert page.evaluate("document.activeElement.value") == "bad_actor"
