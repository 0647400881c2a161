"""The table of vendors, and every client against the sandbox over a real socket."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from integrations import vendors
from integrations.choices import Origin, Vendor
from integrations.contracts import CustomerFlags, OutboundCall, PhoneFeedback
from integrations.errors import Misconfigured, NotSent, NotYet
from integrations.models import Connection
from integrations.sandbox import server
from tests.integrations.connections import connection_to

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def sandbox(transactional_db):
    with server.start(clock=lambda: NOON) as running:
        yield running


@pytest.fixture
def connections(sandbox, settings):
    """`connections["plivo"]` and so on, all leading to the sandbox."""
    one_address = ("ccai", "telesign", "trestle", "feedbackapi")
    rows = {vendor: connection_to(f"{sandbox.url}/{vendor}", vendor, settings) for vendor in one_address}
    stats = f"{sandbox.url}/plivo-stats"
    return rows | {"plivo": connection_to(f"{sandbox.url}/plivo", "plivo", settings, stats_base_url=stats)}


def test_each_kind_has_its_vendor_and_its_patience():
    table = {name: (kind.vendor, kind.max_attempts, kind.policy) for name, kind in vendors.KINDS.items()}
    others = {name: entry for name, entry in table.items() if not name.startswith("feedbackapi.")}
    assert others == {
        "plivo.call_feedback": (Vendor.PLIVO, 12, "repeat"),
        "trestle.phone_feedback": (Vendor.TRESTLE, 5, "repeat"),
        "ccai.customer_flags": (Vendor.CCAI, 12, "repeat"),
        "ccai.do_not_call": (Vendor.CCAI, 12, "repeat"),
    }
    assert vendors.kind("plivo.call_feedback").name == "plivo.call_feedback"
    with pytest.raises(KeyError):
        vendors.kind("plivo.something_new")


@pytest.mark.parametrize("vendor", ["ccai", "plivo", "telesign", "trestle", "feedbackapi"])
def test_the_test_button_is_green_at_the_sandbox(connections, vendor):
    assert vendors.check(connections[vendor]).ok


def test_a_vendor_without_a_client_says_so():
    assert vendors.check(Connection(vendor="pigeon")).ok is False


def test_a_wrong_key_is_told_and_names_no_secret(connections, settings):
    keys = {"telesign": "api_key", "trestle": "api_key"}
    secrets = {"ccai": "token", "plivo": "auth_token", "feedbackapi": "token"} | keys
    for vendor, name in secrets.items():
        settings.VENDORS[vendor][name] = "wrong-secret-of-ours"
        check = vendors.check(connections[vendor])
        assert check.ok is False and "wrong-secret" not in check.sentence + check.words


def test_an_address_saved_in_the_browser_must_be_public(sandbox):
    values = {"base_url": f"{sandbox.url}/trestle"}
    connection = Connection(
        vendor="trestle", origin=Origin.SAVED, saved_settings=values, saved_secrets={"api_key": "demo-trestle-key"}
    )
    with pytest.raises(NotSent, match="not a public one"):
        vendors.client(connection).look_up("+12125550100")


def test_a_secret_that_cannot_be_opened_is_for_an_admin(transactional_db, settings):
    row, _ = Connection.objects.update_or_create(vendor="trestle")
    row.origin, row.saved_settings = Origin.SAVED, {"base_url": "https://x.example"}
    row.saved_secrets = {"api_key": "a-key"}
    row.save()
    settings.FIELD_ENCRYPTION_KEYS = ["BgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
    with pytest.raises(Misconfigured, match="enter it again"):
        vendors.client(Connection.objects.get(pk=row.pk))


def test_a_call_is_placed_followed_and_flagged(connections, sandbox):
    ccai = vendors.client(connections["ccai"])
    placed = ccai.place(OutboundCall("agent@demo.test", "+12125550100"))
    assert placed.status == 201 and placed.report.status == "assigned"
    sandbox.advance(5)
    found, more = ccai.calls_since("2026-11-20T11:59:50Z")
    assert [report.vendor_id for report in found] == [placed.vendor_id] and not more
    delivered = ccai.set_flags(CustomerFlags(placed.vendor_id, verified_customer=True, repeat_customer=True))
    assert delivered.note == ""
    assert ccai.flags(placed.vendor_id) == {"verified_customer": True, "bad_actor": False, "repeat_customer": True}
    assert "agent@demo.test" in [agent.email for agent in ccai.agents()]


def test_a_look_up_leads_to_feedback(connections, sandbox):
    trestle = vendors.client(connections["trestle"])
    found = trestle.look_up("+12125550100")
    assert found.response_id.startswith("T_") and found.is_valid
    assert trestle.look_up("+12125550199").response_id == ""
    payload = PhoneFeedback(found.response_id, "+12125550100", "connected", True, "Marta Oliveira")
    assert trestle.post_feedback(payload).note == ""
    assert [row["phone"] for row in sandbox.feedback("trestle")] == ["+12125550100"]


def test_a_call_the_carrier_does_not_know_is_not_yet(connections):
    payload = {"call_uuid": "5a1f6c1e-0009-4a6b-9a51-000000000009", "rating": "4.5", "issues": ["ECHO"], "notes": ""}
    with pytest.raises(NotYet):
        vendors.kind("plivo.call_feedback").deliver(connections["plivo"], payload)


def test_a_call_the_carrier_carried_is_rated(connections, sandbox):
    vendors.client(connections["ccai"]).place(OutboundCall("agent@demo.test", "+12125550100"))
    sandbox.advance(600)
    (carried,) = sandbox.plivo_calls()
    payload = {"call_uuid": carried["call_uuid"], "rating": "4.5", "issues": ["ECHO"], "notes": "hm"}
    delivered = vendors.kind("plivo.call_feedback").deliver(connections["plivo"], payload)
    assert delivered.status == 201 and delivered.vendor_ref
    assert Decimal(str(sandbox.feedback("plivo")[0]["rating"])) == Decimal("4.5")
