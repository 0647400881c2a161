"""Every recurring job on one screen. Rows of the work queue's scheduler are made to agree with it.

The queue only wakes: whatever must not be lost stands in our own rows, and each job may be late,
early or doubled without harm.
"""

from dataclasses import dataclass

from django.db import connection, transaction

PREFIX = "aftercall: "  # rows so named are ours to change and to remove; others stay as they are


@dataclass(frozen=True)
class Job:
    """A function by its path, called every so many minutes, without arguments unless `args` says so."""

    name: str
    function: str
    minutes: int
    args: str = ""
    why: str = ""


JOBS = (
    Job("pulse", "integrations.tasks.start_pulse", 1, why="wakes deliveries each second while anything is due or live"),
    Job("sweep", "integrations.tasks.sweep", 1, why="finds what a lost wake-up left behind"),
    Job(
        "sign of life", "integrations.tasks.heartbeat", 1, why="shows that tasks are run: watchdog and /readyz read it"
    ),
    Job("wrap-up time-out", "feedback.tasks.time_out", 1, why="closes the clock of wrap-ups nobody finished"),
    Job(
        "old sessions",
        "django.core.management.call_command",
        24 * 60,
        args="'clearsessions',",
        why="sessions that are over hold people's data",
    ),
)


def ensure(jobs=JOBS):
    """Makes the scheduler's rows agree with `jobs`: adds, mends and removes ours, keeps when each is due."""
    if "django_q_schedule" not in connection.introspection.table_names():
        return  # `migrate` of one app before the queue has its tables
    from django_q.models import Schedule

    with transaction.atomic():
        ours = Schedule.objects.filter(name__startswith=PREFIX)
        ours.exclude(name__in=[PREFIX + job.name for job in jobs]).delete()
        for job in jobs:
            Schedule.objects.update_or_create(name=PREFIX + job.name, defaults=_row(job))


def _row(job):
    return {
        "func": job.function,
        "args": job.args or None,
        "schedule_type": "I",  # every so many minutes
        "minutes": job.minutes,
        "repeats": -1,  # for ever
        "hook": None,
        "kwargs": None,
        "cluster": None,
    }
