"""Calls that customers make to a leased number: kept, and whose they are where that is certain."""

from datetime import datetime

import pytest
from django.utils import timezone

from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from tests.calls.conftest import words_of
from tests.calls.telesign.conftest import LEASED
from tests.calls.telesign.events import REFERENCE, over, tell
from tests.world import fiction, make_call, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]
THEIRS, OURS = fiction(1).lstrip("+"), LEASED.lstrip("+")


@pytest.fixture(autouse=True)
def row(connection):
    return connection


def rings(caller=THEIRS):
    tell("incoming_call", **{"to": OURS, "from": caller})
    return Call.objects.get(vendor_id=REFERENCE)


def ends(caller=THEIRS, **more):
    tell("call_completed", **over(**{"to": OURS, "from": caller, "direction": "inbound"} | more))
    return Call.objects.get(vendor_id=REFERENCE)


def test_a_call_of_a_customer_is_kept_as_theirs(world):
    call = rings()
    assert (call.kind, call.provider, call.status) == (Kind.INCOMING, Provider.TELESIGN, CallStatus.RINGING)
    assert (call.customer, call.location, call.agent) == (world.marta, world.riverside, None)
    assert call.number.e164 == fiction(1)
    assert call.events.get(word="called_us").text == "+1 212-555-0101 called +1 212-555-0180"


def test_a_number_of_two_customers_is_nobodys(world):
    make_customer("Mark Oliveira", world.riverside, fiction(1))
    call = rings()
    assert (call.customer, call.location) == (None, None) and call.number.e164 == fiction(1)


def test_an_unknown_number_is_kept(world):
    assert rings(fiction(77).lstrip("+")).number.e164 == fiction(77)


@pytest.mark.parametrize("caller", ["", "anonymous", "sip:someone@example.test", "1", "99999999999999999999"])
def test_a_withheld_number_is_none(world, caller):
    call = rings(caller)
    assert call.number is None and call.events.filter(word="called_us").exists()


def test_events_of_one_call_are_one_call(world):
    rings()
    rings()
    tell("speak_completed", status="speak_successful")
    call = ends()
    assert Call.objects.count() == 1
    assert (call.status, call.wait_seconds, call.talk_seconds) == (CallStatus.COMPLETED, 5, 30)


def test_the_end_may_come_first(world):
    assert ends().status == CallStatus.COMPLETED
    assert rings().status == CallStatus.COMPLETED and Call.objects.count() == 1


def test_a_caller_who_was_hung_up_on_was_not_answered(world, choose):
    choose(on_incoming="hangup")
    rings()
    call = ends(answered_on_utc=None)
    assert call.status == CallStatus.NO_ANSWER and call.talk_seconds is None


def test_the_times_are_by_our_clock(world):
    """The stamps of these events are of another day; ours is when it rang."""
    rang = rings().created_at
    call = ends()
    assert call.created_at == rang and (call.connected_at - rang).total_seconds() == 5
    assert abs((call.created_at - timezone.now()).total_seconds()) < 600 and isinstance(call.ended_at, datetime)


def test_who_is_in_a_call_of_ours_may_call_us_all_the_same(world):
    ours = make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS)
    call = rings()
    assert (call.number, call.customer) == (None, world.marta) and "called_us" in words_of(call)
    assert ends().number.e164 == fiction(1)
    ours.refresh_from_db()
    assert ours.status == CallStatus.IN_PROGRESS


def test_supervisors_of_the_place_see_it_and_others_do_not(world, as_supervisor, as_elsewhere, as_agent):
    call = rings()
    answers = [client.get(f"/calls/{call.pk}/").status_code for client in (as_supervisor, as_elsewhere, as_agent)]
    assert answers == [200, 404, 404]
