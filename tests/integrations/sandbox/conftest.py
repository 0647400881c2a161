"""A sandbox whose clock stands still, somebody listening where our hooks would be, and short ways to ask."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
import requests

from integrations.sandbox import server

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CCAI = ("demo", "demo-token")
PLIVO = ("MADEMO00000000000000", "demo-plivo-token")
TRESTLE = {"x-api-key": "demo-trestle-key"}
FEEDBACKAPI = ("demo-feedbackapi-token", "")


class Listener:
    """Stands where our hooks would be: keeps every post, answers `statuses` in turn, then 200; `texts` by path."""

    def __init__(self):
        self.posts, self.statuses, self.texts = [], [], {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def _handler(listener):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(parse_qsl(body, keep_blank_values=True))
                listener.posts.append({"path": self.path, "headers": dict(self.headers), "form": form, "body": body})
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                self.end_headers()
                self.wfile.write(listener.texts.get(self.path, "").encode())

            def log_message(self, *args):
                pass

        return Handler

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def sandbox(listener):
    with server.start(clock=lambda: NOON, env={"PUBLIC_URL": listener.url}) as running:
        yield running


@pytest.fixture
def place(sandbox):
    """`place(to=…)`, `place(ticket_id=…)`, or any keys of the body: the answer of POST calls."""

    def post(to=None, **body):
        body = {"call_type": "Voice Outbound (API)", "agent_email": "agent@demo.test", "lang": "en"} | body
        if to:
            body["end_user_number"] = to
        body = {key: value for key, value in body.items() if value is not None}
        return requests.post(f"{sandbox.url}/ccai/apps/api/v1/calls", json=body, auth=CCAI, timeout=5)

    return post


@pytest.fixture
def manager(sandbox):
    """`manager("calls", **params)`: the answer of the Manager API."""

    def get(path, **params):
        url = f"{sandbox.url}/ccai/manager/api/v1/{path}"
        return requests.get(url, params=params, auth=CCAI, timeout=5)

    return get


@pytest.fixture
def feedback(sandbox):
    """`feedback(uuid, **body)`: the answer of Plivo's feedback endpoint."""

    def post(number, **body):
        url = f"{sandbox.url}/plivo-stats/v1/Call/{number}/Feedback/"
        return requests.post(url, json=body, auth=PLIVO, timeout=5)

    return post


@pytest.fixture
def phone_feedback(sandbox):
    """`phone_feedback(**changes)`: the answer of Trestle's feedback endpoint; None leaves a field out."""

    def post(key=TRESTLE["x-api-key"], **changes):
        body = {
            "response_id": "T_b5d031b8-e8a3-4eef-8fa8-d87d3b7e386f",
            "phone": "2069735100",
            "name": "Waidong Syrws",
            "phone_status": "Connected",
            "phone_right_party_contact": True,
        } | changes
        body = {name: value for name, value in body.items() if value is not None}
        headers = {"x-api-key": key} if key else {}
        return requests.post(f"{sandbox.url}/trestle/1.0/phone_feedback", json=body, headers=headers, timeout=5)

    return post


@pytest.fixture
def ask(sandbox):
    """`ask("customers", fname="Jane")` gets a list, `ask("customers", json={…})` posts: FeedbackAPI's answer."""

    def send(path, method=None, json=None, auth=FEEDBACKAPI, **params):
        url = f"{sandbox.url}/feedbackapi/v1.3/{path}"
        return requests.request(
            method or ("GET" if json is None else "POST"), url, json=json, params=params, auth=auth, timeout=5
        )

    return send
