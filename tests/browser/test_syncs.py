"""The pages of syncs in a real browser: each in its fullest state, and the buttons without a mouse."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations import connections
from integrations.choices import SyncState
from integrations.models import Connection, SyncCursor, SyncRun
from tests.browser.test_every_page import held_sync

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held(world):
    """Customers held by the brake, reviews under way, locations read to their end; CCAI's token refused."""
    row, now = Connection.objects.of("feedbackapi"), timezone.now()
    SyncCursor.objects.create(connection=row, resource="locations", value="1", read_at=now - timedelta(minutes=3))
    at = {"connection": row, "upper": 1, "ended_at": now, "started_at": now - timedelta(seconds=9)}
    SyncRun.objects.create(resource="locations", state=SyncState.COMPLETE, fetched=12, unchanged=12, **at)
    connections.pause(Connection.objects.of("ccai"), "The vendor does not accept our key.")
    return held_sync()


def test_lists_a_run_and_the_banner(held, live, world, sign_in, page, axe, looks, violations):
    sign_in(world.admin)
    for name, path in (
        ("syncs", "/syncs/"),
        ("sync-run", f"/syncs/{held.pk}/"),
        ("sync-runs", "/syncs/lists/customers/"),
    ):
        page.goto(live.url + path)
        page.wait_for_selector("#troubles .banner")
        assert axe() == []
        looks(name)
    page.goto(live.url + "/syncs/")
    with page.expect_response(lambda answer: answer.url.endswith("/syncs/")):
        page.focus("#all-customers")
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling')")
    assert page.evaluate("document.activeElement.id") == "all-customers", "a refreshed list keeps the focus"
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast")
    assert "Customers: reading everything." in page.inner_text("#toasts") and violations == []
    for one in page.context.browser.contexts:  # pages that refresh themselves must not outlive the database
        one.close()
