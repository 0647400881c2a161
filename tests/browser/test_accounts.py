"""The doors and a person's own pages in a real browser: seen by everybody, and quiet under the strict policy."""

import pytest

from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUTSIDE = ["login", "signup", "inactive", "password/reset", "password/reset/done", "password/reset/key/1-x"]
INSIDE = ["/profile/", "/profile/tokens/", "/profile/tokens/new/", "/accounts/sessions/", "/accounts/password/change/"]
PHONE = {"width": 390, "height": 844}


def sign_in_by_form(page, live, email, password=PASSWORD):
    page.goto(f"{live.url}/accounts/login/?next=/profile/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_no_page_has_an_accessibility_fault_nor_scrolls_sideways_on_a_phone(new_context, live, world, sign_in, axe):
    context = new_context(bypass_csp=True, color_scheme="light")
    page = context.new_page()
    page.set_viewport_size(PHONE)
    for path in [f"/accounts/{door}/" for door in OUTSIDE] + INSIDE:
        if path == INSIDE[0]:
            sign_in(world.supervisor, context)
        page.emulate_media(color_scheme="light")
        page.goto(live.url + path)
        assert (path, axe(page)) == (path, [])
        page.emulate_media(color_scheme="dark")
        assert (path, axe(page, looks_only=True)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_mistyped_password_is_said_and_the_next_try_opens(page, live, world, violations):
    sign_in_by_form(page, live, "agent@example.test", "not-the-right-password")
    page.get_by_role("alert").get_by_text("do not belong together").wait_for()
    assert page.get_by_label("E-mail").input_value() == "agent@example.test"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Profile").wait_for()
    assert violations == []


def test_a_token_is_made_and_copied_by_keyboard(page, live, world, sign_in, violations):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live.url)
    sign_in(world.agent)
    page.goto(f"{live.url}/profile/tokens/new/")
    page.get_by_label("Name").fill("nightly export")
    page.keyboard.press("Enter")
    secret = page.get_by_role("textbox", name="Secret").input_value()
    page.get_by_role("button", name="Copy").press("Enter")
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert violations == []


def test_a_person_signs_out_with_one_button(page, live, world, sign_in):
    sign_in(world.agent)
    page.goto(f"{live.url}/profile/")
    page.get_by_role("button", name="Sign out").first.click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.goto(f"{live.url}/profile/")
    page.get_by_role("heading", name="Sign in").wait_for()


def test_without_scripts_the_pages_work_and_the_copy_button_is_not_there(new_context, live, world, sign_in):
    context = new_context(java_script_enabled=False)
    sign_in(world.agent, context)
    page = context.new_page()
    page.goto(f"{live.url}/profile/tokens/new/")
    page.get_by_label("Name").fill("nightly export")
    page.get_by_role("button", name="Make token").click()
    assert page.get_by_role("textbox", name="Secret").input_value().startswith("ac_")
    assert page.get_by_role("button", name="Copy").count() == 0
    page.get_by_role("button", name="Switch between light and dark").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_chosen_theme_is_kept_in_the_profile_without_leaving_the_page(new_context, live, world, sign_in):
    context = new_context(color_scheme="light")
    sign_in(world.agent, context)
    page = context.new_page()
    page.goto(f"{live.url}/profile/tokens/new/")
    page.get_by_label("Name").fill("half typed")
    with page.expect_response(lambda answer: answer.url.endswith("/profile/theme/")):
        page.get_by_role("button", name="Switch between light and dark").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.get_by_label("Name").input_value() == "half typed"
    world.agent.refresh_from_db()
    assert world.agent.theme == "dark"
