"""What outlives the process: calls, feedback, faults, settings and hooks owed, also after kill -9."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from integrations.sandbox import server
from tests.integrations.sandbox.conftest import CCAI, NOON, PLIVO

CALL = {"call_type": "Voice Outbound (API)", "agent_email": "agent@demo.test", "end_user_number": "+12125550100"}
ROOT = Path(__file__).resolve().parents[3]
# Serves until killed, and tells its address first.
SERVE = (
    "import sys, time; from integrations.sandbox import server; "
    "s = server.start(state=sys.argv[1], env={}); print(s.url, flush=True); time.sleep(600)"
)


@pytest.fixture
def began(tmp_path, listener):
    """`began()`: a sandbox over the same state file each time."""
    running = []

    def begin(**how):
        env = {"PUBLIC_URL": listener.url}
        running.append(server.start(state=tmp_path / "state.sqlite3", clock=lambda: NOON, env=env, **how))
        return running[-1]

    yield begin
    running[-1].stop()


def place(sandbox):
    return requests.post(f"{sandbox.url}/ccai/apps/api/v1/calls", json=CALL, auth=CCAI, timeout=5).json()


def tail(sandbox):
    return requests.get(f"{sandbox.url}/ccai/manager/api/v1/calls", auth=CCAI, timeout=5).json()


def test_a_restart_keeps_everything(began):
    first = began()
    place(first)
    number = place(first)["id"]
    first.set(plivo_spelling="arguments")
    first.set(plivo_spelling="422")
    first.advance(4)
    first.advance(6)
    before = tail(first)
    first.fault("ccai", kind="status", status=503, count=3)
    assert "message" in tail(first), "one of the three is used up"
    first.stop()
    second = began()
    assert [fault["count"] for fault in second.world.faults.waiting()] == [2]
    second.world.faults.clear()
    assert tail(second) == before, "the clock did not go back either"
    assert second.world.setting("plivo_spelling") == "422"
    assert [entry["status"] for entry in second.requests()][:4] == [201, 201, 200, 503]
    assert place(second)["id"] == number + 1


def test_a_restart_at_another_speed_does_not_rewrite_the_past(began):
    first = began(speed=10)
    place(first)
    first.advance(2)
    before = tail(first)
    first.stop()
    assert tail(began(speed=1)) == before


def test_a_hook_owed_is_sent_after_the_restart(began, listener):
    first = began()
    place(first)
    first.stop()
    began().advance(60)
    assert [post["form"]["To"] for post in listener.posts] == ["12125550100"]


def test_speed_divides_the_seconds_of_a_life(began):
    sandbox = began(speed=10)
    place(sandbox)
    sandbox.advance(1)
    sandbox.play(14)
    assert (tail(sandbox)[0]["status"], tail(sandbox)[0]["call_duration"]) == ("finished", 2)


def test_a_killed_process_has_lost_no_accepted_call(tmp_path):
    state = str(tmp_path / "state.sqlite3")
    process = subprocess.Popen([sys.executable, "-c", SERVE, state], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    url = process.stdout.readline().strip()
    made = requests.post(f"{url}/ccai/apps/api/v1/calls", json=CALL, auth=CCAI, timeout=5).json()
    known = "b38149eb-b8fe-45d5-85b2-78ee4424788f"
    feedback = f"{url}/plivo-stats/v1/Call/{known}/Feedback/"
    assert requests.post(feedback, json={"rating": 5}, auth=PLIVO, timeout=5).status_code == 201
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with server.start(state=state, env={}) as again:
        assert [call["id"] for call in tail(again)] == [made["id"]]
        assert [kept["call_uuid"] for kept in again.feedback("plivo")] == [known]
        assert len(again.plivo_calls()) == 1


def test_ids_are_not_used_again_when_the_state_is_thrown_away():
    with server.start(env={}) as first:
        one = place(first)["id"]
    with server.start(env={}) as second:
        second.advance(5)
        assert place(second)["id"] > one


def test_settings_and_clock_are_checked(began):
    sandbox = began()
    for path, body in [
        ("settings", {"plivo_spelling": "some"}), ("settings", {"colour": 1}), ("settings", []),
        ("settings", {"plivo_timezone": "Mars/Olympus"}), ("settings", {"ccai_rate": 0}), ("settings", {"delay": -1}),
        ("clock", {"advance": -1}), ("clock", {"advance": "x"}), ("clock", {"back": 1}),
    ]:  # fmt: skip
        answer = requests.post(f"{sandbox.url}/{path}", json=body, timeout=5)
        assert answer.status_code == 400, (path, body)
        assert answer.json()["message"].endswith("."), answer.text
    answer = requests.post(f"{sandbox.url}/clock", data=json.dumps({"advance": 60}), timeout=5).json()
    assert answer == {"now": "2026-11-20T12:01:00.000Z", "speed": 1.0}
