"""Making a call through Plivo: what is sent, what every answer means, records and lists."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from integrations.contracts import OutboundCall
from integrations.errors import Misconfigured, RateLimited, Rejected, Uncertain
from integrations.models import Connection
from integrations.plivo.client import Client
from tests.integrations.vendor_server import fixture

AGENT, CUSTOMER, CALLER_ID = "+12125550130", "+12125550101", "+12125550199"
UUID = "55309cee-821d-4268-977a-f001e0d4be8f"
REFERENCE = "0123456789abcdef0123456789abcdef"
CALL = OutboundCall(end_user_number=CUSTOMER, agent_number=AGENT, outbound_number=CALLER_ID, reference=REFERENCE)


def place(plivo, vendor_server, name, call=CALL):
    exchange = fixture("plivo", name)
    vendor_server.answer(exchange["status"], exchange["body"])
    return plivo.place(call)


def but(**changes):
    return OutboundCall(**{**CALL.__dict__, **changes})


def test_the_agents_phone_is_what_is_called_and_every_address_has_the_reference(plivo, vendor_server, settings):
    settings.PUBLIC_URL = "https://aftercall.example/"
    placed = place(plivo, vendor_server, "call__201_fired")
    assert placed.vendor_id == "9834029e-58b6-11e1-b8b7-a5bd0e4e126f"
    assert (placed.status, placed.report.status, placed.outbound_number) == (201, "queued", CALLER_ID)
    (seen,) = vendor_server.received
    assert (seen["method"], seen["path"]) == ("POST", "/v1/Account/MADEMO00000000000000/Call/")
    ours = f"https://aftercall.example/hooks/plivo/{REFERENCE}"
    assert seen["json"] == {
        "from": CALLER_ID,
        "to": AGENT,
        "answer_url": f"{ours}/answer/",
        "answer_method": "POST",
        "ring_url": f"{ours}/ring/",
        "ring_method": "POST",
        "hangup_url": f"{ours}/hangup/",
        "hangup_method": "POST",
        "fallback_url": f"{ours}/fallback/",
        "fallback_method": "POST",
        "time_limit": 14400,
        "ring_timeout": 20,
    }
    assert CUSTOMER not in str(seen), "the customer's number leaves us when the agent has picked up"


def test_a_request_uuid_may_come_as_a_list(plivo, vendor_server):
    assert place(plivo, vendor_server, "call__201_list_of_uuids").vendor_id == "9834029e-58b6-11e1-b8b7-a5bd0e4e126f"


@pytest.mark.parametrize(
    ("name", "error", "piece"),
    [
        ("400_from", Rejected, "caller id"),
        ("400_to", Rejected, "your phone"),
        ("400_answer_url", Rejected, "PUBLIC_URL"),
        ("400_as_object", Rejected, "credit"),
        ("401_authentication", Misconfigured, "key"),
        ("403_geo_permission", Rejected, "country"),
        ("404_resource", Misconfigured, "auth id"),
        ("405_method", Misconfigured, "address"),
        ("429_rate", RateLimited, "slow down"),
        ("500_server", Uncertain, "500"),
    ],
)
def test_every_documented_error_has_its_own_outcome(plivo, vendor_server, name, error, piece):
    with pytest.raises(error) as failed:
        place(plivo, vendor_server, f"call__{name}")
    assert type(failed.value) is error and piece in failed.value.sentence and failed.value.words
    assert len(vendor_server.received) == 1, "never a second time"


@pytest.mark.parametrize(
    ("status", "body"),
    [(201, None), (201, "<html>"), (201, {"message": "call fired"}), (201, {"request_uuid": []}), (200, {}),
     (201, {"request_uuid": "no"}), (201, {"request_uuid": ["../x"]}), (201, [])],
)  # fmt: skip
def test_an_answer_without_an_id_leaves_it_open_whether_it_rings(plivo, vendor_server, status, body):
    vendor_server.answer(status, body)
    with pytest.raises(Uncertain):
        plivo.place(CALL)


@pytest.mark.parametrize(
    ("changes", "param", "piece"),
    [
        ({"end_user_number": ""}, "to", "ticket"),
        ({"agent_number": ""}, "from", "profile"),
        ({"outbound_number": ""}, "outbound_number", "caller id"),
        ({"end_user_number": AGENT}, "to", "your own phone"),
        ({"agent_number": CALLER_ID}, "from", "own number"),
        ({"end_user_number": CALLER_ID}, "from", "own number"),
    ],
)
def test_what_cannot_be_dialled_is_said_before_plivo_is_asked(plivo, vendor_server, changes, param, piece):
    with pytest.raises(Rejected) as refused:
        plivo.place(but(**changes))
    assert refused.value.param == param and piece in refused.value.sentence and vendor_server.received == []


def test_without_a_caller_id_chosen_it_is_the_connections_first(connection, vendor_server):
    Connection.objects.filter(pk=connection.pk).update(caller_ids=["+12125550190", "+12125550191"])
    connection.refresh_from_db()
    assert place(Client(connection), vendor_server, "call__201_fired", but(outbound_number="")).vendor_id
    assert vendor_server.received[0]["json"]["from"] == "+12125550190"


@pytest.mark.parametrize(
    "ours",
    [
        "http://aftercall.example",
        "https://127.0.0.1:8000",
        "https://10.0.0.7",
        "https://desk.local",
        "https://desk",
        "http://127.0.0.1:8000",
    ],
)
def test_a_public_address_that_plivo_cannot_reach_is_refused_before_dialling(connection, settings, ours):
    plivo = {**settings.VENDORS["plivo"], "api_base_url": "https://api.plivo.example"}
    settings.VENDORS, settings.PUBLIC_URL = {**settings.VENDORS, "plivo": plivo}, ours
    with pytest.raises(Rejected) as refused:
        Client(connection).place(CALL)
    assert "https" in refused.value.sentence and "nothing was dialled" in refused.value.sentence


def test_a_machine_is_hung_up_on_where_the_connection_says_so(connection, vendor_server):
    connection.options = {"hang_up_on_machine": True}
    place(Client(connection), vendor_server, "call__201_fired")
    assert vendor_server.received[0]["json"]["machine_detection"] == "hangup"


# --- Records and lists --------------------------------------------------------------------------


def told(plivo, vendor_server, name, ask):
    exchange = fixture("plivo", name)
    vendor_server.answer(exchange["status"], exchange["body"])
    return ask(plivo.calls)


def test_the_printed_record_is_read_whole(plivo, vendor_server):
    leg = told(
        plivo, vendor_server, "record__ended", lambda calls: calls.record("55309cee-821d-4268-977a-f001e0d4be8f")
    )
    assert vendor_server.received[0]["path"].endswith(f"/Call/{UUID}/")
    assert (leg.side, leg.word, leg.seconds, leg.billed_seconds) == ("agent", "completed", 25, 60)
    assert leg.answered_at == datetime(2022, 6, 28, 14, 9, 12, tzinfo=UTC)
    assert leg.ended_at == datetime(2022, 6, 28, 14, 9, 37, tzinfo=UTC)
    assert (leg.from_number, leg.to_number) == ("+12025550000", "+12025551111")
    assert (leg.rate, leg.amount) == (Decimal("0.00500"), Decimal("0.00500"))
    assert (leg.cause_code, leg.cause, leg.source) == ("4000", "Normal Hangup", "Callee")
    assert leg.raw["source_ip"] == "10.0.0.1"


def test_a_record_that_is_not_there_yet_is_none(plivo, vendor_server):
    vendor_server.answer(404, {"error": "not found"})
    assert plivo.calls.record(UUID) is None
    assert plivo.calls.live(UUID) is None


def test_a_leg_with_a_parent_is_the_customers_and_rows_that_are_no_records_are_left_out(plivo, vendor_server):
    ask = lambda calls: calls.ended(parent_call_uuid="11309cee-821d-4268-977a-f001e0d4be8f")  # noqa: E731
    (leg,) = told(plivo, vendor_server, "record__list", ask)
    assert (leg.side, leg.parent_uuid) == ("customer", "11309cee-821d-4268-977a-f001e0d4be8f")
    asked = vendor_server.received[0]["query"]
    assert asked == {"limit": "20", "parent_call_uuid": "11309cee-821d-4268-977a-f001e0d4be8f"}


def test_live_calls_are_listed_by_id_and_read_one_by_one(plivo, vendor_server):
    ids = told(plivo, vendor_server, "live__list", lambda calls: calls.going_on())
    assert ids == ["eac94337-b1cd-499b-82d1-b39bca50dc31", "0a70a7fb-168e-4944-a846-4f3f4d2f96f1"]
    assert [one["query"]["status"] for one in vendor_server.received] == ["live", "queued"]


def test_a_live_call_is_read(plivo, vendor_server):
    leg = told(
        plivo, vendor_server, "live__in_progress", lambda calls: calls.live("eac94337-b1cd-499b-82d1-b39bca50dc31")
    )
    assert (leg.word, leg.to_number, leg.from_number) == ("in_progress", "+14153334444", "+14151234567")
    assert leg.started_at == datetime(2022, 6, 28, 14, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(403, {}, Misconfigured), (400, {"error": "bad"}, Rejected), (200, "<", Uncertain), (200, {}, Uncertain),
     (503, {}, Uncertain), (429, {}, RateLimited), (401, {}, Misconfigured)],
)  # fmt: skip
def test_a_record_that_cannot_be_read_says_why(plivo, vendor_server, status, body, error):
    vendor_server.answer(status, body)
    with pytest.raises(error):
        plivo.calls.record(UUID)


@pytest.mark.parametrize("uuid", ["", "short", "../../Account", "a" * 65])
def test_what_is_no_id_is_not_asked_for(plivo, vendor_server, uuid):
    with pytest.raises(Rejected):
        plivo.calls.record(uuid)
    assert vendor_server.received == []
