"""What people do at the desk, as steps that journeys share. Each takes the browser's page first."""

from django.utils import timezone

from calls.models import Call
from tests.patience import until
from tests.world import PASSWORD


def enter(page, live, user):
    """Signs in through the form, by keyboard."""
    page.goto(f"{live.url}/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Main").wait_for()


def dial(page, live, customer):
    """Stands at the desk with a customer and presses Enter; the Call that came of it."""
    page.goto(f"{live.url}/desk/customers/{customer.pk}/")
    page.keyboard.press("Enter")
    return call_shown(page)


def call_shown(page):
    """The Call whose page this is, once it is."""
    page.locator("#call-panel").wait_for()
    return Call.objects.get(pk=int(page.url.rstrip("/").rsplit("/", 1)[1]))


def hear(page, words, beat):
    """Beats until the panel says these words."""
    said = page.locator("#call-panel .callstate").get_by_text(words)
    until(lambda: beat() or said.count(), f"the panel says {words}")


def leg(page, vendor):
    """The line of one vendor among the wrap-up's chips."""
    return page.locator("#legs li").filter(has=page.locator(".vendor", has_text=vendor))


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page):
    """The id of what has the focus, or its name."""
    return page.evaluate("document.activeElement.id || document.activeElement.name")


def at_our_time(sandbox):
    """Sets the vendors' clock, which stands still, to ours."""
    sandbox.advance(max(0, (timezone.now() - sandbox.world.now()).total_seconds()))


def dials(sandbox):
    """The calls the vendor was asked for, oldest first."""
    return [one for one in sandbox.requests(vendor="ccai", path="/calls") if one["method"] == "POST"]
