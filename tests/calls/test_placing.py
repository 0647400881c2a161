"""Placing a call: at most once, whatever happens on the way. Against the sandbox, on a real socket."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls import sync
from calls.choices import CallStatus
from calls.models import Call
from calls.services import DialRefused, OpenCall, decide_uncertain, place
from calls.services.reports import take_id
from integrations.models import Connection
from tests.calls.conftest import words_of
from tests.patience import until
from tests.world import fiction, make_call, make_number

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_by_number_is_placed_and_followed(agent, world, sandbox, dials):
    call = place(agent, intent="one", to="(212) 555-0130", customer=world.marta, lang="es")
    assert call.vendor_id and call.status == CallStatus.RINGING and call.vendor_status == "assigned"
    assert call.number.e164 == fiction(30) and call.location == world.riverside and call.asked_at
    assert call.reported_outbound_number == "+1 339-219-5276"
    (dial,) = dials()
    assert dial["body"] == {
        "call_type": "Voice Outbound (API)",
        "agent_email": "agent@demo.test",
        "end_user_number": fiction(30),
        "lang": "es",
    }
    assert words_of(call) == ["asked", "assigned"]
    assert make_number(fiction(30)).last_dialled_at == call.asked_at


def test_a_call_by_ticket_sends_the_ticket_and_finds_its_customer_by_contact(agent, world, sandbox, dials):
    world.jon.out_contact_id = "381630957514"
    world.jon.save()
    call = place(agent, intent="one", ticket_id="71450")
    assert "end_user_number" not in dials()[0]["body"]
    assert (call.customer, call.number, call.location) == (world.jon, world.jon.phone, world.riverside)


def test_a_call_by_ticket_whose_contact_nobody_knows_has_no_number(agent, sandbox):
    call = place(agent, intent="one", ticket_id="71450")
    assert (call.customer, call.number) == (None, None) and call.status == CallStatus.RINGING


def test_the_same_intent_dials_once(agent, sandbox, dials):
    first = place(agent, intent="one", to=fiction(30))
    assert place(agent, intent="one", to=fiction(31)).pk == first.pk
    assert len(dials()) == 1


@pytest.mark.both
def test_two_at_once_with_one_intent_dial_once(agent, sandbox, dials, together):
    dial = lambda: place(agent, intent="one", to=fiction(30))  # noqa: E731
    results = together(dial, dial, dial, dial)
    assert {getattr(call, "pk", call) for call in results} == {Call.objects.get().pk}
    assert len(dials()) == 1


@pytest.mark.both
def test_two_tabs_at_once_dial_once(agent, sandbox, dials, together):
    results = together(*(lambda n=n: place(agent, intent=f"tab-{n}", to=fiction(30 + n)) for n in range(3)))
    assert sorted(type(result).__name__ for result in results) == ["Call", "OpenCall", "OpenCall"]
    assert {getattr(result, "call", result).pk for result in results} == {Call.objects.get().pk}
    assert len(dials()) == 1


@pytest.mark.both
def test_two_agents_at_once_ring_one_number_once(agent, colleague, sandbox, dials, together):
    results = together(*(lambda who=who: place(who, intent=who.name, to=fiction(30)) for who in (agent, colleague)))
    assert sorted(type(result).__name__ for result in results) == ["Call", "OpenCall"]
    assert len(dials()) == 1


def test_a_second_dial_lands_on_the_open_call(agent, sandbox, dials):
    first = place(agent, intent="one", to=fiction(30))
    with pytest.raises(OpenCall) as met:
        place(agent, intent="two", to=fiction(31))
    assert met.value.call == first and len(dials()) == 1


@pytest.mark.parametrize("last_two", [80, 81])
def test_a_call_without_an_id_waits_for_the_agent_and_is_found_later(agent, ccai, sandbox, last_two):
    call = place(agent, intent="one", to=fiction(last_two))
    assert call.status == CallStatus.NEEDS_AGENT and "adapter" in call.why and call.vendor_id is None
    sandbox.advance(0.5)
    assert sync.reconcile(ccai) == 1
    call.refresh_from_db()
    assert call.vendor_id and call.status in (CallStatus.RINGING, CallStatus.IN_PROGRESS) and call.why == ""
    assert "adopted" in words_of(call)


@pytest.mark.parametrize(
    "words",
    [
        "Agent is not available to take this call",
        "Agent does not have access to make calls",
        "Not a valid agent email",
        "Contact not found",
        "end_user_number is not well-formed",
        "Language 'fr' is not available",
        "Something nobody has ever read",
    ],
)
def test_what_the_vendor_refuses_is_said_in_our_words_and_in_its_own(agent, sandbox, dials, words):
    sandbox.answer("ccai", status=400, body={"message": words})
    call = place(agent, intent="one", to=fiction(30))
    assert call.status == CallStatus.REFUSED and call.vendor_words == words
    assert call.why and words not in call.why
    assert place(agent, intent="two", to=fiction(30)).vendor_id and len(dials()) == 2


def test_too_many_requests_is_refused_and_free_to_press_again(agent, sandbox, dials):
    sandbox.fault("ccai", kind="status", status=429)
    call = place(agent, intent="one", to=fiction(30))
    assert call.status == CallStatus.REFUSED and "slow down" in call.why and len(dials()) == 1


def test_a_vendor_that_cannot_be_reached_was_not_asked(agent, settings, sandbox):
    settings.VENDORS = settings.VENDORS | {"ccai": settings.VENDORS["ccai"] | {"base_url": "http://127.0.0.1:9"}}
    call = place(agent, intent="one", to=fiction(30))
    assert call.status == CallStatus.REFUSED and "Not sent" in call.why


@pytest.mark.parametrize("status", [401, 404])
def test_a_wrong_key_or_address_pauses_the_connection(agent, ccai, sandbox, status):
    sandbox.answer("ccai", status=status, body={"message": "Resource not found - Please check your subdomain"})
    call = place(agent, intent="one", to=fiction(30))
    assert call.status == CallStatus.REFUSED
    assert Connection.objects.get(pk=ccai.pk).is_paused
    with pytest.raises(DialRefused) as refused:
        place(agent, intent="two", to=fiction(30))
    assert "paused" in str(refused.value)


@pytest.mark.parametrize("what", [{"text": "<html>We are improving</html>"}, {"text": '{"id": 3'}])
def test_an_answer_that_is_not_the_promised_one_leaves_it_open_whether_it_rang(agent, sandbox, dials, what):
    sandbox.answer("ccai", status=200, **what)
    call = place(agent, intent="one", to=fiction(30))
    assert call.status == CallStatus.UNCERTAIN and "do not know" in call.why and len(dials()) == 1


@pytest.mark.both
def test_a_call_whose_answer_was_lost_is_uncertain_and_then_found_not_dialled_again(agent, ccai, sandbox, dials):
    call = place(agent, intent="one", to=fiction(84))
    assert call.status == CallStatus.UNCERTAIN and call.vendor_id is None and "do not know" in call.why
    with pytest.raises(OpenCall):
        place(agent, intent="two", to=fiction(84))
    assert sync.reconcile(ccai) == 1
    call.refresh_from_db()
    assert call.vendor_id == str(sandbox.calls()[0]["id"]) and call.status != CallStatus.UNCERTAIN
    assert len(dials()) == 1 and place(agent, intent="one", to=fiction(84)).pk == call.pk


def test_an_uncertain_call_leaves_the_agent_free_for_others(agent, sandbox):
    place(agent, intent="one", to=fiction(86))
    assert place(agent, intent="two", to=fiction(30)).vendor_id


def test_a_silent_vendor_is_waited_for_no_longer_than_the_deadline(agent, sandbox, settings):
    settings.PLACE_DEADLINE = 1
    call = place(agent, intent="one", to=fiction(85))
    assert call.status == CallStatus.UNCERTAIN and "in time" in call.why


def test_a_call_that_two_complete_looks_did_not_find_is_left_to_a_person(agent, ccai, sandbox, dials):
    call = place(agent, intent="one", to=fiction(86))
    sync.reconcile(ccai)
    assert words_of(call).count("not_found") == 0  # it may still show up
    Call.objects.filter(pk=call.pk).update(asked_at=timezone.now() - timedelta(seconds=40))
    sync.reconcile(ccai)
    assert Call.objects.get(pk=call.pk).why != sync.NOT_FOUND
    sync.reconcile(ccai)
    call.refresh_from_db()
    assert call.why == sync.NOT_FOUND and call.status == CallStatus.UNCERTAIN
    assert decide_uncertain(call, happened=False, by=agent)
    assert Call.objects.get(pk=call.pk).status == CallStatus.REFUSED
    assert place(agent, intent="two", to=fiction(86)).pk != call.pk and len(dials()) == 2


def test_a_person_may_say_that_it_rang_and_wrap_it_up(agent, sandbox):
    call = place(agent, intent="one", to=fiction(86))
    assert decide_uncertain(call, happened=True, by=agent)
    assert call.state.can_be_wrapped_up and call.wrap_up_due_at and "decided" in words_of(call)
    assert not decide_uncertain(call, happened=False, by=agent)


def test_a_call_that_was_found_cannot_be_decided_away(agent, ccai, sandbox):
    call = place(agent, intent="one", to=fiction(84))
    sync.reconcile(ccai)
    assert not decide_uncertain(call, happened=False, by=agent)
    assert Call.objects.get(pk=call.pk).status != CallStatus.REFUSED


def test_a_call_nobody_finished_in_the_adapter_frees_its_agent(agent, ccai, sandbox):
    call = place(agent, intent="one", to=fiction(82))
    Call.objects.filter(pk=call.pk).update(asked_at=timezone.now() - timedelta(minutes=11))
    sync.reconcile(ccai)
    call.refresh_from_db()
    assert call.status == CallStatus.REFUSED and call.why == sync.NEVER_FINISHED


def test_after_an_outage_an_old_call_is_still_looked_for_and_an_old_agent_freed(agent, colleague, ccai, sandbox):
    lost = place(agent, intent="one", to=fiction(86))
    waits = place(colleague, intent="two", to=fiction(82))
    Call.objects.filter(pk=lost.pk).update(asked_at=timezone.now() - timedelta(minutes=20))
    Call.objects.filter(pk=waits.pk).update(asked_at=timezone.now() - timedelta(hours=2))
    sync.sweep()
    sync.reconcile(ccai)
    sync.reconcile(ccai)
    assert Call.objects.get(pk=lost.pk).why == sync.NOT_FOUND
    assert Call.objects.get(pk=waits.pk).status == CallStatus.REFUSED
    assert not sync.anything_live()


def test_the_vendors_answer_outweighs_a_call_adopted_from_its_list(agent, sandbox):
    guessed = make_call(agent, status=CallStatus.RINGING, vendor_id="7", asked_at=timezone.now())
    asked = make_call(agent, status=CallStatus.UNCERTAIN, asked_at=timezone.now())
    Call.objects.filter(pk=guessed.pk).update(status=CallStatus.UNCERTAIN)
    take_id(asked, "7")
    assert Call.objects.get(pk=asked.pk).vendor_id == "7"
    guessed.refresh_from_db()
    assert (guessed.vendor_id, guessed.status) == (None, CallStatus.UNCERTAIN) and "released" in words_of(guessed)


@pytest.mark.both
def test_two_vendor_calls_that_fit_are_never_chosen_from(agent, ccai, sandbox):
    lost = place(agent, intent="one", to=fiction(84))
    other = place(agent, intent="two", to=fiction(30))
    Call.objects.filter(pk=other.pk).update(vendor_id=None, status=CallStatus.UNCERTAIN)
    assert sync.reconcile(ccai) == 0
    lost.refresh_from_db()
    assert lost.vendor_id is None and "do not choose" in lost.why


def test_the_call_of_another_agent_is_not_adopted(agent, colleague, ccai, sandbox):
    theirs = place(colleague, intent="theirs", to=fiction(30))
    Call.objects.filter(pk=theirs.pk).delete()
    mine = make_call(agent, status=CallStatus.UNCERTAIN, number=make_number(fiction(30)), asked_at=timezone.now())
    assert sync.reconcile(ccai) == 0 and Call.objects.get(pk=mine.pk).vendor_id is None


PLACE = """
import sys

import django

django.setup()
from accounts.models import User
from calls.services import place
place(User.objects.get(email=sys.argv[1]), intent="killed", to=sys.argv[2])
"""


@pytest.mark.both
def test_a_process_killed_between_the_answer_and_our_commit_leaves_a_call_that_is_found(
    agent, ccai, sandbox, dials, processes, tmp_path
):
    sandbox.fault("ccai", kind="hang", when="after", path="/calls", seconds=30)
    script = tmp_path / "place.py"
    script.write_text(PLACE)
    web = processes("web", str(script), agent.email, fiction(30), PYTHONPATH=".")
    until(lambda: sandbox.calls(), what="the vendor has the call", but_see=web)
    web.kill()
    call = Call.objects.get()
    assert call.status == CallStatus.PLACING and call.asked_at
    assert sync.sweep() == 0  # its answer could still be on the way
    Call.objects.update(asked_at=call.asked_at - timedelta(seconds=31))
    assert sync.sweep() == 1
    assert Call.objects.get().status == CallStatus.UNCERTAIN
    assert sync.reconcile(ccai) == 1
    call.refresh_from_db()
    assert call.vendor_id == str(sandbox.calls()[0]["id"]) and len(dials()) == 1
    assert place(agent, intent="killed", to=fiction(30)).pk == call.pk and len(dials()) == 1
