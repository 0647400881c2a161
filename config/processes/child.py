"""A program of ours in its own process group, its words in our own output or in a log of limited size."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress

from config.env import ROOT

LOG_LIMIT = 5_000_000  # bytes; one older file is kept beside it
GRACE = 12  # seconds to end in good order: the longest vendor exchange of a dial, and some


class Child:
    """`Child("web", [...], log)`; `start()`, `is_running`, `stop()`, `last_lines()`."""

    def __init__(self, name, command, log):
        """`log` is a path, or None for our own output."""
        self.name, self.command, self.log = name, command, log
        self.process = None

    def start(self):
        if self.log is None:
            return self._start(None)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.began_at = out.tell()
            self._start(out)

    def _start(self, out):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.processes.guard", *self.command],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,  # never written to; its end tells the guard that we are gone
            stdout=out,
            stderr=out and subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self):
        if self.is_running:
            self.process.terminate()

    def stop(self, grace=GRACE):
        """Asks, waits `grace` seconds, then ends the whole group, what it left behind too."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(grace)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()

    def last_lines(self, count=12):
        """The end of what it said since it was started."""
        with self.log.open("rb") as file:
            file.seek(min(self.began_at, self.log.stat().st_size))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])

    def limit_log(self, limit=LOG_LIMIT):
        """Copies a log that has grown too long aside and empties it; the child appends, so it goes on at the top."""
        if self.log.exists() and self.log.stat().st_size > limit:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)
            self.began_at = 0
