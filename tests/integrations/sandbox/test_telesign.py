"""TeleSign as the sandbox plays it: the strings of its page, its events, and that it does what they are answered."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests

from integrations.sandbox import server
from tests.integrations.vendor_server import fixture, fixtures

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = base64.b64encode(b"sandbox-key").decode()
HANGUP = {"jsonrpc": "2.0", "method": "hangup", "params": {}}


class Hook:
    """Our hook's place: it keeps what comes and answers what it is told."""

    def __init__(self):
        self.received, self.answers = [], []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                hook.received.append((self.path, dict(self.headers), raw))
                said = json.dumps(hook.answers.pop(0) if hook.answers else HANGUP).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def events(self):
        return [json.loads(raw) for _, _, raw in self.received]

    @property
    def names(self):
        return [event["event"] for event in self.events]


@pytest.fixture
def hook():
    running = Hook()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def telesign(hook):
    env = {"PUBLIC_URL": hook.url, "TELESIGN_HOOK_KEY": KEY}
    with server.start(clock=lambda: NOON, env=env) as running:
        yield running


def dial(sandbox, to="12125550150", caller_id="12125550180", method="dial", auth=None, **more):
    params = {"to": to, "caller_id_number": caller_id, "max_call_duration": "14400"} | more
    body = {"jsonrpc": "2.0", "id": "1", "method": method, "params": {k: v for k, v in params.items() if v is not None}}
    auth = auth or (sandbox.world.credentials.telesign_customer_id, sandbox.world.credentials.telesign_api_key)
    return requests.post(f"{sandbox.url}/telesign/v2/voice", json=body, auth=auth, timeout=5)


WRONG = {
    "caller_id_number_not_owned": {"caller_id": "12125550199"},
    "caller_id_number_not_provided": {"caller_id": None},
    "invalid_phone_number": {"to": "+12125550150"},
    "to_number_not_provided": {"to": None},
    "unsupported_call_state": {"method": "speak"},
    "not_authorized": {"auth": ("somebody", "else")},
    "credentials_not_provided": {"auth": ("somebody", "")},
    "rate_limit_exceeded": {},
}
PRINTED = fixtures("telesign", "dial__400_") + fixtures("telesign", "dial__401_") + fixtures("telesign", "dial__429_")


@pytest.mark.parametrize("name", PRINTED)
def test_every_printed_error_is_given_with_its_status(telesign, name):
    word = name.removeprefix("dial__")[4:]
    if word == "rate_limit_exceeded":
        telesign.set(telesign_rate=1)
        dial(telesign)
    answer = dial(telesign, **WRONG[word])
    assert (answer.status_code, answer.json()) == (fixture("telesign", name)["status"], {"error": word})
    assert [call["to"] for call in telesign.telesign_calls()] == (["12125550150"] if word.startswith("rate") else [])


def test_a_dial_is_accepted_and_its_events_are_signed(telesign, hook):
    reference_id = dial(telesign).json()["reference_id"]
    telesign.play(60)
    assert hook.names == ["dial_completed", "call_completed"]
    for path, headers, raw in hook.received:
        signed = base64.b64encode(hmac.new(b"sandbox-key", raw, hashlib.sha256).digest()).decode()
        assert path == "/hooks/telesign/" and headers["Authorization"].endswith(f":{signed}")
    assert {event["reference_id"] for event in hook.events} == {reference_id}
    first, last = hook.events
    assert first["data"] == {"to": "12125550150", "from": "12125550180", "status": "answered"}
    assert set(last["data"]) == set(fixture("telesign", "call_completed__printed")["event"]["data"])
    assert last["data"]["created_on_utc"] == "2026-11-20T12:00:00.000"


def test_what_an_event_is_answered_is_done(telesign, hook):
    hook.answers = [{"method": "speak", "params": {"tts": {}, "collect_digits": {"max": 1}}}, HANGUP]
    dial(telesign)
    telesign.play(60)
    assert hook.names == ["dial_completed", "speak_completed", "call_completed"]
    assert hook.events[1]["data"]["collected_digits"] == "1"
    hook.answers = [{"method": "play", "params": {}}]
    dial(telesign)
    telesign.play(60)
    assert hook.names[3:] == ["dial_completed", "play_completed", "call_completed"]


def test_a_dial_is_done_after_an_incoming_call_and_refused_after_our_own(telesign, hook):
    join = {"method": "dial", "params": {"to": "12125550150", "caller_id_number": "12125550101"}}
    hook.answers = [join, join]
    requests.post(f"{telesign.url}/telesign/play/incoming", json={"from": "+12125550101"}, timeout=5)
    telesign.play(60)
    assert hook.names == ["incoming_call", "call_leg_completed", "call_completed"]
    assert hook.events[-1]["data"]["status"] == "unsupported_call_state"  # the second dial
    assert hook.events[-1]["data"]["direction"] == "inbound"


@pytest.mark.parametrize("body", [{}, {"from": 1}, {"from": "x"}, {"from": "+12125550101", "to": "+12125550101"}, []])
def test_a_call_nobody_could_make_is_refused_in_words(telesign, body):
    answer = requests.post(f"{telesign.url}/telesign/play/incoming", json=body, timeout=5)
    assert answer.status_code == 400 and answer.json()["message"]


def test_without_a_key_the_secret_stands_in_the_address(hook):
    env = {"PUBLIC_URL": hook.url, "TELESIGN_HOOK_SECRET": "long-and-random"}
    with server.start(clock=lambda: NOON, env=env) as running:
        dial(running)
        running.play(60)
    assert {path for path, _, _ in hook.received} == {"/hooks/telesign/long-and-random/"}
    assert all("Authorization" not in headers for _, headers, _ in hook.received)


def test_the_front_page_says_what_each_number_does(telesign):
    page = requests.get(telesign.url, timeout=5).text
    for words in ("TeleSign&#x27;s dial_completed", "busy 5 s", "presses nothing", "to_number_not_provided", "no end"):
        assert words in page, words
    assert requests.get(f"{telesign.url}/telesign/calls", timeout=5).json() == []
