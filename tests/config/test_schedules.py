"""The scheduler's rows agree with the list in config/schedules.py, and with nothing else."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from config import schedules
from integrations import sync

pytestmark = pytest.mark.django_db


def rows():
    return {row.name: row for row in Schedule.objects.all()}


def test_migrating_makes_a_row_for_every_job():
    assert set(rows()) == {schedules.PREFIX + job.name for job in schedules.jobs()}
    assert {row.repeats for row in rows().values()} == {-1}


@pytest.mark.parametrize("job", schedules.jobs(), ids=lambda job: job.name)
def test_every_job_can_be_called(job):
    assert callable(import_string(job.function))


def test_a_job_that_is_no_longer_listed_is_removed_and_strangers_stay():
    Schedule.objects.create(name=schedules.PREFIX + "of old", func="nowhere.to.be.found")
    Schedule.objects.create(name="somebody else's", func="django.core.management.call_command")
    call_command("migrate", verbosity=0)
    assert schedules.PREFIX + "of old" not in rows()
    assert "somebody else's" in rows()


def test_a_changed_row_is_mended_and_keeps_its_next_run():
    row = Schedule.objects.get(name=schedules.PREFIX + "sweep")
    Schedule.objects.filter(pk=row.pk).update(minutes=600, func="wrong.name")
    schedules.ensure()
    mended = Schedule.objects.get(pk=row.pk)
    assert (mended.minutes, mended.func, mended.next_run) == (1, "integrations.tasks.sweep", row.next_run)


def test_each_list_is_read_as_often_as_its_plan_says_and_all_of_it_at_night():
    for plan in sync.plans():
        row = rows()[f"{schedules.PREFIX}sync {plan.name}"]
        assert (row.func, row.args, row.minutes) == ("integrations.tasks.sync", f"'{plan.name}',", plan.minutes)
    night = rows()[f"{schedules.PREFIX}sync everything"]
    assert (night.schedule_type, night.minutes, timezone.localtime(night.next_run).strftime("%H:%M")) == (
        ("D", None, "02:30")
    )
