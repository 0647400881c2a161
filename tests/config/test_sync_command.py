"""`manage.py sync`: lists read in this process, its words and its exit status."""

import signal
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from config.management.commands import sync as command
from integrations.choices import SyncState
from integrations.models import SyncRun
from integrations.sync import engine, runs, work
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def say(*arguments):
    out = StringIO()
    call_command("sync", *arguments, stdout=out)
    return out.getvalue()


def test_it_reads_what_is_new_and_with_full_all_of_it(plan, kept, the_list):
    assert say("customers").startswith("customers: complete in ") and kept.rows == the_list.rows
    the_list.rows["c00007"]["opt_out"] = True
    assert "0 fetched; 1 request." in say()
    assert "1 updated, 251 unchanged; 3 requests." in say("all", "--full")


def test_what_could_not_be_read_is_one_sentence_and_exit_status_1(plan, list_server, monkeypatch):
    monkeypatch.setattr(engine, "BACKOFF", (0,))
    list_server.faults = [(503, {})] * 5
    with pytest.raises(CommandError) as failed:
        say("customers")
    assert failed.value.returncode == 1
    assert str(failed.value) == (
        "Not read to the end: customers (Given up after 5 tries: The vendor answered with an error of its own (503))."
    )


def test_a_refused_token_is_told_to_the_admins_and_each_reason_is_said_once(plan, list_server):
    make_user("admin@example.test", "admin")
    list_server.faults = [(401, {})]
    for _ in range(2):
        with pytest.raises(
            CommandError, match="customers \\(FeedbackAPI is paused: The vendor does not accept our key"
        ):
            say()
    assert len(mail.outbox) == 1


def test_a_list_that_nobody_knows_is_wrong_usage(plan):
    with pytest.raises(CommandError, match="invalid choice: 'surveys'"):
        say("surveys")


def test_a_list_another_worker_has_is_waited_for(plan, kept, the_list, monkeypatch):
    run, owner = runs.take(work.connection_of(plan), "customers", False)
    monkeypatch.setattr(command.time, "sleep", lambda seconds: runs.put_down(run, owner))
    assert "250 created" in say("customers") and SyncRun.objects.get() == run
    run, owner = runs.take(work.connection_of(plan), "customers", False)
    monkeypatch.setattr(command, "PATIENCE", 0)
    with pytest.raises(CommandError, match="another worker is reading it"):
        say("customers")


def test_ctrl_c_puts_the_run_down_for_the_next_one(plan, kept, the_list):
    own = kept.sink

    def sink(rows):
        if kept.rows:
            signal.raise_signal(signal.SIGINT)
        return own(rows)

    kept.sink = sink
    with pytest.raises(CommandError, match="Stopped while reading customers; the next run goes on there."):
        say("customers")
    stopped = SyncRun.objects.get()
    assert (stopped.state, stopped.owner, stopped.created) == (SyncState.RUNNING, "", 100)
    kept.sink = own
    assert "250 created" in say("customers") and kept.rows == the_list.rows
