"""`manage.py demo` as people run it: it answers, says how to sign in, and ends without a trace."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from config.demo import sign_ins
from config.env import ROOT
from tests.patience import until
from tests.servers import free_port

PARTS = ("accounts", "calls", "config", "customers", "feedback", "integrations", "templates", "static", "manage.py")


class Running:
    """A demo in a folder of its own, so that nobody's data is touched."""

    def __init__(self, folder, *options, by=()):
        self.folder, self.log = folder, folder / "demo.log"
        self.port, self.sandbox_port = free_port(), free_port()
        bare = {"PATH": os.environ["PATH"], "PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port)}
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [*by, sys.executable, "manage.py", "demo", *options],
                cwd=folder, env=bare, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def is_running(self):
        return self.process.poll() is None

    def words(self):
        return self.log.read_text(errors="replace")

    def wait_until_up(self):
        until(lambda: "is running at" in self.words(), what="the demo is up", but_see=self, give_up=120)
        return self

    def get(self, path="", port=None):
        return requests.get(f"http://127.0.0.1:{port or self.port}/{path}", timeout=10)

    def left_behind(self):
        """Command lines of processes that still work in the demo's folder."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.path.samefile(f"/proc/{pid}/cwd", self.folder):
                    found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the sources without anybody's `var/`."""
    folder = tmp_path_factory.mktemp("demo")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    return folder


@pytest.fixture
def start(folder):
    running = []

    def begin(*options, **how):
        running.append(Running(folder, *options, **how))
        return running[-1]

    yield begin
    for demo in running:
        if demo.is_running:
            demo.process.send_signal(signal.SIGTERM)
            demo.process.wait(60)


def test_it_answers_signs_people_in_and_ends_without_a_trace_and_keeps_its_data(start):
    demo = start().wait_until_up()
    words = demo.words()
    for role in sign_ins.ROLES:
        assert sign_ins.email(role) in words
        assert signs_in(demo, sign_ins.email(role))
    assert demo.get("readyz").json()["worker"] is True
    assert demo.get(port=demo.sandbox_port).status_code == 200
    style = re.search(r'href="(/static/[^"]+\.css)"', demo.get("accounts/login/").text)
    assert demo.get(style[1].lstrip("/")).status_code == 200
    assert (demo.folder / "var" / "log" / "worker.log").exists()

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    assert demo.left_behind() == []

    again = start().wait_until_up()
    assert "there already" in again.words()
    assert signs_in(again, sign_ins.email("agent"))
    again.process.kill()
    until(lambda: again.left_behind() == [], what="nothing of the killed demo is left")


def signs_in(demo, email):
    """Whether the sign-in form lets this person in."""
    with requests.Session() as browser:
        page = browser.get(f"http://127.0.0.1:{demo.port}/accounts/login/", timeout=10)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        form = {"csrfmiddlewaretoken": token, "login": email, "password": sign_ins.PASSWORD}
        answer = browser.post(page.url, form, headers={"Referer": page.url}, timeout=10, allow_redirects=False)
        return answer.status_code == 302 and "session" in browser.cookies


def test_it_ends_when_the_one_that_began_it_is_killed(start):
    shell = ("sh", "-c", '"$@"; exit $?', "sh")
    demo = start("--end-with-parent", by=shell).wait_until_up()
    demo.process.kill()  # the shell: what it started hears of it by itself
    until(lambda: demo.left_behind() == [], what="the demo has followed the shell")


def test_a_port_in_use_is_said_in_one_sentence(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "demo"], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "PORT": str(port), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )  # fmt: skip
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
