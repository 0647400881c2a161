"""`manage.py sandbox --port N [--speed X] [--state FILE]`: the vendors, in a process of their own."""

import signal
import sqlite3
import threading
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integrations.sandbox import server


def speed(text):
    """A number above 0. Raises ValueError."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def port(text):
    """A TCP port, 0 for any free one. Raises ValueError; the socket library would take the remainder of more."""
    value = int(text)
    if not 0 <= value <= 65535:
        raise ValueError(text)
    return value


class Command(BaseCommand):
    help = "Serve the vendors on one port, as their pages document them. Open its address for the rest."
    requires_system_checks = []  # it is the outside world: it needs no database and no key of ours

    def add_arguments(self, parser):
        parser.add_argument("--port", type=port, required=True)
        parser.add_argument("--speed", type=speed, default=1.0, help="10 plays a call's life ten times faster")
        parser.add_argument("--state", type=Path, default=settings.BASE_DIR / "var" / "sandbox.sqlite3")
        parser.add_argument("--host", default=server.LOOPBACK, help="loopback unless you know why not")

    def handle(self, *args, port, speed, state, host, **options):
        state.parent.mkdir(parents=True, exist_ok=True)
        # CCAI's documented limit; at another speed than life's own it would only be in the way.
        rate = 10 if speed <= 1 else None
        try:
            running = server.start(port, speed, state, ccai_rate=rate, host=host)
        except SystemExit:  # what the server library does where the port is taken, after saying so
            raise CommandError(f"The sandbox cannot listen on {host}:{port}.") from None
        except sqlite3.Error as error:
            raise CommandError(f"The sandbox cannot use {state} as its state: {error}.") from None
        self.stdout.write(f"Vendor sandbox on {running.url}/ at speed {speed:g}, state in {state}")
        self.stdout.flush()
        _until_told_to_stop()
        running.stop()


def _until_told_to_stop():
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()
