"""Every recurring job on one screen. Rows of the work queue's scheduler are made to agree with it.

The queue only wakes: whatever must not be lost stands in our own rows, and each job may be late,
early or doubled without harm.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.utils import timezone

from integrations import sync

PREFIX = "aftercall: "  # rows so named are ours to change and to remove; others stay as they are


@dataclass(frozen=True)
class Job:
    """A function by its path, called every so many minutes, or daily `at` a time of day in TIME_ZONE.

    Without arguments unless `args` says so. `first_after` minutes from the start it is called for the first time.
    """

    name: str
    function: str
    minutes: int = 0
    args: str = ""
    at: time | None = None
    first_after: int = 0
    why: str = ""


JOBS = (
    Job("pulse", "integrations.tasks.start_pulse", 1, why="wakes deliveries each second while anything is due or live"),
    Job("sweep", "integrations.tasks.sweep", 1, why="finds what a lost wake-up left behind"),
    Job(
        "sign of life", "integrations.tasks.heartbeat", 1, why="shows that tasks are run: watchdog and /readyz read it"
    ),
    Job("silent calls", "calls.tasks.close_silent", 1, why="frees agents of calls that nobody tells the end of"),
    Job("wrap-up time-out", "feedback.tasks.time_out", 1, why="closes the clock of wrap-ups nobody finished"),
    Job("cases", "feedback.tasks.keep_cases", 1, why="opens cases for what was told, and tells what was forgotten"),
    Job("callbacks", "calls.tasks.callbacks", 1, why="ends those without sense, hands over what CCAI is to ring"),
    Job("lists being asked", "feedback.tasks.go_on_asking", 1, why="goes on where a worker died on a list of requests"),
    Job(
        "exports", "feedback.tasks.look_after_exports", 1, why="goes on where a worker died, deletes files after a day"
    ),
    Job("copies", "feedback.tasks.fill_copies", 10, why="goes on where a process died over what calls are found by"),
    Job("imports", "customers.tasks.look_after_imports", 1, why="goes on where a worker died, lets go of old files"),
    Job("letters", "accounts.tasks.send_letters", 1, why="mails to our people that wait for another try"),
    Job("thresholds", "feedback.tasks.check_alerts", 5, why="opens an alert when a figure crosses one, and ends it"),
    Job("coaching", "feedback.tasks.pick_coaching", 60, why="picks calls of each week that is over at a location"),
    Job("weekly reports", "feedback.tasks.send_reports", 10, why="each supervisor has a day and hour of their own"),
    Job("menus and agents", "integrations.tasks.read_directories", 5, why="so that no form waits for CCAI's lists"),
    Job(
        "old sessions",
        "django.core.management.call_command",
        24 * 60,
        args="'clearsessions',",
        why="sessions that are over hold people's data",
    ),
    Job("old letters", "accounts.tasks.forget_letters", 24 * 60, why="mails nobody needs after half a year"),
    Job(
        "figures anew",
        "feedback.tasks.check_figures",
        at=time(4, 10),  # after everything has been read
        why="counts every day from its rows again, for what was written while no trigger watched",
    ),
    Job(
        "sync everything",
        "integrations.tasks.sync_everything",
        at=time(2, 30),  # when few call and vendors are least busy
        why="reads every list from the beginning: finds edits, and what is gone",
    ),
)


def jobs():
    """All of them: those above, and one for each list that is read for what is new."""
    return (*JOBS, *(_reading(plan) for plan in sync.plans() if plan.minutes))


def _reading(plan):
    return Job(
        f"sync {plan.name}",
        "integrations.tasks.sync",
        plan.minutes,
        args=f"'{plan.name}',",
        first_after=1,  # a system that has just been set up answers its first pages undisturbed
        why="reads what is new; the task only says so in the run's row, and goes on with what waits",
    )


def ensure():
    """Makes the scheduler's rows agree with `jobs()`: adds, mends and removes ours, keeps when each is due."""
    if "django_q_schedule" not in connection.introspection.table_names():
        return  # `migrate` of one app before the queue has its tables
    from django_q.models import Schedule

    with transaction.atomic():
        wanted = jobs()
        ours = Schedule.objects.filter(name__startswith=PREFIX)
        ours.exclude(name__in=[PREFIX + job.name for job in wanted]).delete()
        for job in wanted:
            row = _row(job)
            first = {**row, "next_run": _first_run(job)}
            Schedule.objects.update_or_create(name=PREFIX + job.name, defaults=row, create_defaults=first)


def _row(job):
    return {
        "func": job.function,
        "args": job.args or None,
        "schedule_type": "D" if job.at else "I",  # daily, or every so many minutes
        "minutes": job.minutes or None,
        "repeats": -1,  # for ever
        "hook": None,
        "kwargs": None,
        "cluster": None,
    }


def _first_run(job):
    now = timezone.localtime()
    if job.at is None:
        return now + timedelta(minutes=job.first_after)
    today = datetime.combine(now, job.at, tzinfo=now.tzinfo)
    return today if today > now else today + timedelta(days=1)
