"""Following calls by the vendor's list: reports become events, events become the state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import sync
from calls.choices import CallStatus
from calls.models import Call, CallEvent
from calls.services import apply_report, place
from integrations import rates
from integrations.ccai import client
from integrations.contracts import CallReport
from integrations.models import Connection, SyncCursor
from tests.calls.conftest import words_of
from tests.world import fiction, make_call

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIFE = ("assigned", "connecting", "hologram_connected", "connected", "finished")


def report(word, **facts):
    """A report of a call's life, each word ten seconds after the one before."""
    at = NOON + timedelta(seconds=10 * (LIFE.index(word) if word in LIFE else 5))
    known = {
        "assigned_at": NOON,
        "connected_at": NOON + timedelta(seconds=30),
        "ended_at": NOON + timedelta(seconds=40),
    }
    shown = {name: moment for name, moment in known.items() if moment <= at}
    return CallReport("7", word, at=at, raw={"status": word, "at": at.isoformat()}, **{**shown, **facts})


def ringing(agent, **fields):
    return make_call(agent, status=CallStatus.RINGING, vendor_id="7", asked_at=timezone.now(), **fields)


STATE = (
    "status",
    "vendor_status",
    "assigned_at",
    "connected_at",
    "ended_at",
    "talk_seconds",
    "fail_reason",
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(LIFE), repeats=st.lists(st.sampled_from(LIFE), max_size=3))
def test_any_order_and_any_repeats_lead_to_one_state(world, order, repeats):
    Call.objects.all().delete()
    call = ringing(world.agent)
    for word in [*order, *repeats]:
        apply_report(call, report(word, talk_seconds=10 if word == "finished" else None))
    call.refresh_from_db()
    assert [getattr(call, name) for name in STATE] == [
        *("completed", "finished", NOON, NOON + timedelta(seconds=30), NOON + timedelta(seconds=40), 10),
        "",
    ]
    assert sorted(words_of(call)) == sorted(LIFE)


@pytest.mark.django_db
def test_a_repeated_report_changes_nothing_and_writes_no_event(world):
    call = ringing(world.agent)
    assert apply_report(call, report("connecting"))
    assert not apply_report(call, report("connecting"))
    assert words_of(call) == ["connecting"]


@pytest.mark.django_db
def test_the_wrap_ups_clock_is_set_once_and_never_lowered(world, settings):
    call, late = ringing(world.agent), NOON + timedelta(hours=3)  # an outage: we learn of it long after
    with time_machine.travel(late, tick=False):
        apply_report(call, report("failed", fail_reason="eu_busy", ended_at=NOON))
        call.refresh_from_db()
        assert (call.status, call.wrap_up_due_at) == ("busy", late + timedelta(seconds=300))
        settings.WRAP_UP_SECONDS = 10
        apply_report(call, report("recovered", ended_at=NOON + timedelta(hours=1)))
    call.refresh_from_db()
    assert (call.status, call.wrap_up_due_at) == ("completed", late + timedelta(seconds=300))


@pytest.mark.django_db
def test_without_the_vendors_stamp_the_wrap_up_counts_from_our_clock(world):
    call = ringing(world.agent)
    before = timezone.now()
    apply_report(call, CallReport("7", "failed"))
    call.refresh_from_db()
    assert before <= call.ended_at <= timezone.now() and call.wrap_up_due_at >= call.ended_at + timedelta(seconds=300)
    assert call.talk_seconds is None and call.connected_at is None


@pytest.mark.django_db
def test_a_word_nobody_knows_is_shown_and_ends_nothing(world):
    call = ringing(world.agent)
    apply_report(call, report("connected"))
    apply_report(call, replace(report("hologram_connected"), at=NOON + timedelta(seconds=35)))
    call.refresh_from_db()
    assert (call.status, call.vendor_status) == ("in_progress", "hologram_connected")


@pytest.mark.django_db
def test_a_call_of_which_only_odd_words_are_known_is_on_its_way(world):
    call = make_call(world.agent, status=CallStatus.UNCERTAIN, vendor_id="7")
    apply_report(call, report("hologram_connected"))
    call.refresh_from_db()
    assert call.status == CallStatus.QUEUED and call.vendor_status == "hologram_connected"


@pytest.mark.django_db
def test_news_of_a_call_that_another_has_overtaken_gives_nobody_two_open_calls(world):
    old = make_call(world.agent, status=CallStatus.UNCERTAIN, vendor_id="7")
    make_call(world.agent, status=CallStatus.RINGING, vendor_id="8")
    apply_report(old, report("connected"))
    old.refresh_from_db()
    assert (old.status, old.vendor_status, old.connected_at) == ("uncertain", "connected", NOON + timedelta(seconds=30))
    apply_report(old, report("finished"))
    old.refresh_from_db()
    assert old.status == "completed" and old.wrap_up_due_at


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_tails_at_once_write_each_event_once(world, together):
    call = ringing(world.agent)
    together(
        *(
            lambda word=word: apply_report(call, report(word))
            for word in ("connecting", "connecting", "finished", "connected")
        )
    )
    call.refresh_from_db()
    assert (
        call.status == "completed"
        and call.connected_at
        and sorted(words_of(call)) == ["connected", "connecting", "finished"]
    )


# --- Against the sandbox ------------------------------------------------------------------------


def follow(ccai, call, vendors, seconds=60):
    """The statuses a call goes through while the vendors' clock moves on, each once."""
    seen = [call.status]
    for _ in range(seconds):
        vendors.advance(1)
        sync.tail(ccai)
        call.refresh_from_db()
        if call.status != seen[-1]:
            seen.append(call.status)
    return seen


@pytest.mark.parametrize(
    ("last_two", "statuses"),
    [
        (50, ["ringing", "in_progress", "completed"]),
        (54, ["ringing", "failed", "completed"]),
        (60, ["ringing", "no_answer"]),
        (61, ["ringing", "busy"]),
        (62, ["ringing", "failed"]),
        (64, ["ringing", "cancelled"]),
        (70, ["ringing", "deflected", "voicemail"]),
        (71, ["ringing", "deflected"]),
        (73, ["ringing", "in_progress", "completed"]),
        (75, ["ringing"]),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_call_is_followed_to_its_end(agent, ccai, still, last_two, statuses):
    call = place(agent, intent="one", to=fiction(last_two))
    assert follow(ccai, call, still) == statuses
    assert bool(call.wrap_up_due_at) == call.state.can_be_wrapped_up


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_tail_goes_on_from_its_cursor_and_writes_nothing_when_nothing_is_new(
    agent, ccai, sandbox, django_assert_max_num_queries
):
    call = place(agent, intent="one", to=fiction(60))
    sandbox.advance(5)
    assert sync.tail(ccai) == 1
    value = SyncCursor.objects.get(resource="calls-tail").value
    assert value and CallEvent.objects.filter(call=call, status="failed").count() == 1
    with django_assert_max_num_queries(9):
        assert sync.tail(ccai) == 0
    assert SyncCursor.objects.get(resource="calls-tail").value == value
    (asked,) = sandbox.requests(vendor="ccai", path="/manager/api/v1/calls")[-1:]
    assert "updated_at" in str(asked)


@pytest.mark.django_db(transaction=True)
def test_a_beat_without_a_free_request_is_skipped(agent, ccai, sandbox):
    place(agent, intent="one", to=fiction(30))
    rates.hold(ccai, 30)
    asked = len(sandbox.requests(vendor="ccai"))
    assert sync.tail(ccai) == 0 and sync.reconcile(ccai) == 0
    assert len(sandbox.requests(vendor="ccai")) == asked


@pytest.mark.parametrize("kind", ["html", "badjson", "reset"])
@pytest.mark.django_db(transaction=True)
def test_a_bad_answer_to_a_beat_is_written_down_and_the_next_beat_goes_on(agent, ccai, sandbox, kind):
    call = place(agent, intent="one", to=fiction(61))
    sandbox.advance(2)
    sandbox.fault("ccai", kind=kind, path="/manager")
    sync.tick()
    assert Connection.objects.get(pk=ccai.pk).last_error and Call.objects.get(pk=call.pk).state.is_live
    sync.tick()
    assert Call.objects.get(pk=call.pk).status == CallStatus.BUSY


@pytest.mark.django_db(transaction=True)
def test_a_vendor_that_stays_away_is_asked_more_seldom_and_said_once(agent, ccai, sandbox, caplog):
    call = place(agent, intent="one", to=fiction(61))
    sandbox.advance(2)
    sandbox.fault("ccai", kind="status", status=503, path="/manager", count=14)
    asked = lambda: len(sandbox.requests(vendor="ccai", path="/manager"))  # noqa: E731
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(60):  # a minute of beats
            sync.tick()
            clock.shift(1)
        assert asked() == 14
        for _ in range(6):
            sync.tick()
            clock.shift(1)
    assert Call.objects.get(pk=call.pk).status == CallStatus.BUSY
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len([line for line in said if "cannot be read" in line]) == 1
    assert len([line for line in said if "can be read again" in line]) == 1


@pytest.mark.django_db(transaction=True)
def test_the_admin_sees_when_ccai_last_answered(agent, ccai, sandbox):
    at = lambda: Connection.objects.get(pk=ccai.pk).last_ok_at  # noqa: E731
    assert at() is None
    place(agent, intent="one", to=fiction(75))
    assert at(), "a dial"
    Connection.objects.filter(pk=ccai.pk).update(last_ok_at=None)
    sync.tick()
    assert at(), "a beat"


@pytest.mark.django_db(transaction=True)
def test_something_is_live_only_while_a_call_can_change(agent, ccai, sandbox):
    assert not sync.anything_live()
    call = place(agent, intent="one", to=fiction(61))
    assert sync.anything_live()
    sandbox.advance(2)
    sync.tail(ccai)
    assert not sync.anything_live()
    Call.objects.filter(pk=call.pk).update(status=CallStatus.UNCERTAIN, vendor_id=None)
    assert sync.anything_live()
    Call.objects.filter(pk=call.pk).update(asked_at=timezone.now() - timedelta(hours=1))
    assert not sync.anything_live()


@pytest.mark.django_db(transaction=True)
def test_a_whole_look_without_a_change_is_news_of_a_live_call(agent, ccai, sandbox):
    call = place(agent, intent="one", to=fiction(75))
    sandbox.advance(1)
    sync.tail(ccai)
    long_ago = timezone.now() - timedelta(minutes=5)
    Call.objects.filter(pk=call.pk).update(last_report_at=long_ago)
    sync.tail(ccai)
    assert Call.objects.get(pk=call.pk).last_report_at > long_ago


@pytest.mark.django_db(transaction=True)
def test_more_changes_than_fit_a_page_are_all_read(agent, ccai, still, monkeypatch):
    monkeypatch.setattr(client, "PER_PAGE", 2)
    calls = []
    for number in range(5):
        call = place(agent, intent=f"n{number}", to=fiction(60 + number % 2))
        Call.objects.filter(pk=call.pk).update(status=CallStatus.UNCERTAIN)
        Call.objects.filter(pk=call.pk).update(number=None)
        calls.append(call)
        still.advance(1)
    still.advance(60)
    sync.tail(ccai)
    sync.tail(ccai)
    assert not Call.objects.filter(status=CallStatus.UNCERTAIN).exists()
