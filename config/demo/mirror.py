"""The rows that FeedbackAPI has too: ours are told their ids, and what it would list goes through the code that
reads its lists. So the first real reading finds everything as it is."""

from datetime import timedelta

from integrations import sync
from integrations.choices import SyncState
from integrations.feedbackapi import reports
from integrations.models import Connection, SyncRun
from integrations.sync import runs

# Our name of a list: (the vendor's, what reads one of its objects). In the order in which they are read.
LISTS = {
    "accounts": ("accounts", reports.account),
    "locations": ("locations", reports.location),
    "users": ("users", reports.user),
    "customers": ("customers", reports.customer),
    "feedback-requests": ("feedback-request", reports.feedback_request),
    "feedback": ("feedback", reports.feedback),
    "reviews": ("reviews", reports.review),
}
TOOK = timedelta(seconds=2)  # a reading of that many rows
PER_PAGE = 100


def connection():
    return Connection.objects.get_or_create(vendor="feedbackapi")[0]


def link(thing, vendor_id):
    """`thing`, a saved row of ours, is that object there."""
    thing.connection, thing.vendor_id = connection(), vendor_id
    thing.save(update_fields=["connection", "vendor_id"])


def read_all(there):
    """Every list, as a first complete reading would have left our rows; its runs are there to look at."""
    for name, (resource, read) in LISTS.items():
        _read(sync.plan_of(name), [read(raw) for raw in there.rows[resource]], there.now)


def read_one(name, raw):
    """One object that was changed there."""
    sync.plan_of(name).sink(connection())([LISTS[name][1](raw)])


def _read(plan, rows, now):
    here = connection()
    run, owner = runs.take(here, plan.name, full=True)
    counts = plan.sink(here)(rows)
    told = {"created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged}
    runs.renew(run, owner, fetched=len(rows), requests=len(rows) // PER_PAGE + 1, **told)
    runs.end(run, owner, SyncState.COMPLETE)
    began = now - TOOK
    SyncRun.objects.filter(pk=run.pk).update(started_at=began, ended_at=now, expected=len(rows))
