"""Children of ours: ended with all they started, however we end; restarted when they stand still."""

import os
import re
import signal
import subprocess
import sys

import pytest

from config.env import ROOT
from config.processes.child import Child
from config.processes.watchdog import FIRST_SIGN, Worker
from tests.patience import until

# A program that leaves a child of its own behind and takes no notice of being asked to end.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(f"pids {os.getpid()} {left.pid}.", flush=True)
time.sleep(600)
"""
# Somebody who starts a more obedient one through our Child and then waits to be killed.
CALLER = f"""
import pathlib, sys, time
from config.processes.child import Child
child = Child("stubborn", [sys.executable, "-c", {STUBBORN.replace("SIG_IGN", "SIG_DFL")!r}], pathlib.Path(sys.argv[1]))
child.start()
time.sleep(600)
"""


def pids(log):
    """The two process ids the stubborn program has printed, once it has."""
    words = until(lambda: log.exists() and re.search(r"pids (\d+) (\d+)\.", log.read_text()), what="it has started")
    return [int(words[1]), int(words[2])]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"  # a zombie is dead
    except FileNotFoundError:
        return False


@pytest.fixture
def log(tmp_path):
    return tmp_path / "child.log"


def test_stopping_ends_the_stubborn_and_what_they_left_behind(log):
    child = Child("stubborn", [sys.executable, "-c", STUBBORN], log)
    child.start()
    both = pids(log)
    child.stop(grace=0.2)
    until(lambda: not any(map(is_alive, both)), what="both have ended", give_up=5)


def test_a_caller_that_is_killed_takes_its_children_along(log):
    process = subprocess.Popen([sys.executable, "-c", CALLER, str(log)], cwd=ROOT)
    both = pids(log)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: not any(map(is_alive, both)), what="both have ended")


def test_a_child_that_ends_well_is_waited_for_and_its_words_are_kept(log):
    child = Child("polite", [sys.executable, "-c", "print('one'); print('two')"], log)
    child.start()
    child.process.wait()
    assert not child.is_running
    assert child.last_lines(1) == "two"
    child.stop()


def test_only_words_since_the_start_are_shown(log):
    log.write_text("from an earlier run\n")
    child = Child("polite", [sys.executable, "-c", "print('now')"], log)
    child.start()
    child.process.wait()
    assert child.last_lines() == "now"
    child.stop()


def test_a_log_that_has_grown_too_long_is_put_aside(log):
    log.write_text("x" * 100)
    child = Child("chatty", [], log)
    child.limit_log(limit=100)
    assert log.stat().st_size == 100
    child.limit_log(limit=99)
    assert log.stat().st_size == 0
    assert log.with_suffix(".log.1").stat().st_size == 100


class Watched:
    """A worker under watch with a clock and a pulse that the test holds in its hand."""

    def __init__(self, log):
        self.now, self.alive, self.said = 0, True, []
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        self.worker = Worker(log, self.said.append, lambda: self.alive, lambda: self.now, command)
        self.worker.start()

    def look_after(self, seconds):
        self.now += seconds
        self.worker.look()
        return self.worker.restarts


@pytest.fixture
def watched(log, db):
    watched = Watched(log)
    yield watched
    watched.worker.child.stop(grace=0.2)


def test_a_worker_with_a_fresh_sign_of_life_is_left_alone(watched):
    assert watched.look_after(FIRST_SIGN * 5) == 0


def test_a_new_worker_has_time_for_its_first_sign(watched):
    watched.alive = False
    assert watched.look_after(FIRST_SIGN - 1) == 0


def test_a_worker_that_stands_still_is_ended_and_started_again(watched):
    watched.alive, before = False, watched.worker.child.process.pid
    assert watched.look_after(FIRST_SIGN + 1) == 1
    assert watched.worker.child.process.pid != before
    assert not is_alive(before)
    assert "no sign of life" in watched.said[0]
    assert watched.look_after(FIRST_SIGN - 1) == 1  # the new one has its time again


def test_a_worker_that_died_is_started_again_but_not_in_a_frenzy(watched):
    os.killpg(watched.worker.child.process.pid, signal.SIGKILL)
    watched.worker.child.process.wait()
    assert watched.look_after(1) == 0
    assert watched.look_after(2) == 1
    assert watched.worker.child.is_running


def test_a_new_worker_is_asked_for_a_sign_of_life_at_once(watched):
    from django_q.models import OrmQ

    assert [task.func() for task in OrmQ.objects.all()] == ["integrations.tasks.heartbeat"]


def test_the_worker_command_runs_tasks_and_ends_when_asked(processes, world):
    from django.contrib.auth import get_user_model
    from django_q.tasks import async_task

    async_task("tests.config.deeds.rename", world.agent.pk, "Done under watch")
    watched = processes("worker", "manage.py", "worker")
    until(
        lambda: get_user_model().objects.filter(name="Done under watch").exists(),
        what="the watched worker has done it",
        but_see=watched,
    )
    watched.process.terminate()
    assert watched.process.wait(60) == 0
    assert "Q Cluster" in watched.words()  # the queue's words come out where ours do
