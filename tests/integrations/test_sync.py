"""The sync engine: one run a list, page by page, to the end or to a sentence that says why not."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from integrations import connections, errors, sync
from integrations.choices import SyncState
from integrations.models import Connection, SyncCursor, SyncProblem, SyncRun, SyncSeen, SyncWindow
from integrations.sync import engine, runs, storing, vanished
from tests.integrations import kept_rows
from tests.integrations.changing_list import ChangingList, Kept
from tests.integrations.test_outbox_races import at_once, meeting_before

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
LONG_AGO = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())


def entries(number, start=LONG_AGO, step=60):
    return [{"id": f"c{n:05}", "created": start + n * step, "opt_out": False} for n in range(number)]


@pytest.fixture
def connection():
    return Connection.objects.of("feedbackapi")


@pytest.fixture
def app():
    return Kept()


@pytest.fixture
def vendor():
    return ChangingList(entries(250))


def read(connection, vendor, app, **how):
    return sync.run(connection, "customers", vendor.source(), app.sink, nap=lambda seconds: None, **how)


# --- a run from start to end


def test_a_first_run_reads_everything(connection, vendor, app):
    run = read(connection, vendor, app)
    assert app.rows == vendor.rows
    assert (run.state, run.reason, run.owner) == (SyncState.COMPLETE, "", "")
    assert (run.created, run.updated, run.unchanged, run.failed, run.gone) == (250, 0, 2, 0, 0)
    assert (run.fetched, run.requests, run.expected, run.is_full) == (252, 3, 250, True)
    assert run.ended_at and not SyncWindow.objects.exists()


def test_a_run_with_nothing_new_makes_one_request_and_writes_no_row(connection, vendor, app):
    read(connection, vendor, app)
    writes, asked = app.writes, len(vendor.asked)
    run = read(connection, vendor, app)
    assert (app.writes, len(vendor.asked) - asked, run.requests) == (writes, 1, 1)
    assert (run.state, run.is_full, run.fetched) == (SyncState.COMPLETE, False, 0)


def test_the_next_run_starts_where_the_last_complete_one_ended_less_the_overlap(connection, vendor, app):
    first = read(connection, vendor, app)
    late = vendor.add(first.upper - 600, id="late")  # made before the run, listed only after it
    second = read(connection, vendor, app)
    assert second.lower == first.upper - runs.OVERLAP
    assert late in app.rows and second.created == 1
    assert SyncCursor.objects.get(resource="customers").value == str(second.upper)


def test_what_changed_is_updated_by_a_full_run_and_seen_by_no_other(connection, vendor, app):
    read(connection, vendor, app)
    vendor.rows["c00007"]["opt_out"] = True
    assert read(connection, vendor, app).updated == 0
    run = read(connection, vendor, app, full=True)
    assert (run.updated, run.created) == (1, 0) and app.rows == vendor.rows


def test_progress_is_told_after_each_page(connection, vendor, app):
    told = []
    read(connection, vendor, app, progress=lambda run: told.append((run.created, run.requests)))
    assert told == [(100, 1), (199, 2), (250, 3)]


def test_rows_that_come_and_go_while_reading_are_neither_missed_nor_doubled(connection, app):
    def change(vendor):
        del vendor.rows[min(vendor.rows)]
        vendor.add(int(timezone.now().timestamp()))

    vendor = ChangingList(entries(1000), between=change)
    read(connection, vendor, app)
    vendor.between = lambda vendor: None
    read(connection, vendor, app)
    assert set(vendor.rows) <= set(app.rows)
    read(connection, vendor, app, full=True, gone=app.finder())
    assert app.living() == vendor.rows


def test_several_windows_read_the_same(connection, app):
    now = int(timezone.now().timestamp())
    vendor = ChangingList(entries(3000, start=now - 3000 * 600, step=600))
    lock, page = threading.Lock(), vendor.page

    def one_at_a_time(*asked):
        with lock:
            return page(*asked)

    vendor.page = one_at_a_time
    run = read(connection, vendor, app, windows=6)
    assert app.rows == vendor.rows and run.state == SyncState.COMPLETE
    assert run.created == 3000 and run.requests <= 1.1 * 30 + 12


def test_it_refuses_to_run_inside_a_transaction(connection, vendor, app):
    with transaction.atomic(), pytest.raises(RuntimeError):
        read(connection, vendor, app)


def test_a_commit_holds_a_page_and_no_request_is_made_in_one(connection, vendor, app):
    inside = []
    fetch, sink = vendor.source().fetch, app.sink
    source = sync.Source(
        lambda ask: (inside.append(database.in_atomic_block), fetch(ask))[1], vendor.source().stamp, vendor.find
    )
    assert sync.run(connection, "customers", source, lambda rows: (inside.append("sink"), sink(rows))[1])
    assert inside == [False, "sink"] * 3


# --- what is bad is set aside


def test_a_record_without_id_is_set_aside_with_its_reason(connection, vendor, app):
    vendor.rows["bad"] = {"id": None, "created": LONG_AGO + 1, "name": "Jo"}
    run = read(connection, vendor, app)
    assert (run.state, run.failed, run.created) == (SyncState.COMPLETE, 1, 250)
    problem = run.problems.get()
    assert (problem.reason, problem.raw["name"]) == ("It has no id.", "Jo")


def test_a_row_the_app_cannot_save_stops_no_other(connection, vendor, app):
    def sink(rows):
        if any(row.vendor_id == "c00050" for row in rows):
            raise ValueError("what it holds is nobody's business")
        return app.sink(rows)

    run = sync.run(connection, "customers", vendor.source(), sink)
    assert (run.state, run.failed, run.created) == (SyncState.COMPLETE, 1, 249)
    assert [(p.vendor_id, p.reason) for p in run.problems.all()] == [("c00050", "It could not be saved (ValueError).")]


def test_what_the_app_sets_aside_is_kept_too(connection, vendor):
    failed = (("c1", "Its location is not known.", {"id": "c1"}),)
    run = sync.run(connection, "customers", vendor.source(), lambda rows: sync.Counts(failed=failed))
    assert run.failed == 3 and {p.reason for p in run.problems.all()} == {"Its location is not known."}


def test_a_list_that_is_bad_throughout_does_not_fill_the_disk(connection, app):
    vendor = ChangingList(entries(1000))
    for row in vendor.rows.values():
        row["words"], row["id"] = "x" * 10_000, None
    run = read(connection, vendor, app)
    assert run.failed >= 1000
    assert SyncProblem.objects.count() == storing.PROBLEMS_KEPT
    assert all(len(str(problem.raw)) < 5000 for problem in run.problems.all())


def test_old_runs_are_forgotten(connection, vendor, app, monkeypatch):
    monkeypatch.setattr(runs, "KEPT", 3)
    for _ in range(6):
        read(connection, vendor, app)
    assert SyncRun.objects.count() == 3


# --- one at a time


def while_asking(vendor, deed):
    """The list as a source; before its second page `deed()` is done in a thread of its own, and its result kept."""
    real, done = vendor.source(), []

    def fetch(ask):
        if vendor.asked and not done:
            done.append(None)
            done[:] = at_once(deed)
        return real.fetch(ask)

    return sync.Source(fetch, real.stamp, real.find), done


def test_a_second_run_at_the_same_time_is_told_so(connection, vendor, app):
    source, second = while_asking(vendor, lambda: read(connection, vendor, app))
    run = sync.run(connection, "customers", source, app.sink)
    assert isinstance(second[0], sync.AlreadyRunning) and second[0].run == run
    assert run.created == 250


@pytest.mark.parametrize("place", ["_begin", "_claim"])
def test_two_workers_that_start_it_at_once_do_not_double_it(connection, vendor, app, monkeypatch, place):
    meeting_before(monkeypatch, runs, place)
    lock, sink = threading.Lock(), app.sink

    def one_at_a_time(rows):
        with lock:
            return sink(rows)

    app.sink = one_at_a_time
    done = at_once(*[lambda: read(connection, vendor, app)] * 2)
    ended = [run for run in done if isinstance(run, SyncRun)]
    assert ended and [one for one in done if not isinstance(one, (SyncRun, sync.AlreadyRunning))] == []
    assert sum(run.created for run in ended) == 250
    assert SyncRun.objects.filter(state=SyncState.COMPLETE).count() == len({run.pk for run in ended})


def test_a_run_that_began_and_ended_while_another_was_to_begin_was_running(connection, monkeypatch):
    begin, claim = runs._begin, runs._claim

    def just_after_another(*args):
        claim(begin(*args))
        return begin(*args)

    def and_it_ends(run):
        owner = claim(run)
        SyncRun.objects.filter(pk=run.pk).update(state=SyncState.COMPLETE)
        return owner

    monkeypatch.setattr(runs, "_begin", just_after_another), monkeypatch.setattr(runs, "_claim", and_it_ends)
    with pytest.raises(sync.AlreadyRunning) as told:
        runs.take(connection, "customers", full=False)
    assert told.value.run == SyncRun.objects.get()


def test_other_lists_are_read_beside_it(connection, vendor, app):
    users = ChangingList(entries(3))
    source, other = while_asking(vendor, lambda: sync.run(connection, "users", users.source(), Kept().sink))
    run = sync.run(connection, "customers", source, app.sink)
    assert [one.state for one in (run, *other)] == [SyncState.COMPLETE] * 2


def test_a_worker_that_wakes_after_its_lease_changes_nothing(connection, vendor):
    other = Kept()

    def steal():
        SyncRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        return read(connection, vendor, other)

    source, taken = while_asking(vendor, steal)
    run = sync.run(connection, "customers", source, kept_rows.sink)
    assert (taken[0].pk, run.state, run.owner) == (run.pk, SyncState.COMPLETE, "")
    assert run.requests == 3, "the page of the late worker is not counted"
    assert len(kept_rows.everything()) == 100, "nor kept"
    assert set(kept_rows.everything()) | set(other.rows) == set(vendor.rows)


def test_a_worker_whose_time_is_over_puts_the_run_down_and_another_goes_on(connection, vendor, app):
    run = read(connection, vendor, app, seconds=0)
    assert (run.state, run.owner, run.requests) == (SyncState.RUNNING, "", 0)
    again = read(connection, vendor, app)
    assert again.pk == run.pk and again.state == SyncState.COMPLETE and app.rows == vendor.rows


def test_a_full_run_takes_the_place_of_one_that_waits(connection, vendor, app):
    read(connection, vendor, app)
    waiting = read(connection, vendor, app, seconds=0)
    run = read(connection, vendor, app, full=True)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (SyncState.ABANDONED, runs.FULL_TAKES_ITS_PLACE)
    assert run.pk != waiting.pk and run.is_full and run.state == SyncState.COMPLETE


# --- what goes wrong


class Failing:
    """A list whose n-th request fails with the given errors, one after the other."""

    def __init__(self, vendor, at, *failures):
        self.vendor, self.at, self.failures, self.requests = vendor, at, list(failures), 0

    def source(self):
        real = self.vendor.source()

        def fetch(ask):
            self.requests += 1
            if self.requests >= self.at and self.failures:
                raise self.failures.pop(0)
            return real.fetch(ask)

        return sync.Source(fetch, real.stamp, real.find)


def unavailable(**facts):
    return errors.Unavailable("It did not answer.", **facts)


def test_a_page_that_fails_is_asked_again_after_a_while(connection, vendor, app):
    naps = []
    failing = Failing(vendor, 2, unavailable(), errors.NotSent("No route."), errors.Uncertain("Cut."))
    run = sync.run(connection, "customers", failing.source(), app.sink, nap=naps.append)
    assert (run.state, run.requests, naps) == (SyncState.COMPLETE, 6, [1, 2, 4])
    assert app.rows == vendor.rows
    connection.refresh_from_db()
    assert connection.last_error == "Cut." and not connection.is_paused


def test_after_some_tries_the_run_is_paused_never_complete_and_goes_on_later(connection, vendor, app):
    failing = Failing(vendor, 2, *[unavailable()] * engine.TRIES)
    run = read(connection, failing, app)
    assert (run.state, run.reason) == (SyncState.PAUSED, "Given up after 5 tries: It did not answer.")
    assert len(app.rows) == 100 and not SyncCursor.objects.exists()
    again = read(connection, vendor, app)
    assert (again.pk, again.state, again.reason) == (run.pk, SyncState.COMPLETE, "")
    assert app.rows == vendor.rows and vendor.asked[1][0] == LONG_AGO + 99 * 60


def test_a_refused_token_pauses_the_connection_once_and_the_run_goes_on_after_a_new_one(connection, vendor, app):
    failing = Failing(vendor, 2, errors.Misconfigured("The vendor does not accept our key.", status=401))
    run = read(connection, failing, app)
    connection.refresh_from_db()
    paused_at = connection.paused_at
    assert (run.state, run.reason) == (SyncState.PAUSED, "The vendor does not accept our key.")
    assert paused_at and connection.paused_why == run.reason
    for _ in range(3):
        with pytest.raises(sync.CannotRun, match="does not accept our key"):
            read(connection, vendor, app)
    connection.refresh_from_db()
    assert connection.paused_at == paused_at and len(vendor.asked) == 1
    connections.resume(connection)
    again = read(connection, vendor, app)
    assert (again.pk, again.state) == (run.pk, SyncState.COMPLETE) and app.rows == vendor.rows


def test_a_connection_that_is_off_is_not_asked(connection, vendor, app):
    Connection.objects.update(is_on=False)
    with pytest.raises(sync.CannotRun, match="switched off"):
        read(connection, vendor, app)
    assert vendor.asked == [] and not SyncRun.objects.exists()


def test_a_refusal_pauses_the_run_with_the_vendors_words(connection, vendor, app):
    run = read(connection, Failing(vendor, 1, errors.Rejected("It does not take this.", words="No sort_by.")), app)
    assert (run.state, run.reason) == (SyncState.PAUSED, "It does not take this. No sort_by.")


def test_slow_down_holds_the_whole_connection_and_waits_as_asked(connection, vendor, app):
    naps = []

    def nap(seconds):
        held = Connection.objects.get(pk=connection.pk)
        naps.append((seconds, held.rate_tokens < 0))
        Connection.objects.update(rate_at=timezone.now())  # the time asked for has passed

    failing = Failing(vendor, 2, errors.RateLimited("Slow down.", retry_after=12, status=429))
    run = sync.run(connection, "customers", failing.source(), app.sink, nap=nap)
    assert naps == [(12, True)] and run.state == SyncState.COMPLETE


def test_a_longer_wait_than_a_worker_has_pauses_the_run(connection, vendor, app):
    run = read(connection, Failing(vendor, 2, errors.RateLimited("Slow down.", retry_after=600, status=429)), app)
    assert (run.state, run.reason) == (SyncState.PAUSED, "Slow down.")
    again = read(connection, vendor, app)
    assert (again.state, len(vendor.asked)) == (SyncState.PAUSED, 1), "the connection is still held"


def test_a_bug_of_ours_pauses_the_run_and_is_not_swallowed(connection, vendor, app):
    with pytest.raises(ZeroDivisionError):
        read(connection, Failing(vendor, 2, ZeroDivisionError("secret")), app)
    run = SyncRun.objects.get()
    assert (run.state, run.owner) == (SyncState.PAUSED, "") and "ZeroDivisionError" in run.reason
    assert "secret" not in run.reason


def test_a_list_that_could_not_be_read_to_its_end_is_incomplete_and_moves_nothing(connection, app):
    vendor = ChangingList(entries(350, step=0), first_page=10**6)
    run = read(connection, vendor, app)
    assert run.state == SyncState.INCOMPLETE and "same page" in run.reason and run.ended_at
    assert not SyncCursor.objects.exists() and not run.is_live
    assert read(connection, vendor, app).pk != run.pk


# --- what is gone


@pytest.fixture
def full(connection, vendor, app):
    read(connection, vendor, app)
    return lambda **how: read(connection, vendor, app, full=True, gone=app.finder(), **how)


def test_a_full_run_finds_what_is_gone_and_looks_before_it_believes(full, vendor, app):
    del vendor.rows["c00003"], vendor.rows["c00200"]
    run = full()
    assert (run.state, run.gone) == (SyncState.COMPLETE, 2)
    assert app.gone == {"c00003", "c00200"} and vendor.looked == ["c00003", "c00200"]
    assert not SyncSeen.objects.exists()
    assert full().gone == 0


def test_a_living_row_the_list_left_out_is_never_believed_gone(full, vendor, app):
    hidden = vendor.rows.pop("c00100")
    vendor.find = lambda vendor_id: __import__("integrations.feedbackapi.reports", fromlist=["x"]).customer(
        hidden | {"opt_out": True}
    )
    run = full()
    assert (run.state, run.gone, run.updated) == (SyncState.COMPLETE, 0, 1)
    assert app.gone == set() and app.rows["c00100"]["opt_out"] is True


@pytest.mark.parametrize(("number", "state"), [(20, SyncState.COMPLETE), (21, SyncState.INCOMPLETE)])
def test_a_mass_disappearance_needs_a_person(full, vendor, app, number, state):
    for vendor_id in sorted(vendor.rows)[:number]:
        del vendor.rows[vendor_id]
    run = full()
    assert run.state == state
    assert len(app.gone) == (number if state == SyncState.COMPLETE else 0)


def test_an_empty_list_by_mistake_empties_nothing(full, vendor, app):
    vendor.rows = {}
    run = full()
    assert run.state == SyncState.INCOMPLETE and app.gone == set() and vendor.looked == []
    assert run.reason == vanished.BRAKED.format("21 or more", "250")


def test_a_look_that_fails_pauses_the_run_and_marks_nothing_more(full, vendor, app):
    del vendor.rows["c00003"], vendor.rows["c00004"]
    find, failures = vendor.find, [unavailable()] * engine.TRIES

    def look(vendor_id):
        if vendor_id == "c00004" and failures:
            raise failures.pop()
        return find(vendor_id)

    vendor.find = look
    assert (full().state, app.gone) == (SyncState.PAUSED, {"c00003"})
    run = full()
    assert (run.state, run.gone, app.gone) == (SyncState.COMPLETE, 2, {"c00003", "c00004"})


def test_an_incremental_run_never_believes_anything_gone(connection, full, vendor, app):
    vendor.rows.clear()
    run = read(connection, vendor, app, gone=app.finder())
    assert (run.state, app.gone) == (SyncState.COMPLETE, set())
