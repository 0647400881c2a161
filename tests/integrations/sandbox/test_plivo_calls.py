"""Plivo's Call API in the sandbox: the official package makes, reads and lists calls; our addresses are called back."""

import plivo
import pytest
import requests
from plivo.rest import client as plivo_client
from plivo.utils.signature_v3 import validate_v3_signature

from tests.integrations.sandbox.conftest import PLIVO

AGENT, CUSTOMER, CALLER_ID = "+12125550130", "+12125550150", "+12125550199"
XML = f'<Response><Dial callerId="{CALLER_ID}" callbackUrl="{{url}}/customer" action="{{url}}/dialled"><Number>{{to}}</Number></Dial></Response>'  # noqa: E501


@pytest.fixture
def official(sandbox, monkeypatch):
    """The official package, unchanged but for its base addresses, which are module constants."""
    monkeypatch.setattr(plivo_client, "PLIVO_API_BASE_URI", f"{sandbox.url}/plivo/v1/Account")
    monkeypatch.setattr(plivo_client, "API_VOICE_BASE_URI", f"{sandbox.url}/plivo/v1/Account")
    with plivo.RestClient(*PLIVO) as client:
        yield client


@pytest.fixture
def make(official, listener):
    """`make(to, customer)` rings `to` and joins it with `customer`; gives the vendor's answer."""

    def call(to=AGENT, customer=CUSTOMER, **more):
        listener.texts["/answer"] = XML.format(url=listener.url, to=customer)
        url = listener.url
        ways = {"ring_url": f"{url}/ring", "hangup_url": f"{url}/hangup", "fallback_url": f"{url}/fallback"}
        return official.calls.create(CALLER_ID, to, f"{url}/answer", **{**ways, **more})

    return call


def told(listener):
    """(path without its slash, the word that says what happened) of every callback."""
    words = ("DialAction", "DialStatus", "CallStatus")
    return [(p["path"][1:], next(p["form"][w] for w in words if w in p["form"])) for p in listener.posts]


def test_the_official_package_makes_a_call_that_rings_one_phone_and_then_the_other(make, sandbox, listener, official):
    made = make()
    assert made.message == "call fired" and made.request_uuid and made.api_id
    assert official.live_calls.list_ids().calls == [made.request_uuid]
    assert official.live_calls.get(made.request_uuid).call_status == "ringing"
    sandbox.advance(1)
    assert told(listener) == [("ring", "ringing")]
    sandbox.advance(1)
    assert told(listener)[1:] == [("answer", "in-progress")]
    for _ in range(3):
        sandbox.advance(6)
    assert told(listener)[2:] == [
        ("customer", "answer"),
        ("customer", "connected"),
        ("customer", "hangup"),
        ("dialled", "completed"),
        ("hangup", "completed"),
    ]
    for post in listener.posts:
        headers = post["headers"]
        signed = (headers["X-Plivo-Signature-V3-Nonce"], PLIVO[1], headers["X-Plivo-Signature-V3"])
        assert validate_v3_signature("POST", f"{listener.url}{post['path']}", *signed, post["form"])
    assert official.live_calls.list_ids().calls == []


def test_the_official_package_reads_and_lists_both_legs(make, sandbox, official):
    made = make()
    for _ in range(4):
        sandbox.advance(6)
    record = official.calls.get(made.request_uuid)
    assert (record.from_number, record.to_number, record.parent_call_uuid) == (CALLER_ID, AGENT.lstrip("+"), None)
    (leg,) = official.calls.list(parent_call_uuid=made.request_uuid)
    assert (leg.to_number, leg.hangup_cause_code, leg.call_duration) == (CUSTOMER.lstrip("+"), 4000, 5)
    assert {one.call_uuid for one in official.calls.list()} == {made.request_uuid, leg.call_uuid}
    assert official.calls.list(to_number=AGENT.lstrip("+"), end_time__gte="2026-11-20 12:00:00").objects
    assert not official.calls.list(to_number=AGENT.lstrip("+"), end_time__gte="2026-11-20 13:00:00").objects


@pytest.mark.parametrize(
    ("customer", "status", "code"),
    [("60", "no-answer", 3000), ("61", "busy", 3010), ("62", "failed", 3050), ("64", "cancel", 1000),
     ("66", "no-answer", 6010)],
)  # fmt: skip
def test_the_customers_phone_goes_by_its_last_two_digits(make, sandbox, listener, customer, status, code):
    make(customer=f"+121255501{customer}")
    for _ in range(8):
        sandbox.advance(20)
    (end,) = [p["form"] for p in listener.posts if p["path"] == "/dialled"]
    assert (end["DialStatus"], end["DialBLegUUID"]) == (status, "")
    assert sandbox.plivo_calls()[1]["code"] == code


@pytest.mark.parametrize(
    ("agent", "status", "code"), [("60", "no-answer", "6010"), ("61", "busy", "3010"), ("62", "failed", "3050")]
)
def test_an_agents_phone_that_is_not_picked_up_asks_for_no_instructions(make, sandbox, listener, agent, status, code):
    make(to=f"+121255501{agent}", ring_timeout=20)
    for _ in range(3):
        sandbox.advance(20)
    assert [path for path, _ in told(listener)] == ["ring", "hangup"]
    assert (listener.posts[-1]["form"]["CallStatus"], listener.posts[-1]["form"]["HangupCauseCode"]) == (status, code)


def test_where_the_answer_address_fails_the_fallback_is_asked(make, sandbox, listener):
    make()
    sandbox.advance(1)
    listener.texts["/fallback"] = listener.texts["/answer"]
    listener.statuses = [500] * 4
    for _ in range(5):
        sandbox.advance(10)
    assert [path for path, _ in told(listener)][:6] == ["ring", *["answer"] * 4, "fallback"]
    assert ("dialled", "completed") in told(listener)


@pytest.mark.parametrize(
    ("text", "code"), [("<Response><Hangup/></Response>", 4010), ("<Response/>", 4010), ("no xml", 8011), ("", 8011)]
)
def test_other_instructions_end_the_call(make, sandbox, listener, text, code):
    make()
    listener.texts["/answer"] = text
    sandbox.advance(1)
    sandbox.advance(5)
    (leg,) = sandbox.plivo_calls()
    assert (leg["code"], told(listener)[-1]) == (code, ("hangup", "completed"))


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"from": ""}, 400, "from is a mandatory parameter"),
        ({"to": None}, 400, "to is a mandatory parameter"),
        ({"answer_url": ""}, 400, "answer_url is a mandatory parameter"),
        ({"answer_url": "nonsense"}, 400, "answer_url is not a valid URL"),
        ({"to": "sip:x"}, 400, "to and from must be phone numbers"),
        ({"to": CALLER_ID}, 400, "src and destination cannot overlap"),
        ({"to": "+5371234567"}, 403, "Geo permission is not enabled for this destination"),
    ],
)
def test_what_is_wrong_is_refused_and_rings_nobody(sandbox, change, status, words):
    body = {"from": CALLER_ID, "to": AGENT, "answer_url": "https://answer.url"} | change
    url = f"{sandbox.url}/plivo/v1/Account/{PLIVO[0]}/Call/"
    answer = requests.post(url, json=body, auth=PLIVO, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (status, words)
    assert sandbox.plivo_calls() == []
