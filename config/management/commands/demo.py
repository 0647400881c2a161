"""`make demo`: from nothing to a running system with a small world in it."""

import logging
import os
import signal

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import env
from config.demo import environment, pages, run, sign_ins


class Command(BaseCommand):
    help = "Prepares the database, fills a small world once, runs sandbox, worker and web server until Ctrl-C."
    requires_system_checks = []  # the processes it starts check themselves, once there is a database

    def add_arguments(self, parser):
        parser.add_argument("--end-with-parent", action="store_true", help="end when the process that began this does")

    def handle(self, *, end_with_parent, **options):
        logging.getLogger("django-q").setLevel(logging.WARNING)  # people read here
        parent = os.getppid() if end_with_parent else None
        _end_when_told()
        try:
            self.run(parent)
        except KeyboardInterrupt:
            self.say("Stopped.")
        except run.CannotStart as error:
            raise CommandError(str(error)) from error

    def run(self, parent):
        port, sandbox_port = env.number("PORT", 8000), env.number("SANDBOX_PORT", 8001)
        run.require_free(port, "PORT")
        run.require_free(sandbox_port, "SANDBOX_PORT")
        environment.fill(port, sandbox_port)
        self.prepare()
        demo = run.Demo(port, sandbox_port, settings.VAR_DIR / "log", self.say)
        try:
            demo.start()
            self.say(sign_ins.words(f"http://{run.HOST}:{port}/", f"http://{run.HOST}:{sandbox_port}/"))
            demo.watch(parent)
        finally:
            _hold_interrupts()
            demo.stop()

    def prepare(self):
        """Database, cache, static files and world; each does nothing when it is there already."""
        self.say("Preparing the database and the pages")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        try:
            call_command("build_fonts", verbosity=0, stdout=self.stdout)
        except CommandError as error:
            self.say(str(error))
        pages.collect()
        call_command("load_demo", stdout=self.stdout)
        self.stdout.flush()

    def say(self, words):
        self.stdout.write(words)
        self.stdout.flush()


def _end_when_told():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)  # also where a shell in the background would have it ignored
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asked to outlive the terminal
        signal.signal(signal.SIGHUP, _interrupt)


def _interrupt(number, frame):
    raise KeyboardInterrupt


def _hold_interrupts():
    # A second Ctrl-C while we end things must not leave half of them running.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
