"""Starts sandbox, worker and web server, waits until they answer, and ends all of it together."""

import os
import socket
import sys
import time
from urllib.request import ProxyHandler, build_opener

from config.demo import vendor_side
from config.processes.child import Child
from config.processes.watchdog import Worker

HOST = "127.0.0.1"  # the demo's passwords are printed: nobody else's machine may reach it
START_WITHIN = 60  # seconds; a loaded small machine needs ten
# Threads, so that a slow dial or a poll keeps nobody waiting; two processes use two cores.
WEB = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"]


class CannotStart(Exception):
    """Said to the person; the demo ends with status 1."""


def require_free(port, variable):
    """Raises CannotStart when somebody listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OverflowError as error:
            raise CannotStart(f"{variable} must be a port from 1 to 65535, not {port}.") from error
        except OSError as error:
            raise CannotStart(
                f"Port {port} is in use ({error.strerror}): end what listens there or choose another with {variable}=…"
            ) from error


class Demo:
    """All processes of the demo. `start()`, then `watch()` until it is told to end; always `stop()`."""

    def __init__(self, port, sandbox_port, logs, say):
        manage = [sys.executable, "manage.py"]
        gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", *WEB]
        self.sandbox = Child("sandbox", [*manage, "sandbox", "--port", str(sandbox_port)], logs / "sandbox.log")
        self.web = Child("web server", gunicorn, logs / "web.log")
        self.worker = Worker(logs / "worker.log", say)
        self.children = [self.sandbox, self.web, self.worker.child]
        self.addresses = {self.web: f"http://{HOST}:{port}/readyz", self.sandbox: f"http://{HOST}:{sandbox_port}/"}

    def start(self):
        """Returns when web server and sandbox answer. Raises CannotStart with the last lines of the one that died."""
        end = time.monotonic() + START_WITHIN
        self.sandbox.start()
        self.web.start()
        self._wait_for(self.sandbox, end)
        vendor_side.fill(self.addresses[self.sandbox].rstrip("/"))
        self.worker.start()  # it reads FeedbackAPI's lists: not before they are filled
        self._wait_for(self.web, end)
        self._require_running()

    def _wait_for(self, child, end):
        while not answers(self.addresses[child]):
            self._require_running()
            if time.monotonic() > end:
                raise CannotStart(f"The {child.name} does not answer.\n{child.last_lines()}")
            time.sleep(0.1)

    def _require_running(self):
        for child in self.children:
            if child.process and not child.is_running:
                raise CannotStart(f"The {child.name} ended at its start. Its last words:\n{child.last_lines()}")

    def watch(self, parent=None):
        """Looks once a second until a child that must live has died, or the process `parent` is gone."""
        while parent in (None, os.getppid()):
            time.sleep(1)
            self.worker.look()
            for child in self.children:
                child.limit_log()
            for child in (self.sandbox, self.web):
                if not child.is_running:
                    raise CannotStart(f"The {child.name} ended. Its last words:\n{child.last_lines()}")

    def stop(self):
        """Asks all of them at once, then waits for each."""
        started = [child for child in self.children if child.process]
        for child in started:
            child.ask_to_stop()
        for child in started:
            child.stop()


_open = build_opener(ProxyHandler({})).open  # a proxy of the machine's has no business on loopback


def answers(address):
    """Whether a server says 200 there."""
    try:
        with _open(address, timeout=5) as response:
            return response.status == 200
    except OSError:  # URLError and HTTPError are kinds of it
        return False
