"""Syncs by the queue: asked for in the rows, gone on with by one worker, the admins told once of a refused token."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from accounts.tasks import send_letters
from integrations import alerts, connections, leases, outages, sync, tasks
from integrations.choices import SyncState
from integrations.models import Connection, SyncRun
from integrations.sync import engine, runs, work
from tests.integrations.meetings import at_once
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = (401, {})


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No naps between the tries of a page."""
    monkeypatch.setattr(engine, "BACKOFF", (0,))


@pytest.fixture
def rung(monkeypatch):
    """What the queue was asked for, by its last name."""
    heard = []
    monkeypatch.setattr("integrations.doorbell.async_task", lambda path, *args: heard.append(path.rsplit(".")[-1]))
    return heard


def the_run():
    return SyncRun.objects.latest("pk")


def test_a_task_reads_a_list_to_its_end_and_leaves_nothing_waiting(plan, kept, the_list, rung):
    assert tasks.sync("customers") is None
    assert (the_run().state, the_run().is_full, kept.rows) == (SyncState.COMPLETE, True, the_list.rows)
    assert not work.waiting().exists()
    tasks.sync("customers")
    assert (the_run().is_full, the_run().requests, the_run().unchanged) == (False, 1, 0)


def test_a_turn_that_is_over_hands_on_and_the_next_one_ends_it(plan, kept, the_list, rung, monkeypatch):
    monkeypatch.setattr(work, "TURN", 0)
    work.ask(plan)
    work.rounds(seconds=0)
    assert the_run().state == SyncState.RUNNING and rung == ["go_on_syncing", "go_on_syncing"]
    tasks.go_on_syncing()
    assert the_run().state == SyncState.COMPLETE and kept.rows == the_list.rows


def test_one_worker_at_a_time_reads_lists(plan, kept, rung):
    work.ask(plan)
    leases.take("sync", "another", 60)
    assert work.rounds() is False and kept.rows == {}


@pytest.mark.both
def test_two_workers_that_begin_at_once_read_it_once(plan, kept, the_list, rung):
    at_once(lambda: tasks.sync("customers"), lambda: tasks.sync("customers"))
    tasks.go_on_syncing()  # what either of them rang for when it found the list in the other's hand
    assert sum(run.created for run in SyncRun.objects.all()) == 250 and kept.rows == the_list.rows


def test_a_person_who_asks_for_everything_takes_the_place_of_what_waits(plan, kept, the_list, rung):
    work.go(plan)
    waiting = work.ask(plan)
    admin = make_user(role="admin")
    run = work.ask(plan, full=True, by=admin)
    waiting.refresh_from_db()
    assert (waiting.state, run.is_full, run.started_by) == (SyncState.ABANDONED, True, admin)
    assert work.ask(plan, by=admin) == run, "and what is new is read by it too"


def test_a_full_pass_is_made_up_for_after_a_night_without(plan, rung):
    tasks.sync("customers")
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert not work.is_full_due(plan)
    with time_machine.travel(timezone.now() + timedelta(hours=27)):
        assert work.is_full_due(plan)


def test_a_plan_without_its_token_rests_and_says_so(plan, list_server, kept, rung, settings):
    settings.VENDORS["feedbackapi"]["token"] = ""
    tasks.sync("customers")
    assert (the_run().state, the_run().reason) == (SyncState.PAUSED, "FeedbackAPI is not set up: token missing.")


def test_a_run_that_cannot_be_written_is_no_run_of_somebody_else(plan):
    with pytest.raises(IntegrityError):
        runs.take(work.connection_of(plan), "customers", False, is_trusted=None)


# --- a process that is gone


def test_a_run_whose_process_is_gone_is_taken_up_at_once(plan, kept, the_list):
    run, owner = runs.take(work.connection_of(plan), "customers", False)
    with pytest.raises(sync.AlreadyRunning):
        work.go(plan)
    machine, _, rest = owner.split("-")
    SyncRun.objects.update(owner=f"{machine}-4194305-{rest}")  # above the largest number a process can have
    assert work.go(plan).pk == run.pk and kept.rows == the_list.rows


def test_a_run_of_another_machine_keeps_its_lease(plan):
    runs.take(work.connection_of(plan), "customers", False)
    SyncRun.objects.update(owner="elsewhere-4194305-abc")
    with pytest.raises(sync.AlreadyRunning):
        work.go(plan)


# --- a token that is refused


def test_a_refused_token_is_told_once_and_a_new_one_goes_on_where_it_stopped(plan, list_server, kept, the_list, rung):
    admins = [make_user(f"admin{n}@example.test", "admin") for n in range(2)]
    make_user("gone@example.test", "admin", is_active=False)
    work.ask(plan)
    the_list.between = lambda list_: list_server.faults.extend([REFUSED] * 50)
    work.rounds()
    row = Connection.objects.of("feedbackapi")
    assert row.is_refused and the_run().state == SyncState.PAUSED
    for _ in range(5):
        tasks.sync("customers")
        tasks.sweep()
        tasks.tell_admins()
    at_once(alerts.tell, alerts.tell)
    assert sorted(letter.to[0] for letter in mail.outbox) == [admin.email for admin in admins]
    assert mail.outbox[0].subject == "FeedbackAPI needs an admin: token refused"
    assert f"/connections/{row.pk}/" in mail.outbox[0].body
    paused, got = the_run().pk, len(kept.rows)
    list_server.faults, the_list.between, asked = [], lambda list_: None, len(the_list.asked)
    rung.clear()
    connections.resume(row)
    assert "go_on_syncing" in rung
    work.rounds()
    assert (the_run().pk, the_run().state, kept.rows) == (paused, SyncState.COMPLETE, the_list.rows)
    assert got == 199 and len(the_list.asked) - asked == 1, "nothing is read twice"
    connections.pause(row, "The vendor does not accept our key.")
    alerts.tell()
    assert len(mail.outbox) == 4, "the next outage is told anew"


def test_a_mail_server_that_is_away_is_tried_again_by_the_next_minute(plan, settings, rung):
    make_user("admin@example.test", "admin")
    connections.pause(work.connection_of(plan), "No more quota.")
    settings.EMAIL_BACKEND = "tests.integrations.syncing.NoMail"
    alerts.tell()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        alerts.tell()
        send_letters()
        alerts.tell()
    assert [letter.subject for letter in mail.outbox] == ["FeedbackAPI needs an admin: paused"]


def test_an_admin_whose_address_is_refused_costs_the_others_no_second_mail(plan, settings, rung):
    for name in ("first", "gone", "last"):
        make_user(f"{name}@example.test", "admin")
    connections.pause(work.connection_of(plan), "No more quota.")
    settings.EMAIL_BACKEND = "tests.integrations.syncing.NoSuchAddress"
    for minutes in range(3):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            tasks.sweep()
            send_letters()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["first@example.test", "last@example.test"]


# --- a vendor that is away


def test_two_hundred_failures_are_said_once_a_minute(plan, list_server, rung, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(engine, "TRIES", 20)
    list_server.faults = [(503, {})] * 200
    with time_machine.travel(timezone.now(), tick=False) as clock:
        work.ask(plan)
        while list_server.faults:
            work.rounds()
            clock.shift(runs.LEASE + timedelta(seconds=1))
        work.rounds()
    said = [record.getMessage() for record in caplog.records if "integrations" in record.name]
    assert len(said) == 10 + 1, "ten turns of twenty tries, 91 seconds apart"
    assert said[0].startswith("FeedbackAPI cannot be read: customers: Given up after 20 tries: The vendor answered")
    assert said[-1] == "FeedbackAPI can be read again (failures: 10)"
    assert the_run().state == SyncState.COMPLETE and mail.outbox == []
    row = Connection.objects.of("feedbackapi")
    assert not outages.of(row).times and not row.in_trouble


def test_slow_down_pauses_the_list_for_as_long_as_the_vendor_says(plan, list_server, kept, the_list, rung):
    work.ask(plan)
    list_server.faults = [(429, {"Retry_After": "300"})]
    work.rounds()
    assert (the_run().state, the_run().reason) == (SyncState.PAUSED, "The vendor asks us to slow down.")
    with time_machine.travel(timezone.now() + timedelta(seconds=290)):
        assert work.rounds() and kept.rows == {}, "nobody asks in between"
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        work.rounds()
    assert the_run().state == SyncState.COMPLETE and kept.rows == the_list.rows


def test_an_abandoned_run_is_left_by_whoever_reads_it(plan, the_list, kept):
    the_list.between = lambda list_: at_once(lambda: runs.abandon(the_run()))
    run = work.go(plan)
    assert (run.state, len(kept.rows), run.fetched) == (SyncState.ABANDONED, 199, 100)
