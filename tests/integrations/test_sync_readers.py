"""A long list whose pages come quickly is read by a process of its own, and is the same list."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from django.utils import timezone

from integrations import sync
from integrations.choices import SyncState
from integrations.feedbackapi import lists
from integrations.models import SyncRun
from integrations.sync import engine
from tests.integrations import kept_rows
from tests.integrations.changing_list import ChangingList, ListServer
from tests.integrations.connections import connection_to
from tests.integrations.syncing import entries
from tests.patience import until
from tests.servers import Process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
SCRIPT = str(Path(__file__).with_name("killed_sync.py"))


@pytest.fixture(autouse=True)
def every_list_is_long(monkeypatch):
    monkeypatch.setattr(engine, "VERY_LONG", 1)
    monkeypatch.setattr(engine, "QUICK", 60)


@pytest.fixture
def vendor():
    return ChangingList(entries(1000))


@pytest.fixture
def server(vendor):
    server = ListServer(vendor)
    yield server
    server.close()


@pytest.fixture
def connection(server, settings):
    return connection_to(server.url, "feedbackapi", settings)


@pytest.fixture
def read(connection, tmp_path):
    """Reads the list; `read.readers` are the processes that did, `read.naps` how long was waited."""

    def read(before=lambda: None, **how):
        ask_vendor = lists.fetch(connection, "customers")

        def fetch(ask):
            before()
            with (tmp_path / "readers").open("a") as file:
                file.write(f"{os.getpid()}\n")
            return ask_vendor(ask)

        source = sync.Source(fetch, lists.stamp(), lists.find(connection, "customers"))
        run = sync.run(connection, "customers", source, kept_rows.sink, windows=2, nap=read.naps.append, **how)
        read.readers = pids(tmp_path / "readers")
        return run

    read.naps = []
    return read


def pids(file):
    return {int(line) for line in file.read_text().split()}


def is_alive(pid):
    """Whether it still does anything: a dead one whose parent has not looked is a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_it_is_read_whole_and_the_process_ends_with_the_run(read, vendor):
    run = read()
    assert (run.state, run.created) == (SyncState.COMPLETE, 1000)
    assert kept_rows.everything() == vendor.rows
    assert read.readers - {os.getpid()}, "the first page tells how long the list is; another process reads the rest"
    assert not any(is_alive(pid) for pid in read.readers - {os.getpid()})


def test_rows_that_come_and_go_meanwhile_are_neither_missed_nor_doubled(read, vendor):
    def change(vendor):
        del vendor.rows[min(vendor.rows)]
        vendor.add(int(timezone.now().timestamp()) - 5)

    vendor.between = change
    read()
    vendor.between = lambda vendor: None
    read()
    kept = kept_rows.everything()
    assert {vendor_id: kept[vendor_id] for vendor_id in vendor.rows} == vendor.rows


def test_a_vendor_that_fails_in_the_other_process_is_asked_again(read, vendor, server):
    def fail_once(vendor):
        if len(vendor.asked) == 3:
            server.faults.append((503, {}))

    vendor.between = fail_once
    run = read()
    assert (run.state, run.created, read.naps) == (SyncState.COMPLETE, 1000, [1])


def test_a_process_that_is_killed_is_a_page_that_did_not_come(read, vendor, tmp_path):
    reader, killed = os.getpid(), tmp_path / "killed"

    def die_once():
        if os.getpid() != reader and not killed.exists():
            killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    run = read(die_once)
    assert killed.exists() and run.state == SyncState.COMPLETE
    assert kept_rows.everything() == vendor.rows


def test_a_worker_of_the_queue_which_may_have_no_children_reads_by_itself(read, vendor, monkeypatch):
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
    run = read()
    assert run.state == SyncState.COMPLETE and read.readers == {os.getpid()}
    assert kept_rows.everything() == vendor.rows


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_after_a_kill_nothing_is_left_that_reads_and_a_second_run_equals_the_source(read, vendor, tmp_path, point):
    file = tmp_path / "of the killed one"
    worker = Process([SCRIPT, point, "3", "2", str(file)], tmp_path / "worker.log")
    assert worker.process.wait(40) == -9, worker.words()
    until(lambda: not any(map(is_alive, pids(file))), "no process of the killed one is left")
    assert len(pids(file)) > 1
    SyncRun.objects.update(lease_until=timezone.now())  # the dead worker's lease runs out
    killed = SyncRun.objects.get()
    assert killed.is_live and len(kept_rows.everything()) == killed.created
    assert read().pk == killed.pk
    assert kept_rows.everything() == vendor.rows
