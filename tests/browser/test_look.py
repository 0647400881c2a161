"""The parts page in a real browser: seen well by everybody, moved by keys, and quiet under the strict policy."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def parts(page, live, world, sign_in):
    """The parts page, opened as an admin."""
    sign_in(world.admin)
    page.goto(f"{live.url}/styleguide/")
    return page


def test_no_part_has_an_accessibility_fault(new_context, live, world, sign_in, axe):
    context = new_context(bypass_csp=True)
    sign_in(world.admin, context)
    page = context.new_page()
    page.goto(f"{live.url}/styleguide/")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        assert axe(page) == []
        page.emulate_media(color_scheme="dark")
        assert axe(page, looks_only=True) == []


def test_the_policy_refuses_nothing(page, live, world, sign_in, violations):
    sign_in(world.admin)
    page.goto(f"{live.url}/styleguide/")
    page.locator(".plot").first.focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("link", name="Remove location").click()
    assert violations == []


def test_nothing_scrolls_sideways(parts):
    for width in (320, 390, 760, 1180):
        parts.set_viewport_size({"width": width, "height": 800})
        assert parts.evaluate("document.documentElement.scrollWidth") <= width


def chosen(page, name):
    return page.locator(f"input[name={name}]:checked").evaluate_all("inputs => inputs.map(input => input.value)")


def test_a_good_call_takes_four_keys(parts):
    sent = []
    parts.route("**/styleguide/", lambda route: sent.append(route.request.post_data) or route.fulfill(status=204))
    parts.locator("fieldset[data-digits]").first.focus()
    for key in ("1", "y", "5"):
        parts.keyboard.press(key)
    with parts.expect_request("**/styleguide/"):
        parts.keyboard.press("Enter")
    assert (chosen(parts, "outcome"), chosen(parts, "right_party"), chosen(parts, "quality")) == (
        ["reached"],
        ["true"],
        ["5"],
    )
    assert len(sent) == 1


def test_a_dot_adds_half_a_star_and_less_than_five_asks_what_went_wrong(parts):
    issues = parts.locator("fieldset.issues")
    parts.locator(".stars input[value='1']").focus()
    parts.keyboard.press("5")
    assert not issues.is_visible()
    parts.keyboard.press("4")
    parts.keyboard.press(".")
    assert chosen(parts, "quality") == ["4.5"]
    assert issues.is_visible()
    parts.keyboard.press("6")
    assert chosen(parts, "issues") == ["ECHO"]


def test_digits_typed_into_notes_stay_text(parts):
    before = chosen(parts, "quality")
    notes = parts.get_by_label("Notes").first
    notes.fill("")
    notes.press_sequentially("5.1y")
    assert notes.input_value() == "5.1y"
    assert chosen(parts, "quality") == before


def test_digits_typed_into_a_field_of_the_group_choose_nothing(parts):
    parts.locator("fieldset[data-digits]").first.focus()
    parts.keyboard.press("3")
    parts.get_by_label("Call back on").press_sequentially("1")
    assert chosen(parts, "outcome") == ["callback"]


def test_the_keys_are_silent_for_who_turned_them_off(page, live, world, sign_in):
    world.admin.shortcuts_on = False
    world.admin.save(update_fields=["shortcuts_on"])
    sign_in(world.admin)
    page.goto(f"{live.url}/styleguide/")
    page.locator("fieldset[data-digits]").first.focus()
    page.keyboard.press("1")
    page.keyboard.press("Shift+?")
    assert chosen(page, "outcome") == []
    assert not page.locator("#keys").is_visible()


def test_shift_and_question_mark_show_the_keys(parts):
    parts.keyboard.press("Shift+?")
    assert parts.get_by_role("dialog", name="Keyboard shortcuts").is_visible()


def test_a_form_goes_out_once(parts):
    sent = parts.locator("form.wrapup [data-enter-button]").evaluate(
        """button => {
            let sent = 0
            window.addEventListener('submit', event => { sent += 1; event.preventDefault() })
            for (const _ of [1, 2, 3]) button.click()
            return sent
        }"""
    )
    assert sent == 1


def test_the_dialog_starts_at_its_safe_button_and_escape_leaves_it(parts):
    parts.get_by_role("link", name="Remove location").click()
    dialog = parts.get_by_role("dialog", name="Remove Riverside?")
    assert dialog.get_by_role("button", name="Keep it").evaluate("button => button === document.activeElement")
    parts.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_a_chart_is_read_with_the_arrow_keys(parts):
    plot = parts.get_by_role("slider", name="Calls: read values by day")
    plot.focus()
    parts.keyboard.press("End")
    assert plot.get_attribute("aria-valuetext").startswith("Fri 20 Nov: Answered 62")
    parts.keyboard.press("PageDown")
    assert plot.get_attribute("aria-valuetext").startswith("Fri 13 Nov")


def test_the_theme_is_chosen_once_and_kept(parts, context):
    parts.emulate_media(color_scheme="light")
    parts.get_by_role("button", name="Switch between light and dark").click()
    assert parts.locator("html").get_attribute("data-theme") == "dark"
    parts.reload()
    assert parts.locator("html").get_attribute("data-theme") == "dark"


def test_the_clock_runs_by_the_servers_time(page, live, world, sign_in):
    sign_in(world.admin)
    page.clock.install(time="2020-01-01T00:00:00Z")  # this computer's clock is years behind
    page.goto(f"{live.url}/styleguide/")
    clock = page.get_by_role("timer", name="Call length")
    before = clock.text_content()
    page.clock.fast_forward(60_000)
    page.clock.run_for(1_000)
    assert before.startswith("03:4")
    assert clock.text_content().startswith("04:4")


def test_a_message_leaves_by_itself_unless_there_is_something_to_do_in_it(page, live, world, sign_in):
    sign_in(world.admin)
    page.clock.install()
    page.goto(f"{live.url}/styleguide/")
    page.evaluate(
        """() => document.querySelectorAll('.toast-set .toast').forEach(
            toast => document.getElementById('toasts').append(toast.cloneNode(true)))"""
    )
    page.clock.run_for(6_500)
    staying = page.locator("#toasts .toast")
    assert staying.count() == 1
    assert staying.get_by_role("button", name="Undo").is_visible()


def test_the_page_says_when_it_no_longer_hears_and_when_it_hears_again(parts):
    paused = parts.locator("#offline").get_by_text("Live updates paused")
    ask = "htmx.ajax('GET', '/styleguide/', {target: '#offline', swap: 'none'}).catch(() => {})"
    # Of what is asked while the page loads and later nothing may succeed: it would take the sentence away again.
    parts.wait_for_load_state("networkidle")
    for broken in (lambda route: route.fulfill(status=503), lambda route: route.abort()):
        parts.route("**/*", broken)
        parts.evaluate(ask)
        paused.wait_for()
        parts.unroute("**/*")
        parts.evaluate(ask)
        paused.wait_for(state="detached")
