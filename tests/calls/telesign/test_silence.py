"""Calls TeleSign tells nothing of: time decides, and a late word still counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls import tasks
from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from calls.telesign import silence
from tests.calls.telesign.conftest import LEASED
from tests.calls.telesign.events import REFERENCE, over, tell
from tests.world import fiction, make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
THEIRS, OURS = fiction(1).lstrip("+"), LEASED.lstrip("+")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def call_of_age(world, connection):
    """`call_of_age(timedelta)` → a ringing call that was asked for so long ago."""

    def build(age, **fields):
        at = timezone.now() - age
        fields = {"vendor_id": REFERENCE, "status": CallStatus.RINGING, "asked_at": at, "created_at": at} | fields
        return make_call(world.agent, world.marta, provider=Provider.TELESIGN, **fields)

    return build


def swept(call):
    tasks.close_silent()
    call.refresh_from_db()
    return call


def answered():
    tell("dial_completed", **{"to": THEIRS, "from": OURS, "status": "answered"})


def test_a_call_that_may_still_ring_is_left_alone(call_of_age):
    assert swept(call_of_age(silence.RINGS_AT_MOST - MINUTE)).status == CallStatus.RINGING


def test_a_call_nothing_is_told_of_frees_its_agent_and_a_person_decides(call_of_age, world, as_agent):
    call = swept(call_of_age(silence.RINGS_AT_MOST + MINUTE))
    assert (call.status, call.why) == (CallStatus.UNCERTAIN, silence.SILENT)
    make_call(world.agent, world.jon, status=CallStatus.RINGING)
    page = as_agent.get(f"/calls/{call.pk}/").content.decode()
    assert "has told us nothing since" in page and "It did not ring" in page
    assert as_agent.post(f"/calls/{call.pk}/decision/", {"rang": "no"}).status_code == 302
    call.refresh_from_db()
    assert call.status == CallStatus.REFUSED


def test_a_late_word_ends_the_doubt(call_of_age):
    call = swept(call_of_age(silence.RINGS_AT_MOST + MINUTE))
    answered()
    call.refresh_from_db()
    assert (call.status, call.why) == (CallStatus.IN_PROGRESS, "")


def test_a_talk_may_last_four_hours(call_of_age):
    call = call_of_age(silence.LONGEST - MINUTE, status=CallStatus.IN_PROGRESS)
    assert swept(call).status == CallStatus.IN_PROGRESS


def test_a_call_longer_than_any_is_closed_and_its_talk_not_reported(call_of_age):
    call = call_of_age(silence.LONGEST + MINUTE)
    answered()
    swept(call)
    assert (call.status, call.why, call.talk_seconds) == (CallStatus.COMPLETED, silence.NEVER_ENDED, None)
    assert call.vendor_status == "not_reported" and call.state.can_be_wrapped_up


def test_its_end_told_after_all_adds_the_times(call_of_age):
    call = call_of_age(silence.LONGEST + MINUTE)
    answered()
    swept(call)
    tell("call_completed", **over())
    call.refresh_from_db()
    assert (call.status, call.talk_seconds, call.why) == (CallStatus.COMPLETED, 30, "")


def test_an_incoming_call_that_never_ends_is_closed_too(call_of_age):
    call = call_of_age(silence.LONGEST + MINUTE, kind=Kind.INCOMING, asked_at=None)
    assert swept(call).status == CallStatus.COMPLETED


def test_a_call_whose_asking_process_died_is_in_doubt(call_of_age):
    call = swept(call_of_age(MINUTE, status=CallStatus.PLACING, vendor_id=None))
    assert call.status == CallStatus.UNCERTAIN and "looking for it" not in call.why


def test_calls_of_other_vendors_are_left_alone(world, connection):
    at = timezone.now() - 2 * silence.LONGEST
    call = make_call(world.agent, world.jon, status=CallStatus.RINGING, vendor_id="7", asked_at=at)
    assert swept(call).status == CallStatus.RINGING and Call.objects.count() == 1
