"""A survey over the wire: the customer is made, the request sent, and what the vendor answers stands in our rows."""

import pytest
from django.utils import timezone

from integrations import outbox
from integrations.choices import DeliveryState
from integrations.models import Connection
from integrations.vendors import client
from tests.feedback.asked import ask, at_vendor, make_template, no_quiet_hours

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def template(world, sandbox):
    place, _ = client(Connection.objects.of("feedbackapi")).create(
        "locations", {"name": "Riverside", "country_code": "US"}
    )
    at_vendor(world.riverside, place.vendor_id)
    no_quiet_hours()
    return make_template()


def test_a_request_goes_out_and_comes_back_with_its_addresses(world, template, sandbox):
    row = ask(world)
    assert outbox.deliver(row.delivery_id)
    row.refresh_from_db()
    assert row.delivery.state == DeliveryState.DELIVERED, row.delivery.reason
    assert row.vendor_id and row.branded_url.startswith("http") and row.full_url.startswith("http")
    assert row.type in ("email", "sms")
    assert row.customer.vendor_id == row.vendor_customer
    assert row.due_at <= timezone.now()


def test_link_only_gives_a_link_and_no_message(world, template, sandbox):
    row = ask(world, suppress=True)
    outbox.deliver(row.delivery_id)
    row.refresh_from_db()
    assert (row.type, bool(row.full_url)) == ("suppressed", True)
