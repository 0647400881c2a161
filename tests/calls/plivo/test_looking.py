"""Fetching the records of a call with patience, and finding calls whose answer was lost. Against the sandbox."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from calls.choices import CallStatus
from calls.models import Call, Leg
from calls.plivo import beat, looking, lost
from calls.services import OpenCall, decide_uncertain
from integrations.errors import Misconfigured
from integrations.models import Connection
from integrations.plivo.client import Client
from tests.calls.conftest import words_of
from tests.calls.plivo.conftest import fresh
from tests.world import fiction, make_call, make_number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def deaf(live, settings):
    """No callback arrives: nobody listens at the address that Plivo is given."""
    settings.PUBLIC_URL = "http://127.0.0.1:9"


def made(vendors):
    return [one for one in vendors.requests(vendor="plivo") if one["method"] == "POST"]


def asked_for(vendors, what):
    return [one for one in vendors.requests(vendor="plivo", path=what) if one["method"] == "GET"]


def all_due():
    Leg.objects.filter(look_at__isnull=False).update(look_at=timezone.now())


# --- Records ------------------------------------------------------------------------------------


def test_a_call_of_which_no_callback_came_is_known_by_its_records(dial, vendors, plivo, monkeypatch):
    call = dial(90)  # the customer's number of which Plivo tells nothing at the end
    for _ in range(4):
        vendors.advance(20)
    assert fresh(call).status == CallStatus.IN_PROGRESS
    for _ in range(2):  # the agent's side says that it is over, the customer's how long it was
        all_due()
        beat.tick()
    call = fresh(call)
    assert (call.status, call.talk_seconds) == (CallStatus.COMPLETED, vendors.plivo_calls()[1]["seconds"])
    agents, customers = Leg.objects.filter(call=call)
    assert agents.record_at and customers.record_at and not Leg.objects.filter(look_at__isnull=False).exists()
    assert call.carrier_uuid == customers.uuid == vendors.plivo_calls()[1]["call_uuid"]


def test_where_every_callback_is_lost_the_lists_tell_the_customers_side_too(dial, vendors, plivo, live, monkeypatch):
    call = dial(50)
    vendors.advance(3)
    second = vendors.plivo_calls()[1]["call_uuid"]
    vendors.advance(60)
    # As if none of them had come: only the id that answered our dial is known.
    call.events.exclude(word__in=("asked", "queued")).delete()
    Leg.objects.filter(call=call).delete()
    nothing = dict.fromkeys(("connected_at", "assigned_at", "ended_at", "talk_seconds", "wrap_up_due_at"))
    Call.objects.filter(pk=call.pk).update(status=CallStatus.QUEUED, carrier_uuid="", hangup_code="", **nothing)
    for _ in range(3):
        all_due()
        beat.tick()
    call = fresh(call)
    assert (call.status, call.talk_seconds, call.carrier_uuid) == (CallStatus.COMPLETED, 5, second)
    assert call.connected_at and call.wrap_up_due_at and "in_progress" not in words_of(call)


def test_a_record_that_is_not_there_yet_is_looked_for_ever_more_seldom_and_at_last_no_more(dial, vendors, plivo):
    call = dial(61)
    vendors.advance(3)
    vendors.advance(30)
    assert fresh(call).status == CallStatus.BUSY
    vendors.answer("plivo", status=404, path="/Call/", body={"error": "not found"}, count=100)
    waits = []
    for _ in range(len(looking.WAITS) + 1):
        all_due()
        began = timezone.now()
        with time_machine.travel(began, tick=False):
            assert looking.look_at_due(plivo) == 0
            due = Leg.objects.filter(call=call, side="agent").values_list("look_at", flat=True).get()
            waits.append(due and round((due - began).total_seconds()))
    assert waits == [*looking.WAITS, None] and sum(looking.WAITS) < 2 * 3600
    assert words_of(call).count("no_record") == 2
    assert not beat.anything_live()


def test_what_plivo_does_to_a_look_is_written_down_and_the_next_look_goes_on(dial, vendors, plivo):
    call = dial(61)
    vendors.advance(3)
    vendors.advance(30)
    all_due()
    vendors.fault("plivo", kind="status", status=503, path="/Call/")
    beat.tick()
    assert Connection.objects.get(pk=plivo.pk).last_error and not Leg.objects.filter(record_at__isnull=False).exists()
    all_due()
    beat.tick()
    assert Leg.objects.filter(call=call, record_at__isnull=False).count() == 2
    all_due()
    vendors.answer("plivo", status=401, path="/Call/", body={})
    Leg.objects.update(record_at=None, look_at=timezone.now())
    beat.tick()
    assert Connection.objects.get(pk=plivo.pk).is_paused and not beat.anything_live()


def test_while_a_call_is_on_it_is_looked_for_each_half_minute(dial, vendors, plivo):
    call = dial(52)
    vendors.advance(10)
    leg = Leg.objects.get(call=call, side="agent")
    assert timedelta(seconds=20) < leg.look_at - timezone.now() <= looking.LIVE_EVERY
    all_due()
    assert looking.look_at_due(plivo) == 0
    leg.refresh_from_db()
    assert leg.looks == 0 and leg.look_at > timezone.now() + timedelta(seconds=20)


# --- Calls whose answer was lost ------------------------------------------------------------------


def test_a_call_whose_answer_was_lost_is_found_among_the_live_ones_and_not_dialled_again(dial, vendors, plivo, deaf):
    vendors.fault("plivo", kind="reset", when="after", path="/Call/")
    call = dial(52)
    assert (call.status, call.vendor_id) == (CallStatus.UNCERTAIN, None) and "do not know" in call.why
    with pytest.raises(OpenCall):
        dial(52)
    vendors.advance(1)
    assert lost.reconcile(plivo) == 1
    call = fresh(call)
    assert call.vendor_id == vendors.plivo_calls()[0]["call_uuid"] and call.state.is_live and call.why == ""
    assert "adopted" in words_of(call) and len(made(vendors)) == 1


def test_a_call_whose_answer_was_lost_is_found_among_the_ended_ones(dial, vendors, plivo, deaf):
    vendors.fault("plivo", kind="reset", when="after", path="/Call/")
    call = dial(52)
    for _ in range(12):  # nobody answers for us: Plivo tries both addresses, then ends it
        vendors.advance(10)
    assert vendors.plivo_calls()[0]["code"] == 7011
    assert lost.reconcile(plivo) == 1
    call = fresh(call)
    assert (call.status, call.fail_reason) == (CallStatus.CANCELLED, "") and call.hangup_code == ""
    assert Leg.objects.get(call=call).cause == "Answer URL error" and len(made(vendors)) == 1


def test_a_callback_finds_it_before_the_lists_do(dial, vendors, plivo):
    vendors.fault("plivo", kind="reset", when="after", path="/Call/")
    call = dial(50)
    assert call.status == CallStatus.UNCERTAIN
    vendors.advance(1)
    assert fresh(call).vendor_id and lost.reconcile(plivo) == 0
    for _ in range(3):
        vendors.advance(10)
    assert fresh(call).status == CallStatus.COMPLETED and len(made(vendors)) == 1


def test_a_call_that_two_looks_did_not_find_is_left_to_a_person(dial, vendors, plivo, agent):
    vendors.fault("plivo", kind="reset", when="before", path="/Call/")
    call = dial(50)
    lost.reconcile(plivo)
    assert words_of(call).count("not_found") == 0, "it may still show up"
    Call.objects.filter(pk=call.pk).update(asked_at=timezone.now() - timedelta(seconds=40))
    lost.reconcile(plivo)
    lost.reconcile(plivo)
    call = fresh(call)
    assert (
        call.status == CallStatus.UNCERTAIN and call.why == "Not found at Plivo: it probably did not ring. You decide."
    )
    assert decide_uncertain(call, happened=False, by=agent) and dial(50).pk != call.pk


def test_two_calls_that_fit_are_never_chosen_from(dial, vendors, plivo, agent):
    first, second = dial(52), None
    Call.objects.filter(pk=first.pk).update(vendor_id=None, status=CallStatus.UNCERTAIN)
    second = dial(51)
    Call.objects.filter(pk=second.pk).update(vendor_id=None, status=CallStatus.UNCERTAIN)
    assert lost.reconcile(plivo) == 0
    assert "do not choose" in fresh(first).why and fresh(first).vendor_id is None


@pytest.mark.parametrize("other", [{"agent_number": "+12125550131"}, {"outbound_number": "+12125550198"}])
def test_the_call_of_another_phone_or_caller_id_is_not_adopted(dial, vendors, plivo, agent, other):
    Call.objects.filter(pk=dial(52).pk).delete()
    mine = make_call(
        agent,
        status=CallStatus.UNCERTAIN,
        provider="plivo",
        number=make_number(fiction(50)),
        asked_at=timezone.now(),
        **{"agent_number": agent.phone, **other},
    )
    assert lost.reconcile(plivo) == 0 and fresh(mine).vendor_id is None


def test_a_call_that_is_ours_already_is_not_adopted_for_another(dial, vendors, plivo, agent, world):
    known = dial(52)
    world.colleague.phone = agent.phone  # two agents at one phone
    lost_one = make_call(
        world.colleague,
        status=CallStatus.UNCERTAIN,
        provider="plivo",
        number=make_number(fiction(50)),
        asked_at=timezone.now(),
        agent_number=agent.phone,
    )
    assert lost.reconcile(plivo) == 0 and fresh(lost_one).vendor_id is None and fresh(known).vendor_id


def test_whoever_asked_and_died_leaves_a_call_that_becomes_uncertain(agent, plivo, vendors):
    call = make_call(
        agent,
        status=CallStatus.PLACING,
        provider="plivo",
        number=make_number(fiction(50)),
        asked_at=timezone.now() - timedelta(minutes=1),
        agent_number=agent.phone,
    )
    assert beat.anything_live()
    beat.tick()
    assert fresh(call).status == CallStatus.UNCERTAIN and made(vendors) == []


def test_a_wrong_key_pauses_and_places_nothing(dial, vendors, plivo):
    vendors.answer("plivo", status=401, path="/Call/", body={"error": "Authentication failed"})
    call = dial(50)
    assert call.status == CallStatus.REFUSED and Connection.objects.get(pk=plivo.pk).is_paused
    with pytest.raises(Misconfigured):
        vendors.answer("plivo", status=401, path="/Call/", body={})
        Client(plivo).calls.going_on()
