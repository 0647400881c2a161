"""What must not be done twice: an unclear try is looked for before anything is sent again."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations import chips, connections, errors, outbox
from integrations.choices import DeliveryState
from integrations.models import Connection, Delivery
from integrations.outbox import claims, doubts, records, work
from tests.integrations.fake_vendor import KIND, OK
from tests.integrations.meetings import at_once, meeting_before
from tests.world import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOOK = doubts.LOOK_AFTER
UNCLEAR = errors.Uncertain("No answer in time.")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def must_look(vendor):
    vendor.must_look()


def wish(payload="hello", key="request:1"):
    with transaction.atomic():
        return outbox.send(KIND, key, {"say": payload})


def again(row):
    return Delivery.objects.get(pk=row.pk)


def lost(vendor):
    """The vendor does it, and its answer is lost on the way."""

    def answer():
        vendor.ledger.append(Delivery.objects.order_by("pk").last().payload)
        return UNCLEAR

    return answer


def test_an_earlier_try_that_had_arrived_is_not_sent_again(vendor, clock):
    heard = []
    outbox.on(KIND, delivered=lambda delivery: heard.append((str(delivery.state), delivery.result)))
    vendor.script = [lost(vendor)]
    row = wish()
    outbox.deliver(row.pk)
    waiting = again(row)
    assert (waiting.not_before, waiting.reason, waiting.maybe_double) == (NOON + LOOK, "No answer in time.", False)
    clock.shift(LOOK)
    assert outbox.deliver(row.pk)
    done = again(row)
    assert (done.state, done.vendor_ref, done.note) == ("delivered", "found-0", "An earlier try had arrived.")
    assert vendor.looked_for == [({"say": "hello"}, NOON)] and len(vendor.ledger) == 1
    assert heard == [("delivered", {"row": {"say": "hello"}, "payload": {"say": "hello"}})]


def test_one_that_never_arrived_is_sent_again_and_not_called_double(vendor, clock):
    vendor.script = [UNCLEAR]
    row = wish()
    outbox.deliver(row.pk)
    clock.shift(LOOK)
    assert outbox.deliver(row.pk)
    assert (again(row).state, again(row).note, again(row).maybe_double) == ("delivered", "", False)
    assert len(vendor.looked_for) == len(vendor.ledger) == 1


def test_a_dead_workers_try_is_looked_for_and_not_before_its_time(vendor, clock):
    row = wish()
    claims.claim(row.pk)  # it sent, and died
    vendor.ledger.append(row.payload)
    clock.shift(61)
    assert not outbox.deliver(row.pk) and not vendor.looked_for
    assert (again(row).reason, again(row).not_before, again(row).owner) == (doubts.WAITS, NOON + LOOK, "")
    assert chips.of(again(row)).why == doubts.WAITS
    clock.move_to(NOON + LOOK)
    assert outbox.deliver(row.pk)
    assert (again(row).state, again(row).maybe_double, len(vendor.ledger)) == ("delivered", False, 1)


def test_a_person_who_sends_again_cannot_hurry_the_look(vendor, clock):
    vendor.script = [UNCLEAR]
    row = wish()
    outbox.deliver(row.pk)
    Delivery.objects.update(state=DeliveryState.PARKED)
    outbox.retry(row, make_user("ana@example.test", "admin"))
    assert not outbox.deliver(row.pk) and not vendor.looked_for
    clock.shift(LOOK)
    assert outbox.deliver(row.pk) and vendor.looked_for


def test_what_a_replaced_wish_may_have_made_is_looked_for_as_it_was_then(vendor, clock):
    vendor.script = [lost(vendor)]
    row = wish("old")
    outbox.deliver(row.pk)
    new = wish("new")
    clock.shift(LOOK)
    assert outbox.deliver(new.pk)
    assert (again(row).state, again(new).state, again(new).vendor_ref) == ("superseded", "delivered", "found-0")
    assert vendor.ledger == [{"say": "old"}]


def test_what_was_delivered_leaves_no_doubt_behind(vendor, clock):
    vendor.script = [UNCLEAR]
    row = wish("old")
    outbox.deliver(row.pk)
    clock.shift(LOOK)
    outbox.deliver(row.pk)
    assert outbox.deliver(wish("new").pk)
    assert len(vendor.looked_for) == 1 and vendor.ledger == [{"say": "old"}, {"say": "new"}]


def test_another_deliverys_object_is_not_adopted(vendor, clock):
    vendor.script = [lost(vendor), UNCLEAR]
    first, second = wish(key="request:1"), wish(key="request:2")
    outbox.deliver(first.pk), outbox.deliver(second.pk)
    clock.shift(LOOK)
    outbox.deliver(first.pk), outbox.deliver(second.pk)
    assert again(first).vendor_ref == "found-0" and again(second).note == ""
    assert len(vendor.ledger) == 2


@pytest.mark.django_db(transaction=True)
def test_two_that_find_the_same_at_once_do_not_both_have_it(vendor, clock, monkeypatch):
    vendor.script = [lost(vendor), UNCLEAR]
    first, second = wish(key="request:1"), wish(key="request:2")
    outbox.deliver(first.pk), outbox.deliver(second.pk)
    clock.shift(LOOK)
    meeting_before(monkeypatch, records, "adopt")
    assert at_once(lambda: outbox.deliver(first.pk), lambda: outbox.deliver(second.pk)) == [True, True]
    states = sorted((row.state, row.vendor_ref, row.tries) for row in Delivery.objects.all())
    assert states == [("delivered", "found-0", 2), ("pending", "", 1)]


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (errors.Unavailable("FeedbackAPI answered 503.", status=503), "pending", "FeedbackAPI answered 503."),
        (errors.Misconfigured("The vendor does not accept our key."), "pending", "The vendor does not accept our key."),
        (errors.Rejected("Too many."), "parked", f"{work.CANNOT_LOOK} Too many."),
        (KeyError("x"), "parked", "Internal error (KeyError). The log says more."),
    ],
)
def test_while_nobody_can_look_nothing_is_sent(vendor, clock, error, state, reason):
    vendor.script = [UNCLEAR]
    row = wish()
    outbox.deliver(row.pk)
    vendor.looks = [error]
    clock.shift(LOOK)
    outbox.deliver(row.pk)
    assert (again(row).state, again(row).reason, vendor.ledger) == (state, reason, [])
    if state == "parked":
        outbox.retry(row, make_user("ana@example.test", "admin"))
    connections.resume(row.connection)
    clock.shift(60)
    outbox.deliver(row.pk)
    assert again(row).state == DeliveryState.DELIVERED and len(vendor.looked_for) == 2


def test_one_that_arrived_is_known_to_have_arrived_though_it_may_not_go_any_more(vendor, clock):
    vendor.script = [lost(vendor)]
    row = wish()
    outbox.deliver(row.pk)
    outbox.on(KIND, ready=lambda delivery: outbox.NoMore("The customer opted out."))
    clock.shift(LOOK)
    outbox.deliver(row.pk)
    assert again(row).state == DeliveryState.DELIVERED


def test_what_a_restored_copy_still_held_is_looked_for(vendor):
    row = wish()
    vendor.ledger.append(row.payload)
    Delivery.objects.update(maybe_double=True)
    assert outbox.deliver(row.pk)
    assert (again(row).note, again(row).maybe_double, len(vendor.ledger)) == (doubts.ARRIVED, False, 1)


# --- where a look that finds nothing proves nothing

UNKNOWN = "We do not know whether the invitation was made."


def test_what_no_list_shows_is_looked_for_once_and_then_a_person_decides(vendor, clock):
    vendor.must_look("ask", UNKNOWN)
    vendor.script = [UNCLEAR]
    row = wish()
    outbox.deliver(row.pk)
    clock.shift(LOOK)
    outbox.deliver(row.pk)
    assert (again(row).state, again(row).reason, vendor.ledger) == ("parked", UNKNOWN, [])
    outbox.retry(row, make_user("ana@example.test", "admin"))
    vendor.script = [errors.Misconfigured("The vendor does not accept our key."), UNCLEAR]
    outbox.deliver(row.pk)
    connections.resume(row.connection)
    assert len(vendor.looked_for) == 1, "the person has decided"
    outbox.deliver(row.pk)
    clock.shift(LOOK)
    outbox.deliver(row.pk)
    assert again(row).reason == UNKNOWN and len(vendor.looked_for) == 2


def test_a_newer_wish_knows_what_was_unclear_before_it_and_not_what_became_so_later(vendor, clock):
    vendor.must_look("ask", UNKNOWN)
    vendor.script = [lambda: wish("new") and UNCLEAR]
    outbox.deliver(wish("old").pk)
    new = Delivery.objects.get(revision=2)
    clock.shift(LOOK)
    outbox.deliver(new.pk)
    assert again(new).reason == UNKNOWN
    clock.shift(1)
    newest = wish("newest")
    outbox.deliver(newest.pk)
    assert again(newest).state == DeliveryState.DELIVERED


# --- any order of answers, losses and deaths


class Died(BaseException):
    """A worker that is gone: nothing after it is written."""


def _does(step, vendor, payload):
    """What the vendor and the way to it do with one request; the ledger is the vendor's own."""
    if step in ("lost", "done, then died"):
        vendor.ledger.append(payload)
    outcomes = {"lost": UNCLEAR, "nothing, unclear": UNCLEAR, "busy": errors.Unavailable("503.", status=503)}
    if "died" in step:
        raise Died
    if step in outcomes:
        raise outcomes[step]
    return OK


STEPS = ["answered", "lost", "nothing, unclear", "busy", "done, then died", "died"]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sent=st.lists(st.sampled_from(STEPS), max_size=6),
    looks=st.lists(st.sampled_from([None, None, errors.Unavailable("503.", status=503)]), max_size=3),
    late=st.sampled_from([0, 1, 90]),
)
def test_it_is_done_once_whatever_is_lost_on_the_way(vendor, sent, looks, late):
    Delivery.objects.all().delete()
    Connection.objects.update(paused_at=None, rate_tokens=0)
    vendor.ledger.clear()
    vendor.looks = list(looks)
    script = list(sent)
    with time_machine.travel(NOON, tick=False) as clock:
        row = wish()
        while (fresh := again(row)).state == DeliveryState.PENDING:
            clock.move_to(max(fresh.not_before, NOON) + timedelta(seconds=late))
            vendor.script = [lambda: _does(script.pop(0) if script else "answered", vendor, row.payload)]
            with suppress(Died):
                outbox.deliver(row.pk)
            assert len(vendor.ledger) <= 1, "done twice"
    assert fresh.state == DeliveryState.PARKED or len(vendor.ledger) == 1
