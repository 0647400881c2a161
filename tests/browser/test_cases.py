"""An unhappy answer becomes a call in one click, and the call's wrap-up closes the case; by keys and by mouse."""

import pytest

from feedback.models import Case, ReplyTemplate
from tests.browser.steps import call_shown, hear
from tests.feedback.answered import make_review
from tests.feedback.cased import case_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_given_in_two_clicks_called_in_one_and_closed_by_the_wrap_up(
    page, new_context, live, world, sandbox, beat, sign_in, violations, looks
):
    case = case_of(world.riverside, world.marta)
    sign_in(world.supervisor)
    page.goto(f"{live.url}/cases/")
    page.locator(".unread-cases", has_text="1").first.wait_for()
    page.get_by_role("link", name="Marta Oliveira").click()
    page.get_by_role("button", name="Ada Agent").click()
    page.get_by_text(f"{case} is Ada Agent’s now.").wait_for()
    looks("case-1-given")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="Whose is it?").wait_for()
    page.get_by_role("button", name="Ada Agent").click()
    page.get_by_role("heading", name="Give it to somebody else").wait_for()

    agents = new_context()
    mine = agents.new_page()
    sign_in(world.agent, agents)
    mine.goto(f"{live.url}/cases/")
    mine.get_by_role("button", name="Call Marta Oliveira").click()
    call = call_shown(mine)
    assert call.case_call.case == case
    mine.get_by_role("heading", name=f"Why this call: case {case.pk}").wait_for()
    mine.get_by_text("Nobody rang back.").wait_for()
    sandbox.play(6)
    hear(mine, "Connected", beat)
    sandbox.play(60)
    hear(mine, "Call ended", beat)
    mine.get_by_role("heading", name="Wrap up this call").wait_for()
    for key in ("1", "y"):  # the keys of a wrap-up are what they were
        mine.keyboard.press(key)
    mine.get_by_label(f"{case}: what was behind it?").select_option("promise")
    mine.locator("#id_quality").focus()
    mine.keyboard.press("5")
    mine.keyboard.press("Enter")
    mine.get_by_role("heading", name="Reached").wait_for()
    case.refresh_from_db()
    assert (case.stage, case.root_cause) == ("resolved", "promise")

    page.goto(f"{live.url}/cases/{case.pk}/")
    page.get_by_role("heading", name="Resolved: a promise not kept").wait_for()
    looks("case-3-resolved")
    assert not Case.objects.open().exists() and not violations


def test_what_does_not_pass_keeps_what_was_typed_and_says_why(page, live, world, sign_in, violations):
    case = case_of(world.riverside, world.marta)
    sign_in(world.supervisor)
    page.goto(f"{live.url}/cases/{case.pk}/")
    page.get_by_text("Resolve it").click()
    page.get_by_label("What was done").fill("New appointment")
    page.evaluate("document.querySelectorAll('#case select').forEach(one => one.required = false)")
    page.get_by_role("button", name="Resolve the case").click()
    page.get_by_text("Choose what was behind it.").wait_for()
    assert page.get_by_label("What was done").input_value() == "New appointment"
    page.get_by_label("What was behind it").select_option("staff")
    page.get_by_label("How they were contacted").select_option("in_person")
    page.get_by_role("button", name="Resolve the case").click()
    page.get_by_text(f"{case} is resolved.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="Contacted", exact=True).wait_for()
    assert not violations


def test_a_template_begins_the_reply(page, live, world, sign_in, violations):
    ReplyTemplate.objects.create(name="Sorry", stars_from=0, stars_to=2, text="Hello {name}, sorry about {stars} stars")
    review = make_review(world.riverside, rating="1.5", reviewer_name="R. Stone")
    sign_in(world.supervisor)
    page.goto(f"{live.url}/reviews/{review.pk}/")
    page.get_by_role("link", name="Sorry").click()
    page.wait_for_function("() => document.querySelector('#reply').value.includes('sorry about 1.5 stars')")
    page.goto(f"{live.url}/reviews/replies/new/")
    page.get_by_label("Text").fill("Dear {name} of {location}")
    page.get_by_text("Dear Marta Oliveira of Riverside").wait_for()
    assert not violations
