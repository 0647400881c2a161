"""An admin's desk in a real browser: a connection that breaks and mends, caller ids, a delivery that needs a person."""

import pytest

from integrations.models import Connection, Delivery
from tests.browser.steps import enter
from tests.feedback.rated import known_everywhere, save
from tests.world import fiction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def set_token(settings, token):
    """As the operator would: in the environment."""
    settings.VENDORS = {**settings.VENDORS, "plivo": {**settings.VENDORS["plivo"], "auth_token": token}}


def open_connection(page, live, name):
    page.goto(f"{live.url}/connections/")
    page.get_by_role("table", name="Vendor connections").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def test_a_wrong_token_pauses_the_connection_in_words_and_a_right_one_resumes_it(
    page, live, world, sandbox, beat, settings, violations, looks
):
    right = settings.VENDORS["plivo"]["auth_token"]
    enter(page, live, world.admin)
    open_connection(page, live, "Plivo")
    page.get_by_role("button", name="Test connection").click()
    page.locator(".toast.success").get_by_text("Plivo").wait_for()

    set_token(settings, "mistyped-token")
    page.get_by_role("button", name="Test connection").click()
    page.locator(".toast.error").wait_for()
    looks("admin-1-test-failed")
    rating = save(known_everywhere(world.agent, world.marta))
    beat()
    page.reload()
    page.locator("#main").get_by_text("Token refused since").wait_for()
    page.locator("#troubles").get_by_text("Plivo: token refused since").wait_for()  # above every page of an admin's
    lost = "Nothing is lost; what waits is sent, and what was being read is read on, after a good test or a new secret."
    assert page.get_by_text(lost).is_visible()
    looks("admin-2-paused")
    page.goto(f"{live.url}/connections/")
    assert page.get_by_role("row", name="Plivo").get_by_text("Token refused").first.is_visible()
    assert sandbox.feedback("plivo") == []

    set_token(settings, right)
    open_connection(page, live, "Plivo")
    page.get_by_role("button", name="Test connection").click()
    page.locator(".toast.success").wait_for()
    assert page.get_by_text("refused since").count() == 0
    beat()
    assert len(sandbox.feedback("plivo")) == 1
    plivo = rating.legs.get(leg="plivo").delivery
    assert (plivo.state, plivo.tries) == ("delivered", 1)  # the refused one is not counted
    assert violations == []


def test_an_address_inside_is_refused_next_to_its_field_and_nothing_typed_is_lost(
    page, live, world, sandbox, sign_in, looks
):
    sign_in(world.admin)
    open_connection(page, live, "CCAI")
    page.get_by_label("Address", exact=False).first.fill("https://10.0.0.7/ccai")
    page.get_by_label("Token").fill("a-new-key")
    page.get_by_label("Caller ids").fill(fiction(9))
    page.get_by_role("button", name="Save connection").click()
    page.get_by_text("This address is inside a private network.").first.wait_for()
    assert page.get_by_label("Caller ids").input_value() == fiction(9)
    assert "a-new-key" not in page.content()
    looks("admin-3-refused")
    assert Connection.objects.of("ccai").origin == "environment"


def test_caller_ids_are_offered_at_the_desk(page, live, world, sandbox, sign_in):
    sign_in(world.admin)
    open_connection(page, live, "CCAI")
    page.get_by_label("Caller ids").fill("(212) 555-0177\nnot a number")
    page.get_by_role("button", name="Save connection").click()
    page.get_by_text("“not a number”: A phone number has no letters").first.wait_for()
    page.get_by_label("Caller ids").fill("(212) 555-0177")
    page.get_by_role("button", name="Save connection").click()
    page.get_by_text("CCAI saved.").wait_for()
    page.goto(f"{live.url}/desk/customers/{world.marta.pk}/")
    page.get_by_label("Caller id").select_option(label="+1 212-555-0177")


def test_a_delivery_that_needs_a_person_shows_what_was_sent_and_said_and_is_tried_again(
    page, live, world, sandbox, beat, sign_in, violations, looks
):
    sandbox.answer("plivo", status=422, body={"api_id": "x", "error": "Rating has to be a float between 1 -5"})
    save(known_everywhere(world.agent, world.marta), quality=4, issues=["ECHO"], notes="Echo on the line.")
    beat()
    sign_in(world.admin)
    page.goto(f"{live.url}/deliveries/")
    cause = page.locator("section.card").filter(has_text="needs a person").first
    looks("admin-4-deliveries")
    cause.get_by_text("What was sent, what was answered").first.click()
    assert cause.get_by_text("Rating has to be a float between 1 -5").first.is_visible()
    assert cause.get_by_text("Echo on the line.").first.is_visible()
    looks("admin-5-delivery-open")
    cause.get_by_role("button", name="Try again Plivo for Marta Oliveira").click()
    page.get_by_text("Plivo: trying again.").wait_for()
    beat()
    page.reload()
    page.get_by_text("No delivery needs a person").wait_for()
    assert len(sandbox.feedback("plivo")) == 1
    assert Delivery.objects.get(kind="plivo.call_feedback").state == "delivered"
    assert violations == []
