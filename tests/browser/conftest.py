"""Journeys in a real Chromium: page, axe, a record of policy violations, pictures to look at."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone

from calls import sync
from integrations import outbox
from integrations.sandbox import server
from tests import chromium
from tests.servers import SPEED, pointed_at, vendor_variables

SCREENS = Path(__file__).parents[2] / "var" / "screens"
# Playwright's own loop runs in the test's thread; Django's ORM would refuse to work beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.find()
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.MISSING)
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce"}


@pytest.fixture
def sandbox(live, settings):
    """The vendors with a clock that only `play` moves: a call rings until the journey lets it be answered."""
    began = timezone.now()
    settings.VENDOR_RATES = {}  # a journey beats as often as it likes
    variables = {**vendor_variables(settings.VENDORS), "PUBLIC_URL": live.url}
    with server.start(speed=SPEED, clock=lambda: began, env=variables) as running:
        settings.VENDORS = pointed_at(running.url, settings.VENDORS)
        yield running


@pytest.fixture
def beat():
    """`beat()` does a worker's second at once: looks at the vendor's list, then works what is due."""

    def one():
        sync.tick()
        outbox.deliver_due(until_empty=True)

    return one


@pytest.fixture
def sign_in(context, live):
    """`sign_in(user)` → the browser context carries their session, without the form."""
    from django.conf import settings
    from django.test import Client

    def enter(user, into=context):
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        into.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live.url}])

    return enter


@pytest.fixture
def violations(page):
    """What the content security policy refused and what scripts threw, while `page` was used."""
    seen = []
    page.on("console", lambda said: seen.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


@pytest.fixture
def axe(page, new_context):
    """`axe()` → the accessibility faults of the page as it stands, worst first, as short lines.

    axe's script cannot run under the strict policy, so the page is opened again in a context that
    lets it: same address, same cookies. `axe(page)` looks at a page of a context made that way;
    `axe(page, looks_only=True)` at nothing but what another theme or size changes, which takes a fifth of the time.
    """

    def faults(at=None, looks_only=False):
        if at is None:
            aside = new_context(bypass_csp=True, storage_state=page.context.storage_state())
            at = aside.new_page()
            at.goto(page.url)
        if at.evaluate("typeof axe") == "undefined":
            at.evaluate(AXE_SCRIPT)
        found = at.evaluate("options => axe.run(options)", LOOKS if looks_only else EVERYTHING)["violations"]
        return [f"{fault['id']}: {fault['help']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]

    return faults


EVERYTHING = {"resultTypes": ["violations"]}
_RULES = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
LOOKS = {**EVERYTHING, "runOnly": {"type": "rule", "values": _RULES}}
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def looks(page, picture):
    """`looks("desk")` keeps three pictures of the page: on a desktop, light and dark, and on a phone."""

    def keep(name):
        if not os.environ.get("SCREENS"):
            return
        before = page.viewport_size
        for suffix, size, theme in (("", DESKTOP, "light"), ("-dark", DESKTOP, "dark"), ("-phone", PHONE, "light")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            page.evaluate("scrollTo(0, 0)")
            picture(name + suffix)
        page.set_viewport_size(before)

    return keep


@pytest.fixture
def picture(page):
    """`picture("desk")` keeps the page as it looks now under var/screens/, for people to look at: with SCREENS=1.

    A picture of a whole page takes half a second of a processor, and nobody looks at those of a plain run.
    """

    def keep(name, of=None, full_page=True):
        if not os.environ.get("SCREENS"):
            return
        SCREENS.mkdir(parents=True, exist_ok=True)
        (of or page).screenshot(path=SCREENS / f"{name}.png", full_page=full_page)

    return keep
