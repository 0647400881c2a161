"""`manage.py import_calls FILE` and the others: an import of one kind in this process, with its progress shown.

An import that was killed half way is gone on with where it stopped when the same file is given again.
"""

import logging
import signal
import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from accounts.models import User
from customers.imports import choosing, files, kinds, work
from customers.imports import rejected as rejected_rows
from customers.imports.choices import WORKED, ImportState
from customers.imports.errors import CannotRead
from customers.imports.models import Import

SAY_EVERY = 5  # seconds between two plain lines
PATIENCE, LOOK_EVERY = 120, 0.5  # seconds: a worker may have it in hand, and a killed one's lease runs out
SHOWN = 10  # rows not taken, or in part, that are named; the rest are in the file that --rejected names


class ImportCommand(BaseCommand):
    """A command of one kind; subclasses say which."""

    kind = ""
    help = "Take in the rows of a CSV file or a workbook, as it is."

    def add_arguments(self, parser):
        parser.add_argument("file", help="a CSV file, a workbook (XLSX), or a ZIP archive with one of them")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--source", help="name of the system it comes from: its ids are known by it")
        parser.add_argument("--location", help="name of the location all of it belongs to")
        parser.add_argument(
            "--new-locations", choices=["reject", "without", "make"], help="what becomes of rows at unknown locations"
        )
        parser.add_argument("--account", help="name of the client account of locations that are made")
        self._add_options_of_its_kind(parser)
        parser.add_argument("--zone", help="time zone its times are in, like America/New_York")
        parser.add_argument("--sheet", default="", help="which sheet of a workbook")
        parser.add_argument("--encoding", default="", help="how its letters are written, where it is told wrongly")
        parser.add_argument("--dates", choices=["day-first", "month-first"], help="how 1/2/2021 is meant")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help="what a column means; FIELD= for none"
        )
        parser.add_argument("--rejected", metavar="CSV", help="write the rows that were not taken to this file")
        parser.add_argument("--by", metavar="EMAIL", help="who does it, for the history")

    def _add_options_of_its_kind(self, parser):
        asked = kinds.of(self.kind).options
        if "direction" in asked:
            ways = ["incoming", "outbound"]
            parser.add_argument("--direction", choices=ways, help="which way calls went that do not say so")
        if "platform" in asked:
            parser.add_argument("--platform", help="where they were written, where no column says it: Google …")
        if "today" in asked:
            parser.add_argument("--today", metavar="YYYY-MM-DD", help="the day that “3 months ago” counts from")

    def run_from_argv(self, argv):
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # put down as cleanly as by Ctrl-C
        logging.getLogger("django-q").setLevel(logging.WARNING)  # people read here
        super().run_from_argv(argv)

    def handle(self, *, file, dry_run, **options):
        try:
            run = self._run(Path(file), dry_run, options)
        except CannotRead as why:
            raise CommandError(str(why)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Give the same file again to go on where it stopped.") from None
        try:
            self._tell(run, dry_run, options["rejected"])
        finally:
            if dry_run:
                _forget(run)

    def _run(self, path, dry_run, options):
        run = None if dry_run else self._half_done(path)
        if run:
            self.stdout.write(f"Going on with {run.file_name} after {run.seen:,} rows.")
        else:
            run = self._begun(path, dry_run, options)
        self._until_done(run)
        return run

    def _half_done(self, path):
        """The import of this very file that was killed, if there is one."""
        try:
            digest = files.digest_of(path)
        except OSError as error:
            raise CannotRead(f"{path} cannot be opened: {error.strerror}.") from error
        return Import.objects.filter(kind=self.kind, digest=digest, state=ImportState.RUNNING).first()

    def _begun(self, path, dry_run, options):
        asked = {name: options[name] for name in ("sheet", "encoding") if options[name]}
        run = Import(kind=self.kind, file_name=path.name[-255:], made_by=_person(options["by"]), mapping={})
        run.mapping = {"options": asked}
        try:
            with path.open("rb") as source:
                files.keep(run, source)
            run.save()
            self._until_done(run)
            chosen = choosing.by_words(run, options)
            self._say_meaning(run, *chosen)
            (work.try_out if dry_run else work.take_in_at_once)(run, *chosen, here=True)
            return run
        except OSError as error:
            raise CannotRead(f"{path} cannot be opened: {error.strerror}.") from error
        except BaseException:
            _forget(run)
            raise

    def _until_done(self, run):
        """Works on it in this process; a worker that has it in hand is waited for. Raises CannotRead."""
        waited = 0
        with self._bar(run) as bar:
            while run.state in WORKED:
                work.work(run.pk, None, bar.show)
                run.refresh_from_db()
                if run.state in WORKED:
                    if waited > PATIENCE:
                        raise CannotRead("A worker has this file in hand. Look at Imports, or try again in a while.")
                    time.sleep(LOOK_EVERY)
                    waited += LOOK_EVERY
        if run.state == ImportState.FAILED or (run.state == ImportState.MAPPING and run.reason):
            raise CannotRead(run.reason)

    def _bar(self, run):
        return Bar(run) if self.stdout.isatty() else Lines(self.stdout)

    # --- Words ----------------------------------------------------------------------------------

    def _say_meaning(self, run, columns, options, profile):
        kind, heads = kinds.of(run.kind), run.shape["heads"]
        self.stdout.write(f"{run.file_name}: {run.total:,} rows of the source “{profile}”.")
        for name, column in columns.items():
            self.stdout.write(f"  {kind.by_name[name].label}: “{heads[column]}”")
        unused = [head for column, head in enumerate(heads) if column not in columns.values()]
        if unused:
            self.stdout.write(f"  not taken: {', '.join(unused)}")
        for line in choosing.said_of(run, columns, options):
            self.stdout.write(f"  {line}")

    def _tell(self, run, dry_run, rejected):
        heads = ("new", "updated", "unchanged", "rejected")
        counts = ", ".join(f"{getattr(run, name):,} {head}" for name, head in zip(work.COUNTS, heads, strict=True))
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {counts}.")
        self._say_rows(run.rejects.filter(is_taken=False), run.rejected)
        if run.in_part:
            self.stdout.write(f"{run.in_part:,} of these {'would be' if dry_run else 'were'} taken in part:")
            self._say_rows(run.rejects.filter(is_taken=True), run.in_part)
        if rejected:
            with open(rejected, "w", newline="", encoding="utf-8") as target:
                target.writelines(rejected_rows.lines(run))
        if run.rejected:
            raise CommandError(f"{run.rejected:,} of {run.seen:,} rows {'would be' if dry_run else 'were'} rejected.")

    def _say_rows(self, rows, count):
        for one in rows[:SHOWN]:
            self.stdout.write(f"  row {one.row}: {one.reason}")
        if count > SHOWN:
            self.stdout.write(f"  … and {count - SHOWN:,} more")


def _person(email):
    if not email:
        return None
    found = User.objects.people().filter(email__iexact=email).first()
    if found is None:
        raise CannotRead(f"Nobody has the e-mail address {email}.")
    return found


def _forget(run):
    if run.pk:
        run.delete()
    files.forget_once_committed(run)


class Lines:
    """Plain lines, for logs and pipes."""

    def __init__(self, out):
        self.out, self.said_at = out, time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def show(self, run):
        if time.monotonic() - self.said_at >= SAY_EVERY:
            self.said_at = time.monotonic()
            self.out.write(f"{run.seen:,} of {run.total or 0:,} rows")
            self.out.flush()


class Bar:
    """A bar, for a person at a terminal."""

    def __init__(self, run):
        says = TextColumn("{task.completed:,.0f} of {task.total:,.0f} rows")
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), says)
        self.bars = Progress(*columns, TimeElapsedColumn(), console=Console(file=sys.stdout))
        self.task, self.name = None, run.file_name

    def __enter__(self):
        self.bars.start()
        return self

    def __exit__(self, *error):
        self.bars.stop()

    def show(self, run):
        if self.task is None:
            self.task = self.bars.add_task(self.name, total=max(run.total or 0, 1))
        self.bars.update(self.task, completed=run.seen)
