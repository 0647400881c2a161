"""CCAI's session events change nothing by themselves: they make us look, and leave the agent's note there."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import sync
from calls.choices import CallStatus
from calls.models import Call
from calls.services import place
from integrations import inbox, pulse
from integrations.ccai import reports
from integrations.models import HookEvent
from integrations.sandbox.ccai import events as pushed
from integrations.sandbox.ccai import objects
from tests.calls.conftest import words_of
from tests.integrations.vendor_server import fixture
from tests.world import fiction, make_call

PRINTED = fixture("ccai", "session_events__six_of_one_call")["body"]["events"]
FINAL = PRINTED[-1]
numbers = itertools.count(1)


@pytest.fixture
def rung(monkeypatch):
    calls = []
    monkeypatch.setattr(pulse, "start", lambda: calls.append(1))
    return calls


def receive(event, event_id=None):
    return inbox.receive("ccai", event_id or event["event_id"], {}, json.dumps(event))[0]


def call_1515(world, **fields):
    fields = {"status": CallStatus.RINGING, "vendor_id": "1515", "asked_at": timezone.now()} | fields
    return make_call(world.agent, world.marta, **fields)


@pytest.mark.django_db
def test_an_event_changes_no_status_however_final_it_sounds(world, ccai):
    call = call_1515(world)
    before = Call.objects.filter(pk=call.pk).values().get()
    for event in PRINTED[:-1]:
        assert receive(event).state == "applied"
    assert Call.objects.filter(pk=call.pk).values().get() == before and words_of(call) == []


@pytest.mark.django_db(transaction=True)
def test_an_event_makes_us_look_at_once_and_for_a_moment_only(world, ccai, rung):
    assert not sync.anything_live()
    receive(PRINTED[0])
    assert rung == [1] and sync.anything_live()
    cache.clear()  # the moment is over
    assert not sync.anything_live()


@pytest.mark.django_db(transaction=True)
def test_what_is_looked_at_again_by_the_sweep_is_no_new_hint(world, ccai, rung):
    assert receive(FINAL).state == "unmatched"
    cache.clear()
    inbox.apply_waiting()
    assert rung == [1] and not sync.anything_live()


@pytest.mark.django_db
def test_the_agents_note_at_ccai_stands_on_the_timeline_once(world, ccai):
    call = call_1515(world)
    receive(FINAL)
    receive(FINAL | {"event_id": "told again under another id"})
    (note,) = call.events.all()
    assert (note.word, note.text, note.status) == (
        "disposition",
        "Wrapped up at CCAI: resolved 7: Done on the phone.",
        "",
    )
    assert note.raw["item"]["participants"] == FINAL["item"]["participants"], "kept raw"


@pytest.mark.django_db
def test_a_note_about_a_call_that_is_not_known_yet_finds_it_later(world, ccai):
    event = receive(FINAL)
    assert (event.state, event.reason) == ("unmatched", "No call of ours has this id so far.")
    call = call_1515(world)
    inbox.apply_waiting()
    event.refresh_from_db()
    assert (event.state, event.reason) == ("applied", "") and words_of(call) == ["disposition"]


@pytest.mark.django_db
def test_any_other_event_about_a_call_of_somebody_elses_is_kept_and_done_with(world, ccai):
    event = receive(PRINTED[0])
    assert (event.state, event.reason) == ("applied", "No call of ours has this id so far.")


@pytest.mark.parametrize("hours", [-1, 1, 24 * 365])
@pytest.mark.django_db
def test_a_clock_that_is_off_moves_nothing(world, ccai, hours):
    call = call_1515(world)
    at = timezone.now() + timedelta(hours=hours)
    receive(FINAL | {"timestamp": int(at.timestamp() * 1000)})
    assert abs(call.events.get().at - timezone.now()) < timedelta(minutes=1)


@pytest.mark.django_db
def test_the_vendors_stamp_is_taken_where_it_can_be_true(world, ccai):
    call, at = call_1515(world), timezone.now() - timedelta(minutes=2)
    receive(FINAL | {"timestamp": int(at.timestamp() * 1000)})
    assert abs(call.events.get().at - at) < timedelta(seconds=1)


@pytest.mark.parametrize("form", [1515, "1515", "call_1515"])
@pytest.mark.django_db
def test_a_call_is_known_by_every_form_of_its_id(world, ccai, form):
    call = call_1515(world)
    receive(FINAL | {"item": FINAL["item"] | {"call_id": form}})
    assert words_of(call) == ["disposition"]


@pytest.mark.django_db
def test_what_is_about_no_call_is_set_aside(world, ccai, rung):
    event = receive({"event_id": "c", "item": {"chat_id": 138, "state": "waiting"}})
    assert event.state == "set_aside" and "chat" in event.reason and not rung


# --- Who called -------------------------------------------------------------------------------------


@pytest.fixture
def caller(world):
    """Marta's number as the documented event tells it."""
    return PRINTED[0] | {"item": PRINTED[0]["item"] | {"participants": [{"type": "external", "dn": fiction(1)}]}}


def call_1515_of_nobody(world):
    return make_call(world.agent, None, kind="incoming", status=CallStatus.RINGING, vendor_id="1515", number=None)


@pytest.mark.parametrize("first", ["event", "call"])
@pytest.mark.django_db
def test_the_number_of_who_called_is_taken_from_an_event_whichever_came_first(world, ccai, caller, first):
    call = call_1515_of_nobody(world) if first == "call" else None
    receive(caller)
    call = call or call_1515_of_nobody(world)
    row = {"id": 1515, "status": "connected", "updated_at": "2026-11-20T12:00:06.000Z"}
    sync.take_in(ccai, [reports.call_report(row)])
    call.refresh_from_db()
    assert (call.number, call.customer) == (world.marta.phone, world.marta)


@pytest.mark.django_db
def test_a_number_we_dialled_is_not_changed_by_what_an_event_says(world, ccai, caller):
    call = make_call(world.agent, world.jon, status=CallStatus.RINGING, vendor_id="1515", asked_at=timezone.now())
    receive(caller)
    call.refresh_from_db()
    assert (call.number, call.customer) == (world.jon.phone, world.jon)


@pytest.mark.django_db
def test_a_call_by_ticket_does_not_take_its_number_from_an_event(world, ccai, caller):
    """Dialled here: who it is with is the contact's or a person's to say."""
    call = make_call(world.agent, None, status=CallStatus.RINGING, vendor_id="1515", asked_at=timezone.now())
    receive(caller)
    call.refresh_from_db()
    assert call.number is None


@pytest.mark.parametrize("text", ["anonymous", "end_user_5", "+1", "", "sip:a@b"])
@pytest.mark.django_db
def test_what_is_no_number_is_nobodys(world, ccai, caller, text):
    call = call_1515_of_nobody(world)
    receive(caller | {"item": {"call_id": 1515, "dn": text}})
    call.refresh_from_db()
    assert call.number is None


@pytest.mark.django_db
def test_a_number_that_is_on_another_call_is_left_to_it(world, ccai, caller):
    make_call(world.colleague, world.marta, status=CallStatus.IN_PROGRESS)
    call = call_1515_of_nobody(world)
    receive(caller)
    call.refresh_from_db()
    assert call.number is None and call.status == CallStatus.RINGING


# --- Any interleaving with the tail ------------------------------------------------------------------

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIVES = {
    "answered": ((0, "queued"), (2, "assigned"), (3, "connecting"), (7, "connected"), (37, "finished")),
    "voicemail": (
        (0, "assigned"), (1, "connecting"), (4, "deflected"), (6, "voicemail"),
        (16, "voicemail_received"), (22, "voicemail_read"),
    ),
    "recovered": ((0, "assigned"), (6, "failed"), (33, "recovered")),
    "odd": ((0, "assigned"), (4, "connected"), (10, "hologram_connected"), (24, "finished")),
}  # fmt: skip


def life_at_the_vendor(name):
    """(the rows its list would show, one a stage; the events it would push) of one call."""
    number = next(numbers)
    kept = {
        "id": number, "kind": "outbound", "call_type": "Voice Outbound (API)", "lang": "en", "ending": 30,
        "created_at": NOON.isoformat(), "begins_at": NOON.isoformat(), "speed": 1.0, "stages": LIVES[name],
        "number": fiction(30), "ticket": None, "agent": "agent@demo.test", "end_user": None, "menu_id": None,
        "outbound_number": "+1 339-219-5276", "parent_id": None, "scheduled_at": None, "participants": [1, 2],
        "flags": objects.NO_FLAGS, "flags_at": None, "call_uuid": f"uuid-{number}",
    }  # fmt: skip
    life = objects.life_of(kept)
    rows = [reports.call_report(objects.manager_object(kept, at)) for _, at in life]
    return rows, [event for _, event in pushed._events(kept, life)]


def state_of(call):
    """All of a call but its moments of our own clock."""
    own = ("id", "uuid", "intent", "created_at", "asked_at", "last_report_at", "wrap_up_due_at", "vendor_id")
    row = Call.objects.filter(pk=call.pk).values().get()
    told = sorted(call.events.exclude(status="").values_list("status", "fail_reason", "at"))
    return {key: value for key, value in row.items() if key not in own}, told


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(LIVES)))
def test_any_interleaving_of_rows_and_events_ends_as_the_rows_alone(world, ccai, data, name):
    Call.objects.all().delete()
    HookEvent.objects.all().delete()
    rows, told = life_at_the_vendor(name)
    fields = {"status": CallStatus.UNCERTAIN, "vendor_id": rows[0].vendor_id, "asked_at": NOON}
    alone = make_call(world.agent, **fields)
    for row in rows:
        sync.take_in(ccai, [row])
    wanted = state_of(alone)
    alone.delete()

    call = make_call(world.agent, **fields)
    # The list is read to its end whenever that is; on the way it may show any of its rows, late or twice.
    seen = data.draw(st.lists(st.sampled_from([*rows, *told]), max_size=14), label="seen on the way")
    for one in [*seen, *data.draw(st.permutations([*rows, *told]), label="and then all of it")]:
        if isinstance(one, dict):
            receive(one)
        else:
            sync.take_in(ccai, [one])
    assert state_of(call) == wanted


# --- From the sandbox, over a socket -----------------------------------------------------------------


@pytest.fixture
def told_by_hook(settings):
    own = settings.VENDORS["ccai"] | {"hook_user": "ccai", "hook_password": "secret"}
    settings.VENDORS = settings.VENDORS | {"ccai": own}


@pytest.mark.parametrize("how", ["each", "together", "twice", "backwards"])
@pytest.mark.django_db(transaction=True)
def test_the_vendor_pushes_and_the_call_is_followed_as_without(told_by_hook, agent, ccai, live, sandbox, how):
    requests.post(f"{sandbox.url}/settings", json={"ccai_events": how}, timeout=5)
    call = place(agent, intent="one", to=fiction(50))
    sandbox.advance(120)
    assert HookEvent.objects.filter(vendor="ccai").exclude(state="applied").count() == 0
    assert HookEvent.objects.filter(vendor="ccai").count() == 5
    assert sync.anything_live()
    sync.tail(ccai)
    call.refresh_from_db()
    assert call.status == CallStatus.COMPLETED and "disposition" in words_of(call)
