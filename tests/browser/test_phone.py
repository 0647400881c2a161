"""A call on a phone, by touch alone."""

import pytest

from feedback.models import Rating
from tests.browser.conftest import PHONE
from tests.browser.steps import call_shown, hear, leg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FINGER = 40  # px; what Android and iOS advise is 44 to 48, and WCAG 2.5.8 asks for 24


@pytest.fixture
def phone(new_context, live, world, sign_in):
    """A phone with the agent signed in."""
    context = new_context(has_touch=True, is_mobile=True)
    sign_in(world.agent, context)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(f"{live.url}/desk/")
    return page


def seen(phone, element):
    """Whether the element lies on the first screen, above the bar."""
    bar = phone.get_by_role("navigation", name="Main").bounding_box()
    box = element.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= bar["y"]


def test_a_call_from_the_search_to_the_last_chip_by_touch(phone, live, world, sandbox, beat, picture):
    assert seen(phone, phone.get_by_role("searchbox"))
    phone.get_by_role("searchbox").press_sequentially("oliv")
    phone.locator("#found").get_by_role("link", name="Marta Oliveira").tap()
    dial = phone.get_by_role("button", name="Call +1 212-555-0101")
    dial.wait_for()
    assert seen(phone, dial)
    picture("phone-1-customer", of=phone, full_page=False)
    dial.tap()
    call = call_shown(phone)
    sandbox.play(8)
    hear(phone, "Connected", beat)
    phone.locator(".wrapup .chip", has_text="Too quiet").tap()
    phone.get_by_text("Draft saved").wait_for()
    picture("phone-2-talking", of=phone, full_page=False)
    sandbox.play(60)
    hear(phone, "Call ended", beat)
    phone.locator("#id_outcome").wait_for()
    phone.locator(".wrapup .chip", has_text="Reached").tap()
    phone.locator(".wrapup .chip", has_text="Yes").tap()
    phone.locator(".stars label", has=phone.locator("input[value='4']")).tap()
    picture("phone-3-wrap-up", of=phone, full_page=False)
    small = phone.locator(".wrapup :is(.chip, .btn):visible").evaluate_all(
        "(parts, least) => parts.filter(part => part.getBoundingClientRect().height < least).length", FINGER
    )
    assert small == 0
    phone.get_by_role("button", name="Save", exact=True).tap()
    phone.get_by_role("heading", name="Reached").wait_for()
    beat()
    leg(phone, "Plivo").get_by_text("Delivered").wait_for()
    picture("phone-4-saved", of=phone, full_page=False)
    assert Rating.objects.get(call=call).issues == ["LOW_AUDIO_LEVEL"]


def test_what_does_not_fit_the_bar_is_one_tap_away(phone, live, picture):
    phone.locator(".more summary").tap()
    sheet = phone.locator(".sheet")
    sheet.get_by_role("link", name="Customers").wait_for()
    picture("phone-5-more", of=phone, full_page=False)
    sheet.get_by_role("link", name="Customers").tap()
    phone.get_by_role("heading", name="Customers").wait_for()
    phone.locator(".more summary").tap()
    sheet.get_by_role("button", name="Sign out").tap()
    phone.get_by_role("heading", name="Sign in").wait_for()
