"""The page a person opens, and the command that serves it."""

import re
import signal
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import requests

from integrations.sandbox import faults, server, trestle
from integrations.sandbox.script import ENDINGS

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def front(sandbox):
    answer = requests.get(sandbox.url, timeout=5)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return unescape(answer.text)


def test_the_page_says_what_every_ending_does(front):
    for number, ending in ENDINGS.items():
        assert f"<td>{number:02d}</td>" in front
        assert ending.says in front


def test_the_page_tells_kinds_keys_settings_and_the_demos_credentials(front):
    for word in (*faults.KINDS, *trestle.KEYS, "plivo_spelling", "MADEMO00000000000000", "demo-token", "/hooks/plivo/"):
        assert word in front


def test_the_page_names_a_secret_of_ones_own_and_does_not_show_it():
    with server.start(env={"CCAI_TOKEN": "my-own-secret"}) as sandbox:
        text = requests.get(sandbox.url, timeout=5).text
    assert "my-own-secret" not in text
    assert "CCAI_TOKEN of its environment" in text


def test_the_page_needs_no_script_and_nothing_from_elsewhere(front):
    assert "<script" not in front
    assert "src=" not in front


@pytest.fixture
def command(tmp_path):
    """`command(*options)`: the command running (on any free port), its first line read."""
    running = []

    def begin(*options, port=0):
        state = ["--state", str(tmp_path / "state.sqlite3")]
        words = [sys.executable, "manage.py", "sandbox", "--port", str(port), *state, *options]
        process = subprocess.Popen(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
        )  # fmt: skip
        running.append(process)
        return process, process.stdout.readline()

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def test_the_command_serves_and_ends_well_when_told_to(command):
    process, line = command("--speed", "2.5")
    url, speed = re.match(r"Vendor sandbox on (http://127\.0\.0\.1:\d+)/ at speed (\S+),", line).groups()
    assert speed == "2.5"
    assert requests.get(f"{url}/clock", timeout=5).json()["speed"] == 2.5
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


def test_the_command_says_when_the_port_is_taken(command, sandbox):
    process, _ = command(port=sandbox.port)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"cannot listen on 127.0.0.1:{sandbox.port}" in error


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "inf"])
def test_a_speed_that_is_none_is_wrong_usage(command, speed):
    process, _ = command("--speed", speed)
    process.communicate(timeout=20)
    assert process.returncode == 2
