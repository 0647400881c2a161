"""Calls that nobody placed here: answered by one of ours, following a call of ours, or a voicemail. Nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import selectors, sync, voicemails
from calls.choices import CallStatus, Kind
from calls.models import Call
from calls.services import place, reports, taking_in
from customers.models import PhoneNumber
from integrations import sync as lists
from integrations.ccai import directory
from integrations.contracts import AgentReport, CallReport
from integrations.sync import work
from tests.calls.conftest import words_of
from tests.world import fiction, make_call, make_customer

IVR = "Voice Inbound (IVR)"


@pytest.fixture
def known(ccai, agent, colleague, monkeypatch):
    """Three agents of the tenant, two of them ours; nobody is asked."""
    rows = [
        AgentReport("1", "agent@demo.test", "Ada", "Available"),
        AgentReport("2", "agent2@demo.test", "Cleo", "Available"),
        AgentReport("3", "stranger@demo.test", "Somebody", "Available"),
    ]
    monkeypatch.setattr(directory, "agents_kept", lambda connection: {row.vendor_id: row for row in rows})
    return ccai


def sight(word="connected", vendor_id="900", **facts):
    """An incoming call at CCAI as the tail shows it, answered by our agent a minute ago."""
    now = timezone.now()
    facts = {
        "call_type": IVR,
        "created_at": now - timedelta(minutes=1),
        "connected_at": now - timedelta(seconds=30) if word in ("connected", "finished") else None,
        "ended_at": now if word in ("finished", "failed", "voicemail_received") else None,
        "agent_id": "1",
        "at": now,
        "menu_id": "9",
        "menu_name": "Lock Star",
    } | facts
    shown = {"id": int(vendor_id), "status": word, "updated_at": sync.stamp(facts["at"]), "lang": "es"}
    return CallReport(vendor_id, word, raw=shown, **facts)


def taken():
    return Call.objects.get(vendor_id="900")


# --- What becomes ours ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_call_that_one_of_ours_answered_is_theirs(known, agent, world):
    assert sync.take_in(known, [sight()]) == 1
    call = taken()
    assert (call.agent, call.kind, call.status, call.provider) == (agent, "incoming", "in_progress", "ccai")
    assert (call.location, call.menu_name, call.lang) == (world.riverside, "Lock Star", "es")
    assert call.asked_by is None and call.asked_at is None and sorted(words_of(call)) == ["connected", "taken_in"]
    assert list(selectors.live_calls()) == [call], "and it is followed"
    assert list(Call.objects.visible_to(agent)) == [call]


@pytest.mark.django_db
def test_it_can_be_wrapped_up_when_it_has_ended(known, agent):
    sync.take_in(known, [sight()])
    later = sight("finished", talk_seconds=25, at=timezone.now() + timedelta(seconds=1))
    assert sync.take_in(known, [later]) == 1
    assert taken().status == "completed" and taken().wrap_up_due_at and taken().talk_seconds == 25


@pytest.mark.django_db
def test_a_second_sight_makes_no_second_call(known):
    for _ in range(3):
        sync.take_in(known, [sight(), sight()])
    assert Call.objects.count() == 1


@pytest.mark.parametrize(
    "report",
    [
        sight(agent_id="3"),  # answered by somebody who is none of ours
        sight(agent_id="4711"),
        sight(agent_id=""),
        sight("assigned"),  # rings with ours, and may yet be answered by another
        sight("queued", agent_id=""),
        sight("failed"),
        sight("deflected", agent_id=""),
        sight("voicemail_read", agent_id=""),  # heard already
        sight(call_type="Voice Outbound"),  # dialled in the adapter
        sight(call_type="Voice Outbound (API)"),
        sight(created_at=None),
        sight("finished", created_at=timezone.now() - timedelta(days=2)),
    ],
    ids=lambda report: f"{report.status}-{report.agent_id or 'nobody'}-{report.call_type}",
)
@pytest.mark.django_db
def test_what_is_not_ours_to_know_stays_there(known, report):
    assert sync.take_in(known, [report]) == 0 and not Call.objects.exists()


@pytest.mark.django_db
def test_somebody_who_has_left_answers_nothing_here(known, agent):
    agent.is_active = False
    agent.save()
    assert sync.take_in(known, [sight()]) == 0


@pytest.mark.django_db
def test_an_e_mail_that_two_people_have_names_nobody(known, agent, colleague):
    colleague.ccai_email = "AGENT@demo.test"
    colleague.save()
    assert sync.take_in(known, [sight()]) == 0


@pytest.mark.django_db
def test_a_voicemail_waits_for_somebody_until_it_is_read(known, world):
    mail = sight("voicemail_received", agent_id="", end_user_identifier=world.marta.phone.e164)
    sync.take_in(known, [mail])
    call = taken()
    assert (call.status, call.agent, call.kind) == ("voicemail", None, "incoming")
    assert (call.number, call.customer, call.location) == (world.marta.phone, world.marta, world.riverside)
    assert list(voicemails.unread(world.admin)) == [call]
    sync.take_in(known, [replace(mail, status="voicemail_read", raw=mail.raw | {"status": "voicemail_read"})])
    assert not voicemails.unread(world.admin).exists() and taken().vendor_status == "voicemail_read"


# --- With whom ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_customer_is_known_by_the_contact_or_by_the_number(known, world):
    world.jon.out_contact_id = "C7"
    world.jon.save()
    sync.take_in(known, [sight(out_contact_id="C7"), sight(vendor_id="901", end_user_identifier=fiction(1))])
    assert taken().customer == world.jon and taken().number == world.jon.phone
    assert Call.objects.get(vendor_id="901").customer == world.marta


@pytest.mark.django_db
def test_two_customers_with_one_number_are_not_guessed(known, world):
    make_customer("Her Husband", world.riverside, fiction(1))
    sync.take_in(known, [sight(end_user_identifier=fiction(1))])
    assert (taken().customer, taken().number, taken().location) == (None, world.marta.phone, world.riverside)


@pytest.mark.django_db
def test_a_number_nobody_had_is_kept_and_a_word_is_no_number(known, world):
    sync.take_in(
        known, [sight(end_user_identifier="+12125550177"), sight("finished", "901", end_user_identifier="vip")]
    )
    assert taken().number == PhoneNumber.objects.get(e164="+12125550177") and taken().customer is None
    assert Call.objects.get(vendor_id="901").number is None


@pytest.mark.django_db
def test_customers_of_other_places_are_not_told_to_the_agent(known, world):
    sync.take_in(known, [sight(end_user_identifier=world.oskar.phone.e164)])
    assert taken().customer is None


# --- Two open calls -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_agent_who_is_on_a_call_here_gets_the_other_when_it_can_be_theirs(known, agent):
    first = make_call(agent, status=CallStatus.IN_PROGRESS, vendor_id="1")
    sync.take_in(known, [sight()])
    assert (taken().agent, taken().status) == (None, "in_progress"), "shown as it is, and nobody has two"
    first.status = CallStatus.COMPLETED
    first.save()
    sync.take_in(known, [sight("finished", at=timezone.now() + timedelta(seconds=1))])
    assert (taken().agent, taken().status) == (agent, "completed")


@pytest.mark.django_db
def test_a_number_that_is_on_another_call_is_left_to_it(known, world, colleague):
    make_call(colleague, world.marta, status=CallStatus.IN_PROGRESS, vendor_id="1")
    sync.take_in(known, [sight(end_user_identifier=world.marta.phone.e164)])
    assert (taken().number, taken().status, taken().agent) == (None, "in_progress", world.agent)


@pytest.mark.django_db
def test_who_answers_has_it_whoever_it_rang_with_before(known, agent, colleague, world):
    call = make_call(
        None, world.marta, kind=Kind.INCOMING, status=CallStatus.QUEUED, vendor_id="900", asked_at=timezone.now()
    )
    at = timezone.now()
    rings, then = sight("assigned", agent_id="2", at=at), sight("assigned", agent_id="1", at=at + timedelta(seconds=1))
    answered = sight("connected", agent_id="2", at=at + timedelta(seconds=2))
    transferred = sight("connected", agent_id="1", at=at + timedelta(seconds=9))
    for report, has_it in ((rings, colleague), (then, agent), (answered, colleague), (transferred, colleague)):
        reports.apply_report(call, report)
        assert taken().agent == has_it
    reports.apply_report(call, rings)
    assert taken().agent == colleague, "late news of its ringing changes nothing"


def state_of(call):
    """All of a call that its reports decide."""
    names = (
        "status",
        "vendor_status",
        "agent",
        "connected_at",
        "ended_at",
        "talk_seconds",
        "number",
        "customer",
        "raw",
    )
    return [getattr(call, name) for name in names]


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_any_order_the_same_call_is_the_same_persons(known, agent, world, data):
    Call.objects.all().delete()
    at = timezone.now()
    answered = {"created_at": at, "connected_at": at + timedelta(seconds=2), "end_user_identifier": fiction(1)}
    life = [
        sight("queued", agent_id="", created_at=at, at=at),
        sight("assigned", agent_id="2", created_at=at, at=at + timedelta(seconds=1)),
        sight("connected", at=at + timedelta(seconds=2), **answered),
        sight("finished", at=at + timedelta(seconds=9), talk_seconds=7, **answered | {"ended_at": at}),
    ]
    for report in life:
        sync.take_in(known, [report])
    wanted = state_of(taken())
    assert wanted[:3] == ["completed", "finished", agent] and wanted[7] == world.marta
    Call.objects.all().delete()
    first = data.draw(st.lists(st.sampled_from(life), max_size=6))
    for report in [*first, *data.draw(st.permutations(life))]:
        sync.take_in(known, [report])
    assert state_of(taken()) == wanted and Call.objects.count() == 1


# --- What follows a call of ours ------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_call_back_is_told_on_both_sides(known, agent, world):
    parent = make_call(agent, world.marta, status=CallStatus.FAILED, vendor_id="800", asked_at=timezone.now())
    sync.take_in(known, [sight(call_type="Voice Outbound (API)", parent_id="800")])
    child = taken()
    assert (child.parent, child.kind, child.agent) == (parent, "outbound", agent)
    assert (child.customer, child.location, child.number) == (world.marta, world.riverside, world.marta.phone)
    assert "called_back" in words_of(parent) and "follows" in words_of(child)
    assert list(parent.children.all()) == [child]


@pytest.mark.django_db
def test_a_child_that_came_first_finds_its_parent_later(known, agent):
    sync.take_in(known, [sight(parent_id="800")])
    parent = make_call(agent, status=CallStatus.FAILED, vendor_id="800")
    sync.take_in(known, [sight("finished", parent_id="800", at=timezone.now() + timedelta(seconds=1))])
    assert taken().parent == parent and "called_back" in words_of(parent)


@pytest.mark.django_db(transaction=True)
def test_a_failed_call_is_recovered_by_its_child_at_the_sandbox(agent, ccai, still):
    parent = place(agent, intent="one", to=fiction(54))
    for _ in range(60):
        still.advance(1)
        sync.tail(ccai)
    parent.refresh_from_db()
    (child,) = parent.children.all()
    assert (parent.status, parent.vendor_status) == ("completed", "recovered")
    assert (child.status, child.agent, child.kind) == ("completed", agent, "outbound")
    assert child.number == parent.number and child.wrap_up_due_at
    assert Call.objects.count() == 2


# --- Never one that may be ours -------------------------------------------------------------------------

LOST = (CallStatus.PLACING, CallStatus.UNCERTAIN, CallStatus.NEEDS_AGENT)


def lost(agent, status, kind=Kind.OUTBOUND, **fields):
    fields = {"asked_at": timezone.now(), "asked_by": agent} | fields
    return make_call(agent if kind == Kind.OUTBOUND else None, status=status, kind=kind, **fields)


@pytest.mark.parametrize("status", LOST)
@pytest.mark.parametrize("hours", [-1, 0, 1])
@pytest.mark.django_db
def test_a_child_that_may_be_the_lost_dial_of_its_agent_waits(known, agent, status, hours):
    """Also with a clock that is an hour off."""
    parent = make_call(agent, status=CallStatus.FAILED, vendor_id="800")
    dial = lost(agent, status)
    at = timezone.now() + timedelta(hours=hours)
    child = sight(call_type="Voice Outbound (API)", parent_id="800", created_at=at)
    assert sync.take_in(known, [child]) == 0
    Call.objects.filter(pk=dial.pk).update(status=CallStatus.REFUSED)
    assert sync.take_in(known, [child]) == 1 and taken().parent == parent


@pytest.mark.parametrize("status", LOST)
@pytest.mark.parametrize("kind", [Kind.INCOMING, Kind.SCHEDULED])
@pytest.mark.django_db
def test_a_call_made_by_the_api_waits_while_one_of_ours_to_a_menu_is_lost(known, agent, status, kind):
    dial = lost(agent, status, kind)
    report = sight(call_type="Voice Inbound (API)")
    assert sync.take_in(known, [report, sight(vendor_id="901")]) == 1, "a customer's own call is none of ours"
    assert Call.objects.filter(vendor_id="901").exists() and not Call.objects.filter(vendor_id="900").exists()
    Call.objects.filter(pk=dial.pk).update(asked_at=timezone.now() - timedelta(hours=2))
    assert sync.take_in(known, [report]) == 1, "after an hour it is given up"


@pytest.mark.django_db
def test_another_agents_lost_dial_holds_nothing_up(known, agent, colleague):
    make_call(agent, status=CallStatus.FAILED, vendor_id="800")
    lost(colleague, CallStatus.UNCERTAIN)
    assert sync.take_in(known, [sight(call_type="Voice Outbound (API)", parent_id="800")]) == 1


@pytest.mark.django_db
def test_the_answer_that_comes_after_all_wins_over_what_was_taken_in(known, agent):
    """It cannot happen while the rule above holds; if it does, one call is not two."""
    sync.take_in(known, [sight()])
    there, ours = taken(), lost(agent, CallStatus.UNCERTAIN)
    reports.take_id(ours, "900")
    there.refresh_from_db()
    ours.refresh_from_db()
    assert (there.vendor_id, there.status, there.wrap_up_due_at) == (None, "refused", None)
    assert ours.vendor_id == "900" and str(ours.pk) in there.why


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_that_read_the_list_at_once_make_one_call(known, together):
    report = sight()

    def read():
        with transaction.atomic():
            return sync.take_in(known, [report])

    assert sorted(together(read, read, read)) == [0, 0, 1]
    assert Call.objects.filter(vendor_id="900").count() == 1
    assert sorted(words_of(taken())) == ["connected", "taken_in"]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_between_the_list_and_the_look_is_not_doubled(known, agent, monkeypatch):
    """The list was read while the dial was under way; its id is stored before the page is taken in."""
    report = sight(call_type="Voice Inbound (API)")
    ours = lost(agent, CallStatus.PLACING, Kind.INCOMING)
    ask = taking_in.waiting_for_id

    def answered_meanwhile(connection):
        Call.objects.filter(pk=ours.pk).update(vendor_id="900", status=CallStatus.QUEUED)
        return ask(connection)

    monkeypatch.setattr(taking_in, "waiting_for_id", answered_meanwhile)
    assert sync.take_in(known, [report]) == 0
    assert Call.objects.get(vendor_id="900").pk == ours.pk


@pytest.mark.django_db
def test_one_that_cannot_be_made_stops_no_other(known, monkeypatch, caplog):
    make = taking_in._make

    def broken(connection, report, parent):
        if report.vendor_id == "900":
            raise KeyError("bug")
        return make(connection, report, parent)

    monkeypatch.setattr(taking_in, "_make", broken)
    assert sync.take_in(known, [sight(), sight(vendor_id="901")]) == 1
    assert "could not be taken in" in caplog.text


# --- From the sandbox --------------------------------------------------------------------------------------


def comes_in(still, to=fiction(50)):
    """A customer's own call, made at the vendor as its tests would: by its API, with another name."""
    body = {"call_type": "Voice Inbound (API)", "menu_id": 9, "end_user_number": to, "lang": "en"}
    answer = requests.post(f"{still.url}/ccai/apps/api/v1/calls", json=body, auth=("demo", "demo-token"), timeout=5)
    return str(answer.json()["id"])


@pytest.mark.django_db(transaction=True)
def test_a_call_that_comes_in_is_found_by_the_tail_and_its_agent_by_the_list_of_agents(agent, ccai, still):
    number = comes_in(still)
    still.advance(8)
    assert sync.tail(ccai) == 1
    call = Call.objects.get(vendor_id=number)
    assert (call.agent, call.status) == (agent, "in_progress")
    still.advance(60)
    sync.tail(ccai)
    call.refresh_from_db()
    assert call.status == "completed" and call.wrap_up_due_at


@pytest.mark.django_db(transaction=True)
def test_while_no_call_is_live_it_is_found_by_the_list_read_every_few_minutes(agent, ccai, still):
    number = comes_in(still)
    still.advance(60)
    run = work.go(lists.plan_of("calls"))
    assert run.state == "complete" and Call.objects.get(vendor_id=number).agent == agent
    assert lists.plan_of("calls").minutes == 5
