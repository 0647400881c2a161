"""The sandbox pushes session events as they are documented: in order, with HTTP Basic, tried again until taken."""

import base64
import json

import pytest
import requests

from integrations.sandbox import server
from tests.integrations.sandbox.conftest import CCAI, NOON
from tests.integrations.vendor_server import fixture

STEPS = fixture("ccai", "session_events__six_of_one_call")["body"]["events"]


@pytest.fixture
def pushing(listener):
    env = {"PUBLIC_URL": listener.url, "CCAI_HOOK_USER": "ccai", "CCAI_HOOK_PASSWORD": "secret"}
    with server.start(clock=lambda: NOON, env=env) as running:
        yield running


def dial(running, to="+12125550130", **body):
    asked = {"call_type": "Voice Inbound (API)", "menu_id": 9, "end_user_number": to, "lang": "en"} | body
    answer = requests.post(f"{running.url}/ccai/apps/api/v1/calls", json=asked, auth=CCAI, timeout=5)
    return answer.json()["id"]


def told(listener):
    """Every event that was posted, in the order of arrival."""
    posts = [post for post in listener.posts if post["path"] == "/hooks/ccai/"]
    return [event for post in posts for event in json.loads(post["body"])["events"]]


def steps(events):
    return [
        (event["item"]["state"], [(one["type"], one["status"]) for one in event["item"]["participants"]])
        for event in events
    ]


def test_a_call_tells_the_six_documented_steps(pushing, listener):
    number = dial(pushing)
    pushing.advance(120)
    events = told(listener)
    assert steps(events) == steps(STEPS)
    assert {event["item"]["call_id"] for event in events} == {number} and len({e["event_id"] for e in events}) == 6
    assert [set(event["item"]) for event in events] == [set(event["item"]) for event in STEPS]
    assert events[0]["timestamp"] == int(NOON.timestamp() * 1000)
    (auth,) = {post["headers"]["Authorization"] for post in listener.posts if post["path"] == "/hooks/ccai/"}
    assert base64.b64decode(auth.removeprefix("Basic ")) == b"ccai:secret"


def test_a_call_that_nobody_answers_has_no_active_step(pushing, listener):
    dial(pushing, call_type="Voice Outbound (API)", agent_email="agent@demo.test", to="+12125550160")
    pushing.advance(120)
    assert [event["item"]["participants"][-1]["status"] for event in told(listener)] == [
        "connected",
        "accepted",
        "disconnected",
        "dispositionSubmitted",
    ]


def test_a_hook_that_fails_is_tried_again(pushing, listener):
    listener.statuses = [503]
    dial(pushing)
    pushing.advance(1)
    pushing.advance(3)
    first, *others = told(listener)
    assert first["event_id"] in [event["event_id"] for event in others]


@pytest.mark.parametrize(
    ("how", "bodies", "events"), [("off", 0, 0), ("together", 1, 6), ("twice", 12, 12), ("backwards", 6, 6)]
)
def test_they_may_come_otherwise(pushing, listener, how, bodies, events):
    requests.post(f"{pushing.url}/settings", json={"ccai_events": how}, timeout=5)
    dial(pushing)
    pushing.advance(120)
    assert len([post for post in listener.posts if post["path"] == "/hooks/ccai/"]) == bodies
    found = told(listener)
    assert len(found) == events
    if how == "backwards":
        assert steps(found) == steps(STEPS)[::-1]


def test_without_a_name_and_a_password_nothing_is_pushed(sandbox, listener):
    dial(sandbox)
    sandbox.advance(120)
    assert not told(listener)
