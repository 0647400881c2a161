"""What the worker does for this room."""

from datetime import date

from django.db import connection
from django_q.tasks import async_task

from feedback import services
from feedback.alerts import check
from feedback.cases import keeping
from feedback.coaching import pick
from feedback.explorer import copies
from feedback.explorer.exports import work as exports
from feedback.reports import sending
from feedback.services import batches
from feedback.tallies import rebuild


def time_out():
    """Stop the clock of wrap-ups that are overdue; the schedule calls it each minute."""
    return services.time_out_due()


def check_figures(start=""):
    """Count the days anew, a month a task, from the day `start` (ISO; the first one without): once a night."""
    go_on = rebuild.check_window(date.fromisoformat(start) if start else None)
    if go_on:
        async_task("feedback.tasks.check_figures", go_on.isoformat())


def ask_list(pk):
    """One turn at asking a list of customers for feedback."""
    batches.work(pk)


def keep_cases():
    """Open, name and escalate cases, and see what became of those asked again; the schedule calls it each minute."""
    return keeping.keep()


def go_on_asking():
    """Lists whose worker died are gone on with; the schedule calls it each minute."""
    for pk in batches.unfinished().values_list("pk", flat=True):
        async_task("feedback.tasks.ask_list", pk)


def check_alerts():
    """Every threshold against its figures; the schedule calls it each five minutes."""
    check.check()


def pick_coaching():
    """The calls of the week that is over at a location; the schedule calls it each hour."""
    pick.pick_due()


def send_reports():
    """The weekly reports that are due; the schedule calls it each ten minutes."""
    sending.send_due()


def write_export(pk):
    """One turn at a file of calls."""
    exports.go_on(pk)


def fill_copies():
    """What calls are found by is filled on where a process died over it; the schedule calls it each ten minutes."""
    copies.go_on(connection)


def look_after_exports():
    """Files whose worker died are gone on with, old ones deleted; the schedule calls it each minute."""
    exports.look_after()
