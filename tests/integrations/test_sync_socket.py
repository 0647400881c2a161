"""The sync over a real socket: killed at any page, refused half-way, slowed down, left hanging; and the sandbox."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from integrations import connections, sync
from integrations.choices import SyncState
from integrations.feedbackapi import lists
from integrations.feedbackapi.bodies import RESOURCES
from integrations.models import Connection, SyncRun
from tests.integrations import kept_rows
from tests.integrations.changing_list import ChangingList, Kept, ListServer
from tests.integrations.connections import connection_to
from tests.servers import Process

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = str(Path(__file__).with_name("killed_sync.py"))
LONG_AGO = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())


def entries(number):
    return [{"id": f"c{n:05}", "created": LONG_AGO + n * 86_400, "opt_out": False} for n in range(number)]


@pytest.fixture
def vendor():
    return ChangingList(entries(450))


@pytest.fixture
def server(vendor):
    server = ListServer(vendor)
    yield server
    server.close()


@pytest.fixture
def connection(server, settings):
    return connection_to(server.url, "feedbackapi", settings)


def source_of(connection, resource="customers", **how):
    return sync.Source(lists.fetch(connection, resource, **how), lists.stamp(), lists.find(connection, resource))


def read(connection, sink, **how):
    how = {"nap": lambda seconds: None} | how
    return sync.run(connection, "customers", source_of(connection), sink, **how)


def change(vendor):
    """Between any two requests one entry goes and one comes."""
    del vendor.rows[min(vendor.rows)]
    vendor.add(int(timezone.now().timestamp()) - 5)


@pytest.mark.both
@pytest.mark.parametrize(
    ("point", "times", "windows"),
    [
        ("while_asking", 1, 3),
        ("while_asking", 3, 1),
        ("before_commit", 1, 1),
        ("before_commit", 3, 3),
        ("after_commit", 1, 3),
        ("after_commit", 3, 1),
    ],  # each pair of two of them once
)
def test_after_a_kill_at_any_page_a_second_run_equals_the_source(connection, vendor, tmp_path, point, times, windows):
    vendor.between = change
    worker = Process([SCRIPT, point, str(times), str(windows)], tmp_path / "worker.log")
    assert worker.process.wait(40) == -9, worker.words()
    SyncRun.objects.update(lease_until=timezone.now())  # the dead worker's lease runs out
    killed = SyncRun.objects.get()
    stored = len(kept_rows.everything())
    assert killed.is_live and stored == killed.created, "rows, counts and cursor are one commit"
    run = read(connection, kept_rows.sink)
    assert (run.pk, run.state) == (killed.pk, SyncState.COMPLETE)
    assert len(vendor.asked) - run.requests <= windows, "at most one page a window was read twice"
    vendor.between = lambda vendor: None
    read(connection, kept_rows.sink)
    kept = kept_rows.everything()
    assert {vendor_id: kept[vendor_id] for vendor_id in vendor.rows} == vendor.rows


def test_a_token_refused_half_way_pauses_once_and_a_new_one_goes_on(connection, server, vendor):
    app, told = Kept(), []
    server.faults = []

    def refuse_from_now_on(run):
        server.faults = [(401, {})] * 5
        told.append(run.requests)

    run = read(connection, app.sink, progress=refuse_from_now_on)
    assert (run.state, run.requests, told) == (SyncState.PAUSED, 2, [1])
    assert run.reason == "The vendor does not accept our key." and len(app.rows) == 100
    row = Connection.objects.get(pk=connection.pk)
    assert row.is_paused and row.paused_why == run.reason
    with pytest.raises(sync.CannotRun):
        read(row, app.sink)
    server.faults = []
    assert connections.check(row).ok is False, "the test server plays customers only"
    connections.resume(row)
    again = read(row, app.sink)
    assert (again.pk, again.state, app.rows) == (run.pk, SyncState.COMPLETE, vendor.rows)


def test_slow_down_is_waited_for_as_the_vendor_asks(connection, server, vendor):
    app, naps = Kept(), []

    def nap(seconds):
        naps.append(seconds)
        Connection.objects.update(rate_at=timezone.now())

    server.faults = [(429, {"Retry_After": "7"})]
    run = read(connection, app.sink, nap=nap)
    assert naps[0] == 7 and run.state == SyncState.COMPLETE and app.rows == vendor.rows


def test_a_page_that_hangs_times_out_and_is_asked_again(connection, server, vendor, settings):
    settings.VENDOR_DEADLINE, end, app, naps = 1, threading.Event(), Kept(), []
    server.faults = [lambda handler: end.wait(30)]
    run = read(connection, app.sink, nap=naps.append)
    end.set()
    assert (run.state, naps) == (SyncState.COMPLETE, [1]) and app.rows == vendor.rows


def test_a_server_that_is_broken_pauses_the_run_and_it_is_not_complete(connection, server, vendor):
    app = Kept()
    server.faults = [(503, {})] * 5
    run = read(connection, app.sink)
    assert run.state == SyncState.PAUSED and "Given up after 5 tries" in run.reason and run.requests == 5
    assert read(connection, app.sink).state == SyncState.COMPLETE and app.rows == vendor.rows


@pytest.mark.both
def test_several_windows_over_threads_read_it_whole(connection, vendor):
    vendor.rows = {row["id"]: row for row in entries(2000)}
    app, upper = Kept(), LONG_AGO + 2000 * 86_400
    run = read(connection, app.sink, windows=4)
    assert app.rows.keys() == {vendor_id for vendor_id, row in vendor.rows.items() if row["created"] <= run.upper}
    assert run.state == SyncState.COMPLETE and upper > run.upper, "what lies ahead of us is for the next run"


def test_a_full_run_looks_by_id_before_it_believes_a_row_gone(connection, vendor):
    app = Kept()
    read(connection, app.sink)
    del vendor.rows["c00010"]
    run = read(connection, app.sink, full=True, gone=app.finder())
    assert (run.gone, app.gone, vendor.looked) == (1, {"c00010"}, ["c00010"])


# --- the sandbox


@pytest.fixture
def filled(sandbox):
    sandbox.feedbackapi.fill(
        accounts=110, users=120, locations=120, customers=230, reviews=230, feedback=230, feedback_request=130
    )
    return sandbox.feedbackapi


def listed(desk, resource):
    return {row["id"]: row for row in desk.rows(resource)}


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_list_of_the_sandbox_is_read_whole(filled, resource):
    row = Connection.objects.of("feedbackapi")
    app = Kept()
    run = sync.run(row, resource, source_of(row, resource), app.sink)
    assert (run.state, run.reason, run.failed) == (SyncState.COMPLETE, "", 0)
    assert app.rows == listed(filled, resource) and len(app.rows) > 100
    again = sync.run(row, resource, source_of(row, resource), app.sink)
    assert again.requests <= 3 and (again.created, again.updated) == (0, 0)


@pytest.mark.parametrize("windows", [1, 4])
def test_the_sandbox_may_change_between_any_two_lists(filled, windows):
    row, app = Connection.objects.of("feedbackapi"), Kept()
    filled.change(insert={"customers": 2}, edit={"customers": 2}, delete={"customers": 1}, every=1, times=4)
    sync.run(row, "customers", source_of(row), app.sink, windows=windows)
    run = sync.run(row, "customers", source_of(row), app.sink, full=True, gone=app.finder(), windows=windows)
    while run.updated or run.created or run.gone:  # until nothing happens any more at the vendor
        run = sync.run(row, "customers", source_of(row), app.sink, full=True, gone=app.finder())
    assert run.state == SyncState.COMPLETE
    assert app.living() == listed(filled, "customers")


def test_feedback_requests_are_followed_by_their_last_change(sandbox):
    row = Connection.objects.of("feedbackapi")
    app = Kept()
    source = sync.Source(
        lists.fetch(row, "feedback-request", by="updated"), lists.stamp("updated"), lists.find(row, "feedback-request")
    )
    assert sync.run(row, "feedback-request by change", source, app.sink).state == SyncState.COMPLETE
    with pytest.raises(ValueError, match="Only feedback requests"):
        lists.fetch(row, "customers", by="updated")
