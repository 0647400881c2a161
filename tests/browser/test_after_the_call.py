"""After the call in a real browser: one key, Undo, the time that runs out, a correction, and the way back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import services
from feedback.models import Rating
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.steps import dial, hear, leg, press
from tests.feedback.rated import ended_call, known_everywhere, save
from tests.patience import until
from tests.world import fiction, make_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_answer_is_one_key_and_can_be_taken_back_before_anything_is_sent(
    page, live, world, sandbox, beat, sign_in, monkeypatch, looks, violations
):
    monkeypatch.setattr(services, "UNDO_SECONDS", 60)  # five would be a race with this machine
    sign_in(world.agent)
    call = dial(page, live, make_customer("Nils Noring", world.riverside, fiction(60)))
    sandbox.play(40)
    hear(page, "No answer", beat)
    page.locator("#id_outcome:focus").wait_for()
    press(page, "7")
    page.get_by_role("button", name="Undo").wait_for()
    looks("after-undo")
    beat()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back. Choose again.").wait_for()
    assert page.get_by_role("radio", name="No answer").is_checked()
    press(page, "8")
    page.get_by_role("heading", name="Busy").wait_for()
    assert leg(page, "Trestle").get_by_text("not feedback on a number").is_visible()
    assert leg(page, "Plivo").get_by_text("Not connected").is_visible()
    assert Rating.objects.get(call=call).outcome == "busy"
    assert (sandbox.feedback("plivo"), sandbox.feedback("trestle")) == ([], [])
    assert violations == []


def test_time_that_runs_out_invents_nothing_and_keeps_what_was_typed(
    page, live, world, sandbox, beat, sign_in, looks, violations
):
    sign_in(world.agent)
    call = dial(page, live, world.marta)
    sandbox.play(60)
    hear(page, "Call ended", beat)
    page.get_by_role("heading", name="Wrap up this call").wait_for()
    page.get_by_label("Notes").fill("Called away before I could save.")
    page.get_by_text("Draft saved").wait_for()
    services.time_out_due(now=timezone.now() + timedelta(minutes=6))
    beat()
    page.reload()
    page.locator("form.wrapup").get_by_text("Timed out").wait_for()
    assert page.locator("form.wrapup").get_by_text("Nothing was sent; it can still be finished.").is_visible()
    assert page.get_by_label("Notes").input_value() == "Called away before I could save."
    looks("after-time-out")
    assert not Rating.objects.exists()
    assert sandbox.feedback("plivo") == []

    # Finished late it counts like any other.
    page.locator("#id_outcome:focus").wait_for()
    press(page, "1", "y", "5", "Enter")
    page.get_by_role("heading", name="Reached").wait_for()
    assert Rating.objects.get(call=call).notes == "Called away before I could save."
    assert violations == []


def test_a_correction_is_sent_and_both_are_kept(page, live, world, sandbox, beat, sign_in, looks, violations):
    call = dial_and_end(page, live, world, sandbox, beat, sign_in)
    press(page, "1", "y", "5", "Enter")
    page.get_by_role("heading", name="Reached").wait_for()
    beat()
    leg(page, "Plivo").get_by_text("Delivered").wait_for()
    page.get_by_role("link", name="Correct this").click()
    page.get_by_role("heading", name="Correct this wrap-up").wait_for()
    assert page.get_by_role("radio", name="Reached").is_checked()
    page.get_by_role("radio", name="5 of 5, perfect", exact=True).focus()
    press(page, "3")
    page.locator(".issues .chip", has_text="Robotic voice").click()
    looks("after-correcting")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(", version 2").first.wait_for()
    beat()
    leg(page, "Plivo").get_by_text("Delivered").wait_for()
    page.get_by_text("Earlier versions").click()
    assert page.locator("#wrapup").get_by_text("Reached, right person, 5 of 5").is_visible()
    looks("after-corrected")
    assert [float(one["rating"]) for one in sandbox.feedback("plivo")] == [5, 3]
    assert Rating.objects.get(call=call).revisions.count() == 2
    assert violations == []


def dial_and_end(page, live, world, sandbox, beat, sign_in):
    sign_in(world.agent)
    call = dial(page, live, world.jon)
    sandbox.play(60)
    hear(page, "Call ended", beat)
    page.locator("#id_outcome:focus").wait_for()
    return call


def test_a_wrap_up_left_behind_stands_on_every_page_and_leads_back(page, live, world, sandbox, beat, sign_in):
    dial_and_end(page, live, world, sandbox, beat, sign_in)
    page.get_by_label("Notes").fill("Half a thought")
    page.get_by_text("Draft saved").wait_for()
    page.goto(f"{live.url}/profile/")
    tray = page.get_by_role("region", name="Unfinished wrap-ups")
    tray.get_by_text("1 unfinished wrap-up").wait_for()
    tray.get_by_role("link", name="Jon Bell").click()
    page.get_by_role("heading", name="Wrap up this call").wait_for()
    assert page.get_by_label("Notes").input_value() == "Half a thought"
    page.locator("#id_outcome:focus").wait_for()
    press(page, "1", "y", "5", "Enter")
    until(lambda: tray.count() == 0, "the tray is empty once the wrap-up is saved")


def test_five_left_behind_take_one_line_of_a_phone(page, live, world, sign_in, picture):
    for name in ("Ann Ott", "Bo Lind", "Cy Young-Montgomery", "Dee Dahl", "Ed Eck", "Fay Fox"):
        ended_call(world.agent, make_customer(name, world.riverside))
    sign_in(world.agent)
    page.set_viewport_size(PHONE)
    page.goto(f"{live.url}/desk/")
    tray = page.get_by_role("region", name="Unfinished wrap-ups")
    tray.get_by_text("6 unfinished wrap-ups").wait_for()
    picture("after-tray-phone", full_page=False)
    assert tray.get_by_role("link").count() == 1
    assert tray.bounding_box()["height"] < 72  # one line of a finger's height, with its padding
    tray.get_by_role("link", name="Show all").click()
    page.get_by_role("heading", name="Unfinished wrap-ups").wait_for()
    page.set_viewport_size(DESKTOP)
    tray.get_by_role("link", name="Ann Ott").or_(tray.get_by_role("link", name="Bo Lind")).first.wait_for()
    picture("after-tray")


def test_save_and_take_next_leads_to_the_next_customer(page, live, world, sign_in, violations):
    call = known_everywhere(world.agent, world.marta)
    sign_in(world.agent)
    page.goto(f"{live.url}/calls/{call.pk}/")
    page.locator("#id_outcome:focus").wait_for()
    press(page, "1", "y", "5", "Control+Enter")
    page.get_by_text("Wrap-up saved.").wait_for()
    assert page.url == f"{live.url}/desk/"
    assert page.get_by_role("region", name="Up next").get_by_role("link").count()
    assert violations == []


def test_who_saved_meanwhile_is_said_and_what_was_typed_stays(page, live, world, sign_in, looks):
    call = ended_call(world.agent, world.marta)
    sign_in(world.agent)
    page.goto(f"{live.url}/calls/{call.pk}/")
    page.locator("#id_outcome:focus").wait_for()
    page.get_by_label("Notes").fill("My own view of it.")
    save(call, by=world.supervisor, reason="She is away.")
    page.locator("#id_outcome input").first.focus()
    press(page, "1", "y", "5", "Enter")
    page.get_by_role("alert").get_by_text("saved this wrap-up").wait_for()
    assert page.get_by_label("Notes").input_value() == "My own view of it."
    looks("after-conflict")
    assert Rating.objects.get(call=call).revision == 1
