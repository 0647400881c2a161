"""Journeys in a real Chromium: page, axe, a record of policy violations, pictures to look at."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import chromium

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
    lets it: same address, same cookies. `axe(page)` looks at a page of a context made that way.
    """

    def faults(at=None):
        if at is None:
            aside = new_context(bypass_csp=True, storage_state=page.context.storage_state())
            at = aside.new_page()
            at.goto(page.url)
        found = Axe().run(at).response["violations"]
        return [f"{fault['id']}: {fault['help']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]

    return faults


@pytest.fixture
def picture(page):
    """`picture("desk")` keeps the page as it looks now under var/screens/, for people to look at."""

    def keep(name, of=None, full_page=True):
        SCREENS.mkdir(parents=True, exist_ok=True)
        (of or page).screenshot(path=SCREENS / f"{name}.png", full_page=full_page)

    return keep
