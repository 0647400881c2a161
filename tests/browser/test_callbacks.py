"""A callback from promise to kept: two clicks keep it, the desk shows it first, Enter dials, the wrap-up closes it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.choices import CallbackState
from calls.models import Call, Callback
from tests.browser.steps import call_shown, hear
from tests.feedback.rated import ended_call, unanswered_call
from tests.patience import until
from tests.world import make_call, make_callback

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_clicks_keep_one_and_one_press_calls_back(page, live, world, sandbox, beat, sign_in, violations, looks):
    sign_in(world.agent)
    call = ended_call(world.agent, world.marta)
    page.goto(f"{live.url}/calls/{call.pk}/")
    page.locator(".callback .chip", has_text="Tomorrow 10:00").click()
    assert page.locator(".callback .chip", has_text="Mine").is_visible()
    looks("callback-1-chosen")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Ada Agent calls them back tomorrow 10:00").first.wait_for()
    looks("callback-2-kept")
    row = Callback.objects.get()

    # Its time comes, and somebody else's too.
    Callback.objects.filter(pk=row.pk).update(promised_at=timezone.now() - timedelta(minutes=12))
    other = make_callback(None, world.jon, timedelta(minutes=-2), origin="retry", try_number=2, tries=3, reason="Busy")
    make_call(world.colleague, world.jon, "ringing", callback=other)
    page.goto(f"{live.url}/desk/")
    first = page.locator("#due li").first
    assert "Marta Oliveira" in first.inner_text() and "Overdue" in first.inner_text()
    page.get_by_text("Cleo Colleague is on it.").wait_for()
    assert page.evaluate("document.activeElement.id") == f"call-back-{row.pk}"
    looks("callback-3-desk")
    page.keyboard.press("Enter")
    again = call_shown(page)
    assert again.callback == row
    sandbox.play(6)
    hear(page, "Connected", beat)
    sandbox.play(60)
    hear(page, "Call ended", beat)
    page.get_by_role("heading", name="Wrap up this call").wait_for()
    page.locator("#id_outcome .chip", has_text="Reached").click()
    page.locator("#id_right_party .chip", has_text="Yes").click()
    page.locator("#id_quality").focus()
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Reached").wait_for()
    row.refresh_from_db()
    assert (row.state, row.settled_by) == (CallbackState.DONE, again)
    assert not violations


def test_no_answer_by_one_key_shows_the_next_try_and_undo_takes_it_back(page, live, world, sign_in, violations, looks):
    sign_in(world.agent)
    page.goto(f"{live.url}/calls/{unanswered_call(world.agent, world.marta).pk}/")
    page.locator("#id_outcome").focus()
    page.keyboard.press("7")
    page.get_by_text("2 of 3").first.wait_for()
    looks("callback-4-next-try")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="Wrap up this call").wait_for()
    until(lambda: not Callback.objects.waiting().exists(), "the next try is taken back")
    assert Call.objects.count() == 1
    assert not violations


def test_a_supervisor_gives_one_to_somebody_and_cancels_another(page, live, world, sign_in, violations, looks):
    sign_in(world.supervisor)
    row = make_callback(world.agent, world.marta, timedelta(minutes=-40), note="Wants the offer", reason="Call back")
    make_callback(None, world.harriet, timedelta(hours=20), zone="America/Los_Angeles")
    page.goto(f"{live.url}/callbacks/")
    looks("callback-5-list")
    page.get_by_role("link", name="Marta Oliveira").click()
    looks("callback-6-one")
    page.get_by_label("Whose").select_option("Cleo Colleague")
    page.get_by_role("button", name="Give it").click()
    page.get_by_text("It is Cleo Colleague’s now.").wait_for()
    page.get_by_role("link", name="Cancel the callback").click()
    page.get_by_label("Why").fill("They wrote to us")
    page.get_by_role("button", name="Cancel the callback").click()
    page.get_by_text("Nobody calls them back.").wait_for()
    row.refresh_from_db()
    assert (row.state, row.cancelled_by) == (CallbackState.CANCELLED, world.supervisor)
    assert not violations
