"""The wrap-up by keyboard in a real browser: nothing typed is lost, four keys for a good call, undo for one key."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.choices import CallStatus
from calls.models import Call
from feedback.models import Draft, Rating
from tests.feedback.rated import CANARY, known_everywhere, save, unanswered_call
from tests.world import make_call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def open_call(page, live, call, ready):
    page.goto(f"{live.url}/calls/{call.pk}/")
    page.locator(ready).wait_for()


def ends(call):
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(
        status=CallStatus.COMPLETED, ended_at=now, wrap_up_due_at=now + timedelta(minutes=5)
    )


def test_what_is_typed_while_the_call_ends_is_all_there(page, live, world, sign_in, violations):
    call = make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS, connected_at=timezone.now())
    sign_in(world.agent)
    open_call(page, live, call, "#id_notes")
    page.get_by_role("checkbox", name="Echo").check(force=True)
    page.locator("#id_notes").click()
    page.keyboard.type("crackles ")
    page.get_by_text("Draft saved").wait_for()
    ends(call)
    typed = "crackles "
    while not page.locator("#id_outcome").count():
        page.keyboard.type("more ", delay=20)
        typed += "more "
    page.keyboard.type("end")
    assert page.locator("#id_notes").input_value() == typed + "end"
    assert page.evaluate("document.activeElement.id") == "id_notes"
    assert page.get_by_role("checkbox", name="Echo").is_checked()
    with page.expect_response(lambda answer: "/draft/" in answer.url):
        page.keyboard.type("!")
    assert Draft.objects.get(call=call).data["notes"] == typed + "end!"
    assert violations == []


def test_a_good_call_takes_four_keys(page, live, world, sign_in, violations):
    call = known_everywhere(world.agent, world.marta)
    sign_in(world.agent)
    open_call(page, live, call, "#id_outcome:focus")
    for key in ("1", "y", "5", "Enter"):
        page.keyboard.press(key)
    page.locator("#legs").wait_for()
    rating = Rating.objects.get(call=call)
    assert (rating.outcome, rating.right_party, rating.quality) == ("reached", True, 5)
    assert page.evaluate("document.activeElement.id") == "wrapup-title"
    assert violations == []


def test_no_answer_takes_one_key_and_can_be_taken_back(page, live, world, sign_in, violations):
    call = unanswered_call(world.agent, world.marta)
    sign_in(world.agent)
    open_call(page, live, call, "#id_outcome:focus")
    page.keyboard.press("7")
    page.get_by_role("button", name="Undo").click()
    page.locator("#id_outcome").wait_for()
    assert page.get_by_role("radio", name="No answer").is_checked()
    assert not Rating.objects.exists()
    assert violations == []


def test_a_bad_call_is_asked_what_went_wrong_and_ctrl_enter_goes_on(page, live, world, sign_in, violations):
    call = known_everywhere(world.agent, world.marta)
    sign_in(world.agent)
    open_call(page, live, call, "#id_outcome:focus")
    for key in ("1", "y", "2", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("alert").get_by_text("choose at least one").wait_for()
    page.locator("[name=issues]:focus").wait_for()
    page.keyboard.press("6")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/")
    assert Rating.objects.get(call=call).issues == ["ECHO"]
    assert violations == []


def test_no_page_has_an_accessibility_fault_nor_scrolls_sideways_on_a_phone(new_context, live, world, sign_in, axe):
    world.marta.name = CANARY + "x" * 60
    world.marta.save()
    done, open_ = known_everywhere(world.agent, world.marta), known_everywhere(world.agent, world.jon, vendor_id="2")
    save(done, quality=2.5, issues=["ECHO"], notes=CANARY)
    pages = [f"/calls/{done.pk}/wrap-up/", f"/calls/{open_.pk}/wrap-up/", f"/calls/{done.pk}/timeline/"]
    context = new_context(bypass_csp=True)
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail("a script from somebody's text ran"))
    page.set_viewport_size(PHONE)
    sign_in(world.admin, context)
    for path in [*pages, "/calls/", "/overview/", "/wrap-ups/", "/deliveries/"]:
        page.emulate_media(color_scheme="light")
        page.goto(live.url + path)
        assert (path, axe(page)) == (path, [])
        page.emulate_media(color_scheme="dark")
        assert (path, axe(page, looks_only=True)) == (path, [])
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, PHONE["width"])
