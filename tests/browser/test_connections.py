"""The admin's pages of connections, seen in a real browser in every state they can be in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations import connections
from integrations.choices import Vendor
from integrations.models import Connection, Delivery, HookEvent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
BODY = "CallUUID=7cd52b04-cd0a-4b3b-9d2e-1f6f0d2f7a11&From=12125550199&To=12125550100&CallStatus=something-unheard-of"


@pytest.fixture
def troubles(world):
    """One vendor fine, one in trouble, one paused, with deliveries that wait and events nobody could use."""
    ccai, plivo, trestle = (Connection.objects.of(vendor) for vendor in ("ccai", "plivo", "trestle"))
    connections.note_ok(ccai)
    connections.save(plivo, None, settings={"auth_id": "MA0123456789ABCDEFGH"}, secrets={"auth_token": "never-shown"})
    connections.note_ok(plivo)
    connections.note_error(plivo, "The vendor answered with an error of its own (503).")
    connections.note_error(trestle, "Trestle does not accept the key.")
    connections.pause(trestle, "Trestle does not accept the key.")
    waits = [Delivery(kind="k", key=str(n), connection=trestle) for n in range(1200)]
    Delivery.objects.bulk_create([*waits, Delivery(kind="k", key="x", connection=plivo, state="parked")])
    for n, reason in enumerate(("The word “something-unheard-of” is not one of Plivo's.", "")):
        state = "set_aside" if reason else "unmatched"
        at = timezone.now() - timedelta(minutes=n)
        HookEvent.objects.create(
            vendor=Vendor.PLIVO, event_id=f"n-{n}", state=state, reason=reason, body=BODY, received_at=at
        )


@pytest.fixture
def paths(troubles):
    """name → path of each kind of page, in its fullest state."""
    shown = Connection.objects.filter(vendor__in=("plivo", "trestle"))
    each = {f"connection-{row.vendor}": f"/connections/{row.pk}/" for row in shown}
    return {"connections": "/connections/", "hook-events": "/hook-events/", **each}


def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(new_context, live, world, paths, sign_in, axe):
    context = new_context(bypass_csp=True)
    sign_in(world.admin, context)
    page = context.new_page()
    for name, path in paths.items():
        page.goto(live.url + path)
        for summary in page.locator("main details > summary").all():
            summary.click()
        for size, theme in ((WIDE, "dark"), (PHONE, "light")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            assert axe(page) == [], (name, theme)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name


def test_the_policy_refuses_nothing_and_pictures_are_kept(page, live, world, paths, sign_in, violations, looks):
    sign_in(world.admin)
    for name, path in paths.items():
        page.goto(live.url + path)
        looks(name)
    assert violations == []


def test_a_test_that_fails_is_said_on_the_page_and_what_was_typed_is_kept(page, live, world, paths, sign_in, axe):
    sign_in(world.admin)
    page.goto(live.url + paths["connection-trestle"])
    page.get_by_label("Address", exact=True).fill("http://10.0.0.7")
    page.get_by_role("button", name="Save connection").click()
    assert page.get_by_label("Address", exact=True).input_value() == "http://10.0.0.7"
    assert page.locator("[aria-invalid=true]").count() == 2, "the address is not public, and its key is asked for again"
    assert axe() == []
