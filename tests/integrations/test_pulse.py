"""The pulse wakes what is due, looks at what is live, hands over, and ends when nothing is left."""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from integrations import leases, outbox, pulse, tasks
from integrations.models import Delivery, Lease
from tests.integrations.fake_vendor import KIND
from tests.integrations.meetings import at_once, meeting_before

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture(autouse=True)
def nothing_ticks(monkeypatch):
    monkeypatch.setattr(pulse, "_ticking", {})
    monkeypatch.setattr(pulse, "_complained", {})


def wish(key="call/1"):
    with transaction.atomic():
        return outbox.send(KIND, key, {})


def rung():
    """What stands in the queue: (task, arguments)."""
    queued = [row.task for row in OrmQ.objects.order_by("pk")]
    return [(task["func"].rsplit(".", 1)[1], task["args"]) for task in queued]


def empty_queue():
    OrmQ.objects.all().delete()


def test_a_committed_wish_rings_for_a_worker_and_starts_the_pulse(vendor):
    row = wish()
    assert rung() == [("deliver", (row.pk,)), ("pulse", ())]


def test_a_wish_that_is_rolled_back_rings_for_nobody(vendor):
    with pytest.raises(KeyError), transaction.atomic():
        outbox.send(KIND, "call/1", {})
        raise KeyError
    assert rung() == [] and not Delivery.objects.exists()


def test_a_broker_that_is_down_does_not_fail_what_was_saved(vendor, monkeypatch):
    from integrations import doorbell

    def down(*args):
        raise ConnectionError("no Redis")

    with monkeypatch.context() as broker:
        broker.setattr(doorbell, "async_task", down)
        row = wish()
    tasks.sweep()
    assert rung() == [("pulse", ())]
    assert outbox.deliver_due() == 1 and Delivery.objects.get(pk=row.pk).state == "delivered"


def test_starting_a_pulse_that_runs_does_nothing():
    assert leases.take("pulse", "somebody", 30)
    pulse.start()
    assert rung() == []
    assert pulse.run() is False


def test_a_beat_rings_for_due_rows_whose_ring_was_lost(vendor):
    row = wish()
    empty_queue()
    assert pulse.run(seconds=0)
    assert rung() == [("deliver", (row.pk,)), ("pulse", ())]


def test_a_row_in_the_queue_is_not_rung_for_each_second(vendor):
    wish()
    empty_queue()
    told = {}
    pulse.wake_due(told)
    pulse.wake_due(told)
    assert len(rung()) == 1
    told = {pk: at - pulse.REWAKE for pk, at in told.items()}
    pulse.wake_due(told)
    assert len(rung()) == 2


def test_a_long_queue_of_one_vendor_does_not_stand_before_another(vendor):
    rows = [wish(f"call/{n}") for n in range(5)]
    other = Delivery.objects.get(pk=rows[-1].pk)
    other.connection = type(other.connection).objects.of("trestle")
    other.save()
    empty_queue()
    pulse.wake_due({})
    assert ("deliver", (other.pk,)) in rung()[:2]


def test_the_pulse_goes_on_while_something_is_live_and_then_ends():
    looks = []
    pulse.on("calls", live=lambda: len(looks) < 3, tick=lambda: looks.append(time.monotonic()))
    assert pulse.run(beat=0.01)
    assert len(looks) == 3
    assert rung() == []
    assert not leases.is_held("pulse")


def test_the_pulse_hands_over_when_its_time_is_up():
    pulse.on("calls", live=lambda: True, tick=lambda: None)
    pulse.run(seconds=0.05, beat=0.01)
    assert rung() == [("pulse", ())]


def test_one_tick_that_fails_stops_neither_the_others_nor_the_pulse(caplog):
    looks = []

    def broken():
        raise KeyError("bug")

    pulse.on("broken", live=lambda: len(looks) < 2, tick=broken)
    pulse.on("blind", live=broken, tick=broken)
    pulse.on("calls", live=lambda: len(looks) < 2, tick=lambda: looks.append(1))
    pulse.run(beat=0.01)
    assert len(looks) == 2
    assert any(record.exc_info for record in caplog.records)


def test_a_tick_that_fails_again_and_again_is_said_once_a_minute(caplog, monkeypatch):
    def broken():
        raise KeyError("bug")

    pulse.on("broken", live=lambda: True, tick=broken)
    for _ in range(50):
        pulse._tick_all()
    assert len([record for record in caplog.records if record.exc_info]) == 1
    monkeypatch.setattr(pulse, "_complained", {key: at - 60 for key, at in pulse._complained.items()})
    pulse._tick_all()
    assert len([record for record in caplog.records if record.exc_info]) == 2


def test_a_pulse_that_lost_its_lease_stops():
    def stolen():
        looks.append(1)
        Lease.objects.filter(name="pulse").update(owner="another", until=timezone.now() + timedelta(seconds=30))

    looks = []
    pulse.on("calls", live=lambda: True, tick=stolen)
    pulse.run(beat=0.01)
    assert len(looks) == 1
    assert Lease.objects.get(name="pulse").owner == "another"


def test_a_delivery_due_within_a_minute_keeps_the_pulse_and_a_later_one_does_not(vendor):
    row = wish()
    Delivery.objects.filter(pk=row.pk).update(not_before=timezone.now() + timedelta(seconds=30))
    assert pulse.is_needed()
    Delivery.objects.filter(pk=row.pk).update(not_before=timezone.now() + timedelta(seconds=90))
    assert not pulse.is_needed()


def test_a_worker_is_alive_when_it_ran_a_task_lately():
    assert not pulse.worker_is_alive()
    tasks.heartbeat()
    assert pulse.worker_is_alive()
    Lease.objects.filter(name="heartbeat").update(until=timezone.now() - timedelta(seconds=1))
    assert not pulse.worker_is_alive()


def test_the_task_delivers_and_returns_nothing(vendor):
    assert tasks.deliver(wish().pk) is None
    assert len(vendor.ledger) == 1


def test_a_slow_vendor_never_holds_all_the_workers(vendor, settings):
    from integrations.outbox import claims

    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 4}
    rows = [wish(f"call/{n}") for n in range(3)]
    assert claims.claim(rows[0].pk) and claims.claim(rows[1].pk)
    tasks.deliver(rows[2].pk)
    assert vendor.ledger == [], "two of four are with this vendor: one has the pulse, one stays free"


# --- leases


def test_a_lease_is_one_owners_until_it_ends():
    assert leases.take("x", "a", 30)
    assert not leases.take("x", "b", 30)
    assert leases.take("x", "a", 30), "renewed"
    leases.release("x", "b")
    assert leases.is_held("x")
    leases.release("x", "a")
    assert leases.take("x", "b", 30)


def test_a_lease_that_ran_out_is_free():
    leases.take("x", "a", 30)
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert not leases.is_held("x")
    assert leases.take("x", "b", 30)


def test_a_lease_nobody_had_before_is_taken_by_one_of_two(monkeypatch):
    meeting_before(monkeypatch, leases, "_first")
    done = at_once(lambda: leases.take("x", "a", 30), lambda: leases.take("x", "b", 30))
    assert sorted(done) == [False, True]


def test_a_lease_that_ran_out_is_taken_by_one_of_two():
    assert leases.take("x", "dead", -1)
    done = at_once(*[lambda owner=owner: leases.take("x", owner, 30) for owner in "abcd"])
    assert sorted(done) == [False, False, False, True]
