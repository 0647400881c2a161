"""The work on one import: reading the file, trying it out, taking it in. In turns, by one worker at a time.

A portion's rows, what was wrong with some of them, and the point behind it are one commit: after a kill at any moment
whoever goes on does so there, and takes no row twice.
"""

import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db import connection as database
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django_q.tasks import async_task

from accounts import audit
from customers.imports import files, guessing, kinds, looking, mapping, opening, remembering, tables
from customers.imports.choices import OVER, WORKED, ImportState
from customers.imports.errors import CannotRead
from customers.imports.models import Import, RejectedRow
from integrations import owners
from integrations.sync.quiet import quietly

PORTION = 5_000  # rows a commit: others wait for the database no longer than a third of a second
TURN = 20  # seconds a task works; well inside its time-out, and then it rings for the next turn
LEASE = timedelta(seconds=60)  # renewed with every portion
READING_TIME = 15 * 60  # seconds; a workbook cannot be read from its middle, so it is read in one go
SAMPLE = 200  # rows that a column's heading is believed by
REJECTS_KEPT = 100_000  # of one import
MOST_DEATHS = 5  # without a portion in between: whoever reads this file dies of it
DEADLY = "It took longer than there is time for, again and again. Save the table as CSV, or split it."
ANEW = "anew"  # in an Import's mapping: how it is to be read instead
AS_BEFORE = "{} It stands as it was read before."
UNSAVED = "It could not be saved ({})"
COUNTS = ("created", "updated", "unchanged", "rejected")
# Not the row's fault: the database is busy or gone.
_WEATHER = (OperationalError, InterfaceError)


class LeaseLost(Exception):
    """Somebody else has it now, or it was cancelled: nothing more may be written."""


def ring(run):
    """Have a worker go on with it, once what is being written is written."""
    pk, is_long = run.pk, run.state == ImportState.READING

    def call():  # a function with a name: Django cannot log the failure of a partial
        extra = {"timeout": READING_TIME} if is_long else {}
        async_task("customers.tasks.go_on_importing", pk, **extra)

    transaction.on_commit(call, robust=True)


def unfinished():
    """Imports that a worker has something to do for."""
    return Import.objects.filter(state__in=WORKED)


def work(pk, seconds=TURN, progress=None):
    """One turn at an import; None seconds: until there is nothing to do. Whether there is more to do.

    progress   (run) -> None, called after each portion
    """
    run = Import.objects.filter(pk=pk, state__in=WORKED).first()
    owner = run and _claim(run)
    if not owner:
        return False
    run.refresh_from_db()
    end = None if seconds is None else time.monotonic() + seconds
    try:
        with quietly(), _failing(run, owner):
            if run.deaths > MOST_DEATHS:
                raise CannotRead(DEADLY)
            _STEPS[run.state](run, owner, end, progress or _silent)
    except LeaseLost:
        return False
    Import.objects.filter(pk=run.pk, owner=owner).update(owner="", lease_until=None)
    run.refresh_from_db()
    return run.state in WORKED


def go_on(pk):
    """A worker's turn, and a ring for the next where it is not done."""
    if work(pk):
        ring(Import.objects.get(pk=pk))


def _silent(run):
    pass


def _claim(run):
    """An owner token, or None when somebody else holds it. A worker before us who let it fall is counted."""
    owner, now = owners.sign(), timezone.now()
    free = Q(owner="") | Q(lease_until__lte=now)
    if owners.is_dead(run.owner):
        free |= Q(owner=run.owner)
    claimed = Import.objects.filter(free, pk=run.pk, state__in=WORKED)
    deaths = Case(When(owner="", then=F("deaths")), default=F("deaths") + 1)
    return owner if claimed.update(owner=owner, lease_until=now + LEASE, deaths=deaths) else None


def _write(run, owner, **columns):
    """Changes the row while it is ours, and holds it for another lease. Raises LeaseLost."""
    now = timezone.now()
    held = Import.objects.filter(pk=run.pk, owner=owner, state=run.state)
    if not held.update(lease_until=now + LEASE, changed_at=now, **columns):
        raise LeaseLost


@contextmanager
def _failing(run, owner):
    """A file that cannot be read ends its import, with the reason; one that can be read otherwise waits for that."""
    try:
        yield
    except CannotRead as why:
        if run.state == ImportState.READING and ANEW in run.mapping and files.path_of(run).exists():
            _as_it_was_read(run, owner, str(why))
        else:
            _end(run, owner, ImportState.FAILED, str(why))


def _as_it_was_read(run, owner, why):
    """Back to its columns: read anew it is of no use, and as it was read before it is as good as it was."""
    files.put_rows_back(run)
    before = {name: value for name, value in run.mapping.items() if name != ANEW}
    _write(run, owner, state=ImportState.MAPPING, mapping=before, reason=AS_BEFORE.format(why)[:500], deaths=0)


def _end(run, owner, state, reason=""):
    now = timezone.now()
    _write(run, owner, state=state, reason=reason[:500], ended_at=now)
    run.state, run.reason, run.ended_at = state, reason[:500], now
    files.forget_once_committed(run)


# --- Reading the file -------------------------------------------------------------------------


def _read_file(run, owner, end, progress):
    if not files.path_of(run).exists():
        raise CannotRead(GONE)
    beat = lambda *_: _write(run, owner)  # noqa: E731
    asked = run.mapping.get(ANEW, run.options)
    shape = opening.open_up(run, sheet=asked.get("sheet", ""), encoding=asked.get("encoding", ""), progress=beat)
    kind = kinds.of(run.kind)
    sample = next(iter(tables.portions(files.rows_path(run), shape, SAMPLE)), None)
    if sample is None:
        raise CannotRead(tables.ONE_ROW)
    if guessing.has_no_heading(shape, sample.rows):
        raise CannotRead(tables.NO_HEADING.format(shape.heads[0]))
    today = opening.dated(run)
    chosen = guessing.mapping(kind, shape.heads, [cells for _, cells in sample.rows], today)
    profile, chosen, options = remembering.proposal(run, shape, chosen)
    defaults = {"new_places": kind.new_places, "today": today.isoformat()}
    options = {name: value for name, value in defaults.items() if name in kind.options} | options
    facts = _looked(run, owner, shape, kind, chosen)
    samples = [cells for _, cells in sample.rows[:SAMPLE]]
    run.mapping = {"columns": chosen, "options": options | asked, "samples": guessing.samples(shape, samples)}
    run.shape, run.facts, run.profile, run.total = shape.kept(), facts.kept(), profile, facts.total
    _write(
        run, owner, state=ImportState.MAPPING, shape=run.shape, mapping=run.mapping, facts=run.facts,
        profile=profile, total=facts.total,
    )  # fmt: skip
    run.state = ImportState.MAPPING
    files.let_go_of_rows_before(run)


GONE = "Its file is no longer kept here. Choose it again."


def _looked(run, owner, shape, kind, chosen):
    """The file's Facts; a column of ids or people that cannot be one is left out of the guess."""
    try:
        return looking.look(files.rows_path(run), shape, kind, chosen, lambda _: _write(run, owner))
    except looking.NotThatColumn as odd:
        chosen.pop(odd.field)
        return _looked(run, owner, shape, kind, chosen)


# --- A pass over the rows ---------------------------------------------------------------------


def _try_out(run, owner, end, progress):
    """A pass that writes nothing but what it found."""
    plan = _plan(run, owner)
    if plan and _walk(run, owner, plan, end, progress, dry=True):
        run.refresh_from_db()
        tried = {name: getattr(run, name) for name in COUNTS}
        _write(run, owner, state=ImportState.CHECKED, tried=tried)


def _plan(run, owner):
    """The Plan, once the whole file was looked at with the columns as chosen; None where they cannot be meant so."""
    kind = kinds.of(run.kind)
    if looking.looked_at(kind, run.columns) != run.facts.get("of"):
        shape = tables.Shape.of(run.shape)
        try:
            facts = looking.look(files.rows_path(run), shape, kind, run.columns, lambda _: _write(run, owner))
        except looking.NotThatColumn as odd:
            return _back_to_mapping(run, owner, str(odd))
        run.facts = facts.kept()
        _write(run, owner, facts=run.facts)
    plan = mapping.Plan.of(run)
    for unclear in mapping.unclear_dates(kind, plan.chosen, plan.options, plan.facts, plan.shape.heads).values():
        return _back_to_mapping(run, owner, unclear)
    return plan


def _back_to_mapping(run, owner, why):
    _write(run, owner, state=ImportState.MAPPING, reason=why)


def _take_in(run, owner, end, progress):
    plan = _plan(run, owner)
    if not (plan and _walk(run, owner, plan, end, progress, dry=False)):
        return
    with transaction.atomic():
        run.refresh_from_db()
        counts = {name: ["", str(getattr(run, name))] for name in COUNTS}
        audit.record(run.made_by, f"imported {run.get_kind_display().lower()}", run, counts)
        _end(run, owner, ImportState.DONE)


def _walk(run, owner, plan, end, progress, dry):
    """Takes portion after portion from where the last one ended. Whether that was the last."""
    path = files.rows_path(run)
    if not path.exists():
        raise CannotRead(GONE)
    taker = plan.kind.taker(run, plan)
    for portion in tables.portions(path, plan.shape, PORTION, run.cursor, run.row):
        _store(run, owner, plan, taker, portion, dry)
        progress(run)
        if end is not None and time.monotonic() > end:
            taker.rest(dry)
            return False
    return True


def _store(run, owner, plan, taker, portion, dry):
    with transaction.atomic(durable=True):
        _wait_for_no_disk()
        read = plan.read(portion.rows)
        taken = _taken(taker, read, dry)
        rejected = read.rejected | taken.rejected
        in_part = {number: why for number, why in read.in_part.items() if number not in rejected}
        _set_aside(run, rejected, in_part, portion.rows)
        _write(
            run, owner, cursor=portion.cursor, row=portion.row, deaths=0, seen=F("seen") + len(portion.rows),
            created=F("created") + taken.created, updated=F("updated") + taken.updated,
            unchanged=F("unchanged") + taken.unchanged, rejected=F("rejected") + len(rejected),
            in_part=F("in_part") + len(in_part),
        )  # fmt: skip
    run.cursor, run.row = portion.cursor, portion.row
    run.seen += len(portion.rows)
    run.created, run.updated = run.created + taken.created, run.updated + taken.updated
    run.unchanged, run.rejected = run.unchanged + taken.unchanged, run.rejected + len(rejected)
    run.in_part += len(in_part)


def _wait_for_no_disk():
    """On PostgreSQL this commit may come to the disk a moment later, unlike a rating's: what a power cut takes with
    it, rows and cursor together, is read again. A killed process loses nothing by it."""
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def _taken(taker, read, dry):
    """What became of the rows. What fails is halved until the bad row is alone, so that one bad row stops none."""
    if not len(read):
        return kinds.Taken()
    try:
        with transaction.atomic():
            return taker.take(read, dry)
    except _WEATHER:
        raise
    except Exception as error:
        taker.forget()
        if len(read) == 1:
            return kinds.Taken(rejected={read.numbers[0]: UNSAVED.format(type(error).__name__)})
    half = len(read) // 2
    first, second = _taken(taker, read.part(0, half), dry), _taken(taker, read.part(half, len(read)), dry)
    return first + second


def _set_aside(run, rejected, in_part, rows):
    """Keeps the first of a run as they stood; the rest are only counted."""
    room, reasons = REJECTS_KEPT - run.rejected - run.in_part, rejected | in_part
    if not reasons or room <= 0:
        return
    cells = {number: row for number, row in rows if number in reasons}
    RejectedRow.objects.bulk_create(
        [
            RejectedRow(
                run=run,
                row=number,
                reason=why[:300],
                cells=[_cut(cell) for cell in cells[number]],
                is_taken=number in in_part,
            )
            for number, why in sorted(reasons.items())[:room]
        ],
        batch_size=500,
    )


def _cut(cell, limit=1000):
    return cell if len(cell) <= limit else f"{cell[:limit]}…"


_STEPS = {ImportState.READING: _read_file, ImportState.CHECKING: _try_out, ImportState.RUNNING: _take_in}


# --- What people do ---------------------------------------------------------------------------

OPEN = (ImportState.MAPPING, ImportState.CHECKED)


def try_out(run, columns, options, profile, *, here=False):
    """A person says how the columns are meant: the file is tried out with that. Whether it was still to be had.

    here   this process goes on with it, and no worker is rung for
    """
    return _turn_to(run, ImportState.CHECKING, OPEN, here, **_meant(run, columns, options, profile))


def take_in_at_once(run, columns, options, profile, *, here=False):
    """The same without trying it out first."""
    return _turn_to(run, ImportState.RUNNING, OPEN, here, **_meant(run, columns, options, profile))


def _meant(run, columns, options, profile):
    return {"mapping": {**run.mapping, "columns": columns, "options": options}, "profile": profile, "tried": None}


def start(run, *, here=False):
    """It is taken in as it was tried out. Whether it was still to be had."""
    return _turn_to(run, ImportState.RUNNING, (ImportState.CHECKED,), here)


def remap(run):
    """Back to its columns."""
    return _turn_to(run, ImportState.MAPPING, (ImportState.CHECKED,))


def cancel(run, by):
    """Nothing more of it comes in; what has come in stays. Whether there was something to cancel."""
    now = timezone.now()
    with transaction.atomic():
        live = Import.objects.exclude(state__in=OVER).filter(pk=run.pk)
        if not live.update(state=ImportState.CANCELLED, ended_at=now, changed_at=now, owner=""):
            return False
        audit.record(by, "cancelled an import", run)
        files.forget_once_committed(run)
    return True


def _turn_to(run, state, from_states, here=False, **columns):
    """From the beginning of the file, with nothing counted."""
    counts = dict.fromkeys(("cursor", "row", "seen", "in_part", *COUNTS), 0)
    with transaction.atomic():
        found = Import.objects.filter(pk=run.pk, state__in=from_states)
        if not found.update(state=state, reason="", changed_at=timezone.now(), owner="", **counts, **columns):
            return False
        RejectedRow.objects.filter(run=run).delete()
        run.refresh_from_db()
        if state in WORKED and not here:
            ring(run)
    return True
