"""Incoming and scheduled calls, from the service over the sandbox to the wrap-up: at most once, as outbound ones."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from calls import selectors, sync
from calls.choices import CallStatus, Kind
from calls.models import Call
from calls.providers import offered
from calls.services import OpenCall, place
from calls.sync import lost
from calls.sync.tail import pages
from tests.calls.conftest import words_of
from tests.world import fiction

pytestmark = pytest.mark.django_db(transaction=True)
MENU = {"kind": Kind.INCOMING, "menu_id": "9", "menu_name": "Lock Star"}


def later(minutes=30):
    return timezone.now() + timedelta(minutes=minutes)


@pytest.mark.parametrize("kind", [Kind.INCOMING, Kind.SCHEDULED])
def test_ccai_offers_it(world, kind):
    assert offered(kind) == ["ccai"]


def test_an_incoming_call_is_placed_followed_and_can_be_wrapped_up(agent, world, ccai, still):
    call = place(agent, intent="one", customer=world.marta, to=fiction(50), recording_permission="granted", **MENU)
    assert (call.status, call.vendor_status, call.agent, call.asked_by) == ("queued", "queued", None, agent)
    (dial,) = [one for one in still.requests(vendor="ccai", path="/calls") if one["method"] == "POST"]
    assert dial["body"] == {
        "call_type": "Voice Inbound (API)",
        "menu_id": 9,
        "end_user_number": fiction(50),
        "lang": "en",
        "recording_permission": "recording_permission_granted",
    }
    still.advance(60)
    sync.tail(ccai)
    call.refresh_from_db()
    assert (call.status, call.kind) == ("completed", "incoming") and call.wrap_up_due_at and call.talk_seconds == 5


def test_a_scheduled_call_waits_for_its_time_and_is_followed_then(agent, world, ccai, still):
    at = later(30)
    call = place(agent, intent="one", to=fiction(50), kind=Kind.SCHEDULED, menu_id="20", scheduled_at=at)
    assert (call.status, call.scheduled_at) == ("scheduled", at)
    assert not selectors.live_calls().exists(), "nobody asks for half an hour"
    still.advance(60)
    sync.tail(ccai)
    call.refresh_from_db()
    assert call.status == "scheduled"
    Call.objects.filter(pk=call.pk).update(scheduled_at=timezone.now())  # our clock comes to it as well
    assert list(selectors.live_calls()) == [call]
    still.advance(30 * 60)
    sync.tail(ccai)
    call.refresh_from_db()
    assert call.status == "completed" and call.wrap_up_due_at


def test_a_scheduled_call_may_follow_another(agent, world, ccai, still):
    first = place(agent, intent="one", to=fiction(61))
    still.advance(60)
    sync.tail(ccai)
    call = place(agent, intent="two", to=fiction(50), kind=Kind.SCHEDULED, parent=first, scheduled_at=later())
    asked = [one["body"] for one in still.requests(vendor="ccai", path="/calls") if one["method"] == "POST"][-1]
    assert (asked["call_id"], "menu_id" in asked) == (int(first.vendor_id), False)
    assert (call.status, call.parent) == ("scheduled", first)


@pytest.mark.parametrize(
    ("menu", "words", "ours"),
    [
        ("10", "Menu is in 'after hours' state, can't accept incoming calls", "closed at this hour"),
        ("30", "Only IVR and mobile menu IDs are permitted", "cannot take this kind"),
        ("9999", "menu_id 9999 is not found", "no such menu"),
    ],
)
def test_what_the_vendor_refuses_is_said_in_both_words(agent, sandbox, menu, words, ours):
    call = place(agent, intent="one", to=fiction(50), kind=Kind.INCOMING, menu_id=menu)
    assert call.status == CallStatus.REFUSED and call.vendor_words == words and ours in call.why


def test_the_same_intent_rings_once_and_a_second_one_lands_on_the_open_call(agent, colleague, sandbox, dials):
    first = place(agent, intent="one", to=fiction(52), **MENU)
    assert place(agent, intent="one", to=fiction(51), **MENU).pk == first.pk
    with pytest.raises(OpenCall):
        place(colleague, intent="two", to=fiction(52), **MENU)
    assert len(dials()) == 1


@pytest.mark.both
def test_two_at_once_ring_one_number_once(agent, colleague, sandbox, dials, together):
    results = together(
        *(lambda who=who: place(who, intent=who.name, to=fiction(52), **MENU) for who in (agent, colleague))
    )
    assert sorted(type(result).__name__ for result in results) == ["Call", "OpenCall"]
    assert len(dials()) == 1


@pytest.mark.parametrize(
    "how", [MENU, {"kind": Kind.SCHEDULED, "menu_id": "20"}, {"kind": Kind.SCHEDULED, "parent": True}]
)
def test_a_call_whose_answer_was_lost_is_found_by_its_menu_and_time(agent, world, ccai, still, dials, how):
    if how["kind"] == Kind.SCHEDULED:
        how = how | {"scheduled_at": later()}
    if how.get("parent"):
        how["parent"] = place(agent, intent="first", to=fiction(61))
        still.advance(60)
        sync.tail(ccai)
    call = place(agent, intent="one", to=fiction(84), **how)
    assert call.status == CallStatus.UNCERTAIN and "looking for it" in call.why
    other = place(agent, intent="two", to=fiction(50), **{**MENU, "menu_id": "12"})
    still.advance(1)
    assert sync.reconcile(ccai) == 1
    call.refresh_from_db()
    assert call.vendor_id and call.vendor_id != other.vendor_id and "adopted" in words_of(call)
    assert call.status == CallStatus.SCHEDULED if "scheduled_at" in how else call.state.is_live


def test_two_lost_calls_through_one_menu_are_not_guessed(agent, ccai, still):
    calls = [place(agent, intent=f"n{n}", to=number, **MENU) for n, number in enumerate((fiction(84), "+12125550284"))]
    still.advance(1)
    assert sync.reconcile(ccai) == 0
    for call in calls:
        assert "several_fit" in words_of(call) and call.status == CallStatus.UNCERTAIN


def test_two_lost_calls_through_two_menus_are_each_found(agent, ccai, still):
    numbers = {"9": fiction(84), "12": "+12125550284"}
    calls = {menu: place(agent, intent=menu, to=to, kind=Kind.INCOMING, menu_id=menu) for menu, to in numbers.items()}
    still.advance(1)
    assert sync.reconcile(ccai) == 2
    for menu, call in calls.items():
        call.refresh_from_db()
        (there,) = [one for one in still.calls() if one["id"] == int(call.vendor_id)]
        assert (there["menu_id"], there["number"]) == (int(menu), numbers[menu])


@pytest.mark.parametrize(("known_by", "fits"), [("", True), ("vip-7", True), (fiction(84), True), (fiction(50), False)])
def test_a_call_that_ccai_knows_by_another_number_is_another(agent, ccai, still, known_by, fits):
    call = place(agent, intent="one", to=fiction(84), **MENU)
    (seen,) = [report for page in pages(ccai, call.asked_at - timedelta(minutes=1)) for report in page]
    assert lost.may_be(call, replace(seen, end_user_identifier=known_by)) is fits
