"""What people and countries are called anywhere, through the client to a vendor that keeps it, and back."""

from datetime import UTC, datetime

import pytest

from integrations.errors import Rejected
from integrations.feedbackapi.client import Client
from integrations.sandbox import server
from tests.integrations.connections import connection_to

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = ("x" * 5000, "مقهى النيل", "👩‍👩‍👧 & Söhne", "<script>alert(1)</script>", "Line\nbreak")
POSTAL_CODES = ("SW1A 1AA", "〒100-0001", "D02 AF30", "90210-1234", "00-950", "K1A 0B1")


@pytest.fixture(params=["json", "form"])
def vendor(request, transactional_db, settings):
    with server.start(clock=lambda: NOON) as running:
        yield Client(connection_to(f"{running.url}/feedbackapi", "feedbackapi", settings, bodies=request.param))


def test_any_name_and_postal_code_goes_there_and_comes_back_as_it_was(vendor):
    for name, code in zip([*WORDS, "Café"], POSTAL_CODES, strict=True):
        made, _ = vendor.create("locations", {"name": name, "country_code": "gb", "postal_code": code})
        assert (made.name, made.postal_code, made.country_code) == (name, code, "GB")
        person = {"email": f"{made.vendor_id}@example.test", "location": made.vendor_id, "fname": name}
        assert vendor.create("customers", person)[0].fname == name
        assert vendor.retrieve("locations", made.vendor_id) == made
    assert {row.name for row in vendor.list("locations").rows} == {*WORDS, "Café"}


@pytest.mark.parametrize(
    ("resource", "values", "param"),
    [
        ("locations", {"name": "A", "country_code": "XX"}, "country_code"),
        ("customers", {"email": "a@b.test", "location": "elsewhere"}, "location"),
        ("feedback-request", {"subscriber": "nobody", "template": "dfar5V", "location": "x"}, "subscriber"),
    ],
)
def test_what_only_the_vendor_can_know_is_refused_with_its_field(vendor, resource, values, param):
    with pytest.raises(Rejected) as refused:
        vendor.create(resource, values)
    assert (refused.value.status, refused.value.param) == (400, param)
