"""Looking a number up at Trestle, and typing in its response id."""

import pytest
from django.utils.html import escape

from customers.models import NumberLookup
from tests.world import fiction, make_number

pytestmark = pytest.mark.django_db(transaction=True)
RESPONSE_ID = "T_b5d031b8-e8a3-4eef-8fa8-d87d3b7e386f"


def test_a_look_up_is_kept_with_its_response_id(world, as_agent, sandbox):
    page = as_agent.post(f"/numbers/{world.marta.phone_id}/lookup/", {"next": "/desk/"}, follow=True)
    assert "Trestle answered" in page.content.decode()
    lookup = NumberLookup.objects.get()
    assert lookup.response_id.startswith("T_") and lookup.raw


def test_a_look_up_without_a_response_id_says_what_that_means(world, as_agent, sandbox):
    number = make_number(fiction(99))
    page = as_agent.post(f"/numbers/{number.pk}/lookup/", {"next": "/desk/"}, follow=True)
    assert "no response id" in page.content.decode()


def test_what_trestle_refuses_is_shown_in_its_own_words(world, as_agent, sandbox):
    refusal = {"errorCode": "FORBIDDEN", "message": "Key has no access", "hint": ""}
    sandbox.answer("trestle", status=403, body=refusal)
    page = as_agent.post(f"/numbers/{world.marta.phone_id}/lookup/", {"next": "/desk/"}, follow=True)
    assert "Key has no access" in page.content.decode()
    assert not NumberLookup.objects.exists()


def test_a_response_id_is_typed_in(world, as_agent):
    as_agent.post(f"/numbers/{world.marta.phone_id}/response-id/", {"response_id": RESPONSE_ID})
    lookup = NumberLookup.objects.get()
    assert (lookup.response_id, lookup.typed_by) == (RESPONSE_ID, world.agent)


@pytest.mark.parametrize("text", ["", "Phone.123", "T_short", "<script>"])
def test_what_is_no_response_id_is_refused(world, as_agent, text):
    page = as_agent.post(f"/numbers/{world.marta.phone_id}/response-id/", {"response_id": text})
    assert page.status_code == 422 and "aria-invalid" in page.content.decode()
    assert escape(text) in page.content.decode()
    assert not NumberLookup.objects.exists()


def test_one_is_never_sent_to_another_site(world, as_agent):
    to = {"response_id": RESPONSE_ID, "next": "https://evil.example/"}
    assert as_agent.post(f"/numbers/{world.marta.phone_id}/response-id/", to).url == "/desk/"


def test_a_number_of_customers_elsewhere_is_not_found(world, as_agent, sandbox):
    assert as_agent.post(f"/numbers/{world.oskar.phone_id}/lookup/").status_code == 404
    assert as_agent.post(f"/numbers/{world.oskar.phone_id}/response-id/").status_code == 404
    assert not sandbox.requests(vendor="trestle")
