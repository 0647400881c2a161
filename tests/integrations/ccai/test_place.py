"""Placing a call at CCAI: every answer its page prints, each with its own outcome."""

import pytest
from django.utils import timezone

from integrations.contracts import OutboundCall
from integrations.errors import Misconfigured, NotSent, RateLimited, Rejected, Uncertain
from integrations.http import Door
from integrations.models import Connection
from integrations.vendors import client
from tests.integrations.vendor_server import fixture, fixtures

CALL = OutboundCall(agent_email="agent@demo.test", end_user_number="+1 212-555-0100", outbound_number="+12125550199")

# What each printed 400 becomes: (a piece of our sentence, CCAI's name of the field).
REFUSALS = {
    "agent_not_available": ("not available", ""),
    "number_or_ticket_required": ("number or a ticket", "end_user_number"),
    "not_a_valid_agent_email": ("does not know your e-mail", "agent_email"),
    "agent_email_required": ("no CCAI e-mail", "agent_email"),
    "agent_without_access": ("may not make calls", "agent_email"),
    "number_not_well_formed": ("cannot dial this number", "end_user_number"),
    "contact_not_found": ("no contact for this ticket", "ticket_id"),
    "invalid_call_type": ("kind of call", "call_type"),
    "missing_parameter": ("misses a field", ""),
    "menu_redirected": ("elsewhere just now", "menu_id"),
    "menu_after_hours": ("closed at this hour", "menu_id"),
    "menu_id_is_required": ("Choose a menu", "menu_id"),
    "menu_id_is_not_found": ("no such menu", "menu_id"),
    "menu_id_is_not_well_formed": ("cannot read this menu", "menu_id"),
    "only_ivr_and_mobile_menu_ids_are_permitted": ("cannot take this kind", "menu_id"),
    "only_mobile_and_web_menu_ids_are_permitted": ("cannot take this kind", "menu_id"),
    "language_is_not_available": ("not switched on", "lang"),
    "language_is_not_found": ("does not know this language", "lang"),
    "number_required": ("needs the number", "end_user_number"),
    "scheduled_at_is_required": ("time in the future", "scheduled_at"),
}


def printed(status, *kinds):
    return [name for kind in kinds for name in fixtures("ccai", f"{kind}__{status}")]


def place(ccai, vendor_server, name):
    exchange = fixture("ccai", name)
    vendor_server.answer(exchange["status"], exchange["body"])
    return ccai.place(CALL)


@pytest.mark.parametrize("name", fixtures("ccai", "create_by_ticket__201") + fixtures("ccai", "create__201"))
def test_a_printed_201_is_a_placed_call(ccai, vendor_server, name):
    placed = place(ccai, vendor_server, name)
    body = fixture("ccai", name)["body"]
    assert placed.vendor_id == str(body["id"])
    assert (placed.status, placed.outbound_number) == (201, "+1 339-219-5276")
    report = placed.report
    assert (report.status, report.agent_id, report.agent_name) == ("assigned", "1", "Admin UJET")
    assert report.out_ticket_id == (body["out_ticket_id"] or "")
    assert report.out_contact_id == ("381630957514" if body["end_user"] else "")
    assert report.at == report.assigned_at and report.connected_at is None
    assert report.fail_reason == "" and report.disconnected_by == "unknown"
    assert report.raw == body


@pytest.mark.parametrize("name", fixtures("ccai", "create_incoming__201") + fixtures("ccai", "create_scheduled__201"))
def test_every_printed_201_can_be_read(ccai, vendor_server, name):
    placed = place(ccai, vendor_server, name)
    waits = "scheduled" if name.startswith("create_scheduled") else "queued"  # both are printed as "queued"
    assert (placed.report.status, placed.report.agent_name) == (waits, "")
    assert placed.report.call_type == "Voice Inbound (API)"
    assert (placed.report.menu_id, placed.report.menu_name) == ("9", "Lock Star")


@pytest.mark.parametrize("name", printed(200, "create") + printed(202, "create", "create_by_ticket"))
def test_accepted_without_an_id_means_the_agent_must_act(ccai, vendor_server, name):
    placed = place(ccai, vendor_server, name)
    assert (placed.vendor_id, placed.report) == ("", None)
    assert placed.status == fixture("ccai", name)["status"] and placed.request_id


@pytest.mark.parametrize("name", printed(400, "create", "create_by_ticket", "create_incoming", "create_scheduled"))
def test_every_printed_400_is_told_in_a_sentence_beside_the_vendors_words(ccai, vendor_server, name):
    with pytest.raises(Rejected) as refused:
        place(ccai, vendor_server, name)
    piece, param = REFUSALS[name.split("__400_")[1]]
    assert piece in refused.value.sentence
    assert (refused.value.param, refused.value.status) == (param, 400)
    assert refused.value.words == fixture("ccai", name)["body"]["message"]


def test_there_are_as_many_fixtures_as_the_page_prints_answers():
    names = fixtures("ccai", "create")
    assert len([name for name in names if "__400_" in name]) == 39 + 1  # and the one of the code table
    assert len([name for name in names if "__201_" in name]) == 8


def test_404_means_the_subdomain(ccai, vendor_server):
    with pytest.raises(Misconfigured, match="subdomain"):
        place(ccai, vendor_server, "create__404_subdomain")


@pytest.mark.parametrize("status", [400, 402, 409, 422])
def test_a_refusal_nobody_printed_keeps_its_words(ccai, vendor_server, status):
    vendor_server.answer(status, {"message": "Phase of the moon"})
    with pytest.raises(Rejected, match="CCAI refused the call") as refused:
        ccai.place(CALL)
    assert refused.value.words == "Phase of the moon"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<html>Sign in</html>"), (201, "<html></html>"), (202, "<html></html>"), (200, None), (204, None),
        (201, None), (201, '{"id": 39'), (201, {"status": "assigned"}), (201, {"id": None}), (201, {"id": True}),
        (201, []), (201, [{"id": 1}, {"id": 2}]), (200, "null"), (500, None), (503, "<html>"), (408, None),
    ],
)  # fmt: skip
def test_an_answer_that_proves_nothing_leaves_the_call_uncertain(ccai, vendor_server, status, body):
    vendor_server.answer(status, body)
    with pytest.raises(Uncertain):
        ccai.place(CALL)
    assert len(vendor_server.received) == 1


def test_any_success_with_an_id_is_a_call_also_in_an_array(ccai, vendor_server):
    vendor_server.answer(200, [{"id": 398, "status": "Action Only", "new_key": {}}])
    placed = ccai.place(CALL)
    assert (placed.vendor_id, placed.report.status) == ("398", "action_only")


def test_the_request_has_the_documented_keys_and_no_others(ccai, vendor_server):
    vendor_server.answer(201, {"id": 1})
    ccai.place(CALL)
    (seen,) = vendor_server.received
    assert (seen["method"], seen["path"]) == ("POST", "/apps/api/v1/calls")
    assert seen["json"] == {
        "call_type": "Voice Outbound (API)",
        "agent_email": "agent@demo.test",
        "end_user_number": "+12125550100",
        "outbound_number": "+12125550199",
        "lang": "en",
    }
    assert seen["headers"]["content-type"] == "application/json"


def test_a_ticket_id_goes_out_as_text_and_what_is_empty_stays_at_home(ccai, vendor_server):
    vendor_server.answer(201, {"id": 1})
    ccai.place(OutboundCall(agent_email="agent@demo.test", ticket_id=71450, lang="fr-CA"))
    assert vendor_server.received[0]["json"] == {
        "call_type": "Voice Outbound (API)",
        "agent_email": "agent@demo.test",
        "ticket_id": "71450",
        "lang": "fr-CA",
    }


def test_neither_number_nor_ticket_is_refused_before_anything_is_sent(ccai, vendor_server):
    with pytest.raises(Rejected):
        ccai.place(OutboundCall(agent_email="agent@demo.test"))
    assert vendor_server.received == []


def test_every_dial_has_a_connection_of_its_own(ccai, vendor_server):
    vendor_server.answer(201, {"id": 1})
    ccai.place(CALL)
    ccai.place(CALL)
    assert len(vendor_server.connections) == 2


def test_a_host_that_is_not_there_is_not_sent(connection, settings):
    settings.VENDORS["ccai"]["base_url"] = "http://127.0.0.1:1"
    with pytest.raises(NotSent):
        client(connection).place(CALL)


def test_without_a_token_of_the_rate_nothing_is_sent(connection, vendor_server):
    Connection.objects.filter(pk=connection.pk).update(rate_tokens=1_000_000)  # spent for a day
    vendor_server.answer(201, {"id": 1})
    with pytest.raises(RateLimited):
        client(connection).place(CALL)
    assert vendor_server.received == []


def test_a_dial_waits_its_turn_inside_the_promised_seconds(connection, vendor_server, settings, monkeypatch):
    """The lists have just spent the tokens: nobody is told to press again for that."""
    settings.VENDOR_RATES = {"ccai": 10}
    Connection.objects.filter(pk=connection.pk).update(rate_tokens=6, rate_at=timezone.now())  # half a second's wait
    given, request = [], Door.request
    monkeypatch.setattr(Door, "request", lambda *args, **how: given.append(how) or request(*args, **how))
    vendor_server.answer(201, {"id": 1})
    assert client(connection).place(CALL).vendor_id == "1"
    assert 0 < given[0]["deadline"] < settings.PLACE_DEADLINE - 0.3, "what it waited is counted"


def test_a_dial_the_vendor_slows_down_is_not_repeated(connection, vendor_server):
    vendor_server.answer(429, {"message": "slow down"}, **{"Retry-After": "1"})
    with pytest.raises(RateLimited) as caught:
        client(connection).place(CALL)
    assert caught.value.status == 429
    assert len(vendor_server.received) == 1


def test_a_connection_without_its_token_is_for_an_admin(connection, settings):
    settings.VENDORS["ccai"]["token"] = " "
    with pytest.raises(Misconfigured, match="token missing"):
        client(connection)
