"""`manage.py sync [NAME] [--full]`: reads lists of the vendors in this process, with its progress shown."""

import logging
import signal
import sys
import time

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from integrations import alerts, sync
from integrations.choices import SyncState
from integrations.sync import runs, work

ALL = "all"
SAY_EVERY = 5  # seconds between two plain lines about one list
SAID = {
    "created": "created",
    "updated": "updated",
    "unchanged": "unchanged",
    "gone": "gone",
    "failed": "set aside",
}
# A worker may have a list in hand: it puts it down every few seconds, and a killed one's lease runs out.
PATIENCE, LOOK_EVERY = 120, 0.5  # seconds


class Command(BaseCommand):
    help = "Read what is new at the vendors, or with --full all of it, and keep it here."

    def add_arguments(self, parser):
        names = [plan.name for plan in sync.plans()]
        parser.add_argument("name", nargs="?", default=ALL, choices=[*names, ALL], help="which list; all of them")
        parser.add_argument("--full", action="store_true", help="from the beginning, and find what is gone")

    def run_from_argv(self, argv):
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # put down as cleanly as by Ctrl-C
        logging.getLogger("django-q").setLevel(logging.WARNING)  # people read here
        super().run_from_argv(argv)

    def handle(self, *, name, full, **options):
        wanted = sync.plans() if name == ALL else [sync.plan_of(name)]
        with self._progress() as progress:
            failed = {plan.name: why for plan in wanted if (why := self._read(plan, full, progress))}
        alerts.tell()
        if failed:
            raise CommandError(_sentence(failed), returncode=1)

    def _progress(self):
        return Bars() if self.stdout.isatty() else Lines(self.stdout)

    def _read(self, plan, full, progress):
        """Reads one list to its end. Gives why that was not possible, or ""."""
        progress.begin(plan)
        try:
            run = _go(plan, full, progress)
        except sync.AlreadyRunning:
            why = "another worker is reading it"
        except sync.CannotRun as cannot:
            why = str(cannot).rstrip(".")
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped while reading {plan.name}; the next run goes on there.", returncode=1
            ) from None
        else:
            progress.end(plan, run)
            return _why(run)
        progress.fail(plan, why)
        return why


def _why(run):
    """Why a run was not read to its end, in the words of the lists that cannot begin after it; "" where it was."""
    if run.state == SyncState.COMPLETE:
        return ""
    try:
        runs.refuse_a_closed(work.connection_of(sync.plan_of(run.resource)))
    except sync.CannotRun as cannot:
        return str(cannot).rstrip(".")
    return run.reason.rstrip(".") or run.get_state_display().lower()


def _go(plan, full, progress):
    """The run, once nobody else has the list in hand. Raises AlreadyRunning when patience is over."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return work.go(plan, full=full, progress=lambda run: progress.show(plan, run))
        except sync.AlreadyRunning:
            if time.monotonic() > end:
                raise
        time.sleep(LOOK_EVERY)


def _sentence(failed):
    """{name: why} in one sentence, each reason once."""
    by_reason = {}
    for name, why in failed.items():
        by_reason.setdefault(why, []).append(name)
    return "Not read to the end: " + "; ".join(f"{', '.join(names)} ({why})" for why, names in by_reason.items()) + "."


def _counts(run):
    numbers = {says: getattr(run, name) for name, says in SAID.items()}
    return ", ".join(
        [f"{run.fetched:,} fetched", *(f"{number:,} {says}" for says, number in numbers.items() if number)]
    )


def _ended(run):
    took = f" in {(run.ended_at - run.started_at).total_seconds():.1f} s" if run.ended_at else ""
    requests = f"{run.requests:,} request{'' if run.requests == 1 else 's'}"
    return f"{run.get_state_display().lower()}{took}: {_counts(run)}; {requests}."


class Lines:
    """Plain lines, for logs and pipes."""

    def __init__(self, out):
        self.out, self.said_at = out, 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def begin(self, plan):
        self.said_at = time.monotonic()

    def show(self, plan, run):
        if time.monotonic() - self.said_at >= SAY_EVERY:
            self.said_at = time.monotonic()
            self._say(f"{plan.name}: {run.fetched:,} of {run.expected or 0:,} fetched")

    def end(self, plan, run):
        self._say(f"{plan.name}: {_ended(run)}")

    def fail(self, plan, why):
        self._say(f"{plan.name}: not read, {why}.")

    def _say(self, words):
        self.out.write(words)
        self.out.flush()


class Bars:
    """A bar a list, for a person at a terminal."""

    def __init__(self):
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[says]}"),
        )
        self.bars = Progress(*columns, TimeElapsedColumn(), console=Console(file=sys.stdout))
        self.tasks = {}

    def __enter__(self):
        self.bars.start()
        return self

    def __exit__(self, *error):
        self.bars.stop()

    def begin(self, plan):
        self.tasks[plan.name] = self.bars.add_task(plan.label, total=None, says="")

    def show(self, plan, run):
        done = run.fetched
        self.bars.update(self.tasks[plan.name], completed=done, total=max(run.expected or 0, done), says=_counts(run))

    def end(self, plan, run):
        done = max(run.fetched, 1)
        self.bars.update(self.tasks[plan.name], completed=done, total=done, says=_ended(run))

    def fail(self, plan, why):
        self.bars.update(self.tasks[plan.name], says=f"not read, {why}.")
