"""`kill -9` in the middle of an import: whoever goes on takes every row once."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from calls.models import Call
from customers import tasks
from customers.imports import keeping, work
from customers.imports.choices import ImportState
from customers.models import Import
from feedback.models import Feedback
from tests.feedback.call_files import FORMS, log, write
from tests.integrations.meetings import at_once
from tests.servers import Process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
SCRIPT = str(Path(__file__).with_name("killed_import.py"))


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


def killed(tmp_path, var, form, point, times):
    """The import that a process left when it died."""
    file = write(tmp_path, form)
    worker = Process([SCRIPT, str(file), str(var), point, str(times)], tmp_path / "worker.log")
    assert worker.process.wait(60) == -9, worker.words()
    return file, Import.objects.get()


def is_all_there():
    return Call.objects.count() == 60 and Feedback.objects.count() == sum(one.answered for one in log())


@pytest.mark.parametrize(("form", "point", "times"), [(FORMS[0], "writing", 3), (FORMS[3], "written", 2)])
def test_the_command_given_again_goes_on_where_it_stopped(tmp_path, var, form, point, times):
    file, run = killed(tmp_path, var, form, point, times)
    assert (run.state, run.seen) == (ImportState.RUNNING, 14)
    assert Call.objects.count() == run.created == 14, "rows, counts and the point behind them are one commit"
    out = StringIO()
    call_command("import_calls", str(file), stdout=out)
    assert "Going on with" in out.getvalue() and "after 14 rows" in out.getvalue()
    assert "60 new, 0 updated, 0 unchanged, 0 rejected" in out.getvalue()
    assert is_all_there() and Import.objects.count() == 1
    assert list((var / "imports").iterdir()) == [], "its file is kept no longer than it is needed"


def test_a_worker_goes_on_too_once_the_lease_of_the_dead_one_is_over(tmp_path, var, monkeypatch):
    rung = []
    monkeypatch.setattr(work, "ring", lambda run: rung.append(run.pk))
    _, run = killed(tmp_path, var, FORMS[0], "writing", 3)
    keeping.look_after()
    assert rung == [], "somebody may have it in hand"
    past = timezone.now() - timedelta(minutes=2)
    Import.objects.update(lease_until=past, changed_at=past)
    tasks.look_after_imports()
    assert rung == [run.pk]
    tasks.go_on_importing(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.DONE and is_all_there()


def test_two_that_take_the_same_file_at_once_make_each_call_once(tmp_path, var):
    first, second = write(tmp_path, FORMS[0]), write(tmp_path, FORMS[1])

    def take(path):
        call_command("import_calls", str(path), "--source", "log", stdout=StringIO())

    assert at_once(lambda: take(first), lambda: take(second)) == [None, None]
    assert is_all_there()
    assert sum(run.created for run in Import.objects.all()) == 60
    assert sum(run.created + run.unchanged for run in Import.objects.all()) == 120
