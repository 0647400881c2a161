"""Two at once, the order forced; a worker killed at each step; nothing sent inside a transaction."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from integrations import outbox
from integrations.choices import DeliveryState
from integrations.models import Connection, Delivery
from integrations.outbox import claims, doubts, records, verdicts, wishes
from tests.integrations.fake_vendor import KIND, OK
from tests.integrations.meetings import at_once, meeting_before
from tests.servers import Process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def wish(payload="hello", key="call/1"):
    with transaction.atomic():
        return outbox.send(KIND, key, {"say": payload})


def test_two_workers_that_both_saw_the_row_due_send_it_once(vendor, monkeypatch):
    row = wish()
    meeting_before(monkeypatch, claims, "_postpone")
    done = at_once(lambda: outbox.deliver(row.pk), lambda: outbox.deliver(row.pk))
    assert sorted(done) == [False, True]
    assert len(vendor.ledger) == 1
    assert Delivery.objects.get().attempt_count == 1


def test_many_workers_on_many_rows_send_each_once(vendor):
    rows = [wish(n, f"call/{n}") for n in range(20)]
    done = at_once(*[outbox.deliver_due] * 4)
    assert not [error for error in done if isinstance(error, Exception)]
    assert sorted(payload["say"] for payload in vendor.ledger) == list(range(20))
    assert {Delivery.objects.get(pk=row.pk).state for row in rows} == {"delivered"}


def test_two_wishes_at_once_leave_one_waiting(vendor, monkeypatch):
    meeting_before(monkeypatch, wishes, "_next_revision")
    done = at_once(lambda: wish("a"), lambda: wish("b"))
    assert not [error for error in done if isinstance(error, Exception)]
    states = list(Delivery.objects.order_by("revision").values_list("revision", "state"))
    assert states == [(1, "superseded"), (2, "pending")]


def test_a_claim_and_a_newer_wish_at_once_never_have_both_in_flight(vendor, monkeypatch):
    row = wish()
    meeting_before(monkeypatch, claims, "_postpone")
    meeting_before(monkeypatch, wishes, "_replace_older")
    at_once(lambda: claims.claim(row.pk), lambda: wish("better"))
    old, new = Delivery.objects.order_by("revision")
    assert (old.state == DeliveryState.SUPERSEDED) != old.is_leased
    assert outbox.deliver(new.pk) == (old.state == DeliveryState.SUPERSEDED)


def test_two_people_press_retry_at_once_and_it_is_sent_again_once(vendor, admin):
    row = wish()
    Delivery.objects.update(state=DeliveryState.PARKED)
    done = at_once(lambda: outbox.retry(row, admin), lambda: outbox.retry(row, admin))
    assert sorted(type(one).__name__ for one in done) == ["CannotRetry", "Delivery"]


@pytest.fixture
def admin():
    from tests.world import make_user

    return make_user("ana@example.test", "admin")


def test_nothing_is_sent_inside_a_transaction(vendor):
    row = wish()
    with transaction.atomic(), pytest.raises(RuntimeError):
        outbox.deliver(row.pk)
    assert vendor.ledger == []
    assert outbox.deliver(row.pk)
    assert vendor.in_transaction == [False]


def test_what_the_vendor_said_hangs_on_nobody_elses_transaction(vendor):
    held = claims.claim(wish().pk)
    with transaction.atomic(), pytest.raises(RuntimeError):
        records.record(held, verdicts.of(OK, tries=1, max_attempts=12, age=0), OK)
    with transaction.atomic(), pytest.raises(RuntimeError):
        records.give_back(held, "Not sent.")
    assert Delivery.objects.get().is_leased


def test_claim_and_attempt_are_one_commit(vendor, monkeypatch):
    """Killed between the two there is neither: the row is as it was."""
    row = wish()

    def killed(**fields):
        raise KeyboardInterrupt

    monkeypatch.setattr(claims.Attempt.objects, "create", killed)
    with pytest.raises(KeyboardInterrupt):
        claims.claim(row.pk)
    fresh = Delivery.objects.get(pk=row.pk)
    assert (fresh.owner, fresh.attempt_count, fresh.version) == ("", 0, row.version)


def test_the_task_time_out_while_recording_leaves_no_half_row(vendor, monkeypatch):
    """django-q2 raises its time-out wherever the task is; it must not be swallowed."""
    from django_q.timeout import TimeoutException

    from integrations.outbox import records

    row = wish()

    def timed_out(*args):
        raise TimeoutException

    monkeypatch.setattr(records, "_close_attempt", timed_out)
    with pytest.raises(TimeoutException):
        outbox.deliver(row.pk)
    fresh = Delivery.objects.get(pk=row.pk)
    assert (fresh.state, fresh.is_leased, fresh.attempts.get().outcome) == ("pending", True, "started")


# --- kill -9

WORKER = Path(__file__).with_name("killed_worker.py")
# point → (what the vendor's book holds at the end, may it be there twice)
POINTS = {
    "before_claim_commits": (1, False),
    "before_sending": (1, True),
    "after_vendor_did_it": (2, True),
    "before_record_commits": (2, True),
    "after_record": (1, False),
}


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_loses_nothing(vendor, point, tmp_path):
    row, ledger = wish(), tmp_path / "ledger"
    worker = Process([str(WORKER), point, str(row.pk), str(ledger)], tmp_path / "log")
    assert worker.process.wait(60) == -9, worker.words()
    Delivery.objects.filter(state="pending").update(not_before=timezone.now() - timedelta(seconds=1))
    outbox.deliver_due()
    fresh = Delivery.objects.get(pk=row.pk)
    did = (len(ledger.read_text()) if ledger.exists() else 0) + len(vendor.ledger)
    assert (fresh.state, did, fresh.maybe_double) == ("delivered", *POINTS[point])
    assert not fresh.attempts.filter(outcome="started").exists()
    assert Connection.objects.of("plivo").last_ok_at


def test_what_a_killed_worker_had_made_is_found_and_not_made_again(vendor, tmp_path):
    """It must not be done twice, and the worker ended between sending and writing it down."""
    row, ledger = wish(), tmp_path / "ledger"
    worker = Process([str(WORKER), "after_vendor_did_it", str(row.pk), str(ledger)], tmp_path / "log")
    assert worker.process.wait(60) == -9, worker.words()
    assert ledger.read_text() == "x"
    vendor.must_look()
    vendor.ledger.append(row.payload)
    began = timezone.now() - doubts.LOOK_AFTER
    Delivery.objects.update(not_before=began)
    row.attempts.update(started_at=began)
    outbox.deliver_due()
    fresh = Delivery.objects.get(pk=row.pk)
    assert (fresh.state, fresh.note, fresh.maybe_double) == ("delivered", doubts.ARRIVED, False)
    assert len(vendor.ledger) == 1
