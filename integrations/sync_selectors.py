"""The queries of the pages about syncs, by name."""

import json
from dataclasses import dataclass

from django.db.models import Max, Q

from integrations.choices import SyncState
from integrations.models import Connection, SyncCursor, SyncRun
from integrations.sync import plans, vanished
from integrations.text import masked

RUNS_SHOWN = 50  # a page a person can read
LONGEST_ID = 18  # digits; a longer one overflows the database's integer


@dataclass(frozen=True)
class List:
    """A list that is read: its plan, the run under way or the last one (None: never), when it was last complete."""

    plan: object
    run: SyncRun | None
    complete_at: object

    @property
    def is_live(self):
        return bool(self.run and self.run.is_live)


def connections_with_lists():
    """Connections of which lists are read, with `lists` and `is_busy`. Four queries."""
    newest, complete = _newest_runs(), _complete_at()
    rows = list(Connection.objects.filter(vendor__in={plan.vendor for plan in plans()}))
    for row in rows:
        row.lists = [
            List(plan, newest.get((row.pk, plan.name)), complete.get((row.pk, plan.name)))
            for plan in plans()
            if plan.vendor == row.vendor
        ]
        row.is_busy = any(one.is_live for one in row.lists)
    return rows


def _newest_runs():
    newest = SyncRun.objects.order_by().values("connection", "resource").annotate(newest=Max("pk"))
    found = SyncRun.objects.filter(pk__in=[row["newest"] for row in newest]).select_related("connection")
    return {(run.connection_id, run.resource): run for run in found}


def _complete_at(**of):
    cursors = SyncCursor.objects.filter(resource__in=[plan.name for plan in plans()], **of)
    return {(row.connection_id, row.resource): row.read_at for row in cursors}


def data_of(connection):
    """(label, when it was last read to its end, None for never) of each of a connection's lists. One query."""
    found = _complete_at(connection=connection)
    return [(plan.label, found.get((connection.pk, plan.name))) for plan in plans() if plan.vendor == connection.vendor]


@dataclass(frozen=True)
class Runs:
    """Runs of one page, newest first; `before` continues below it, "" at the end."""

    rows: list
    before: str


def runs_of(plan, before=""):
    """A page of a list's runs. One query. Text out of an address; nonsense is the first page."""
    found = SyncRun.objects.filter(connection__vendor=plan.vendor, resource=plan.name)
    if before.isascii() and before.isdigit() and len(before) <= LONGEST_ID:
        found = found.filter(pk__lt=int(before))
    rows = list(found.select_related("connection", "started_by").order_by("-pk")[: RUNS_SHOWN + 1])
    more, rows = len(rows) > RUNS_SHOWN, rows[:RUNS_SHOWN]
    return Runs(rows, str(rows[-1].pk) if more else "")


def problems_of(run):
    """Records of a run that were set aside, `shown` as text without people's numbers and addresses. One query."""
    found = list(run.problems.all())
    for problem in found:
        problem.shown = masked(json.dumps(problem.raw, indent=1, ensure_ascii=False))
    return found


def windows_of(run):
    """(how many parts of the list are read side by side, how many of them to their end)."""
    done = list(run.windows.values_list("is_done", flat=True))
    return len(done), sum(done)


def may_be_believed(run):
    """Whether a person may let what this run missed count as gone: the brake held it, and no later run has looked."""
    if run.state != SyncState.INCOMPLETE or not vanished.is_brake(run.reason):
        return False
    later = SyncRun.objects.filter(connection=run.connection_id, resource=run.resource, pk__gt=run.pk)
    return not later.filter(Q(is_full=True) & ~Q(state=SyncState.ABANDONED)).exists()
