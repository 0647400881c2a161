"""Events in any order, repeated and with gaps: what they make of a call depends on which came, not on how."""

import json
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.choices import FINAL, CallStatus, Provider
from calls.status import derive
from calls.status.telesign import OUTCOME, PROGRESS, REASONS, SAYS
from calls.telesign import answering
from feedback.models import Feedback
from integrations import inbox
from integrations.telesign.webhook import event_id
from tests.calls.telesign.conftest import LEASED
from tests.calls.telesign.events import CREATED, REFERENCE, over
from tests.world import fiction, make_call

THEIRS, OURS = fiction(1).lstrip("+"), LEASED.lstrip("+")
AT = datetime.fromisoformat(f"{CREATED}+00:00")
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
# A call that was answered and asked about, and one that was busy, each with all that is told of it, in order.
ANSWERED = (
    ("dial_completed", {"to": THEIRS, "from": OURS, "status": "answered"}),
    ("call_leg_completed", {"to": "12125550150", "status": "hangup"}),
    ("speak_completed", {"status": "speak_successful", "collected_digits": "4"}),
    ("call_completed", over(to=THEIRS)),
)
BUSY = (
    ("dial_completed", {"to": THEIRS, "from": OURS, "status": "busy"}),
    ("call_completed", over(answered=None, to=THEIRS)),
)
stories = st.sampled_from([ANSWERED, BUSY])
places = st.lists(st.integers(0, 3), max_size=8)


def ringing(world):
    fields = {"vendor_id": REFERENCE, "status": CallStatus.RINGING, "asked_at": AT, "created_at": AT}
    return make_call(world.agent, world.marta, provider=Provider.TELESIGN, **fields)


def heard(name, data):
    """As through the hook, without a request."""
    body = json.dumps({"event": name, "reference_id": REFERENCE, "data": data})
    event, _ = inbox.receive("telesign", event_id(REFERENCE, name, body.encode()), {}, body)
    answering.decide(event)


def state(call):
    call.refresh_from_db()
    stars = list(Feedback.objects.filter(call=call).values_list("star_rating", flat=True))
    return call.status, call.connected_at, call.wait_seconds, call.talk_seconds, call.fail_reason, stars


def played(world, events):
    """(the states after each event, the last one included) of a call that these events are told of; nothing is left."""
    with transaction.atomic():
        call = ringing(world)
        seen = [state(call)]
        for name, data in events:
            heard(name, data)
            seen.append(state(call))
        transaction.set_rollback(True)
    return seen


@pytest.mark.django_db
@few
@given(story=stories, order=st.permutations(range(4)), repeats=places)
def test_all_events_in_any_order_end_as_in_the_right_one(world, connection, story, order, repeats):
    shuffled = [story[n] for n in [*order, *repeats] if n < len(story)]
    assert played(world, shuffled)[-1] == played(world, story)[-1]


@pytest.mark.django_db
@few
@given(story=stories, order=places)
def test_with_gaps_a_call_is_at_a_stage_of_its_story_and_never_comes_back_from_its_end(world, connection, story, order):
    seen = [status for status, *_ in played(world, [story[n] for n in order if n < len(story)])]
    # Of a busy call whose dial_completed is lost, only that nobody answered is known.
    stages = {status for status, *_ in played(world, story)} | ({CallStatus.NO_ANSWER} if story is BUSY else set())
    assert set(seen) <= stages
    assert all(after in FINAL for before, after in zip(seen, seen[1:], strict=False) if before in FINAL)


words = st.sampled_from([*PROGRESS, *OUTCOME, "hologram_started", "", "🙂"])
reports = st.lists(st.tuples(words, st.sampled_from(["", *REASONS, "a_reason_of_tomorrow"])), max_size=12)


@given(reports, st.randoms())
def test_order_and_repeats_of_words_change_nothing(seen, random):
    shuffled = seen + [random.choice(seen) for _ in range(3) if seen]
    random.shuffle(shuffled)
    assert derive(shuffled, Provider.TELESIGN) == derive(seen, Provider.TELESIGN)


@given(reports, reports)
def test_more_words_never_lower_anything_and_an_end_stays_one(seen, more):
    before, after = derive(seen, Provider.TELESIGN), derive(seen + more, Provider.TELESIGN)
    assert after.progress >= before.progress and after.outcome >= before.outcome
    assert not (before.status and before.status.is_final) or after.status.is_final
    assert not (before.status and before.status.can_be_wrapped_up) or after.status.can_be_wrapped_up


def test_every_word_that_is_put_in_a_line_is_one_of_the_table():
    assert set(SAYS) <= set(PROGRESS) | set(OUTCOME)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (["dial_accepted"], CallStatus.RINGING),
        (["dial_accepted", "dial_answered"], CallStatus.IN_PROGRESS),
        (["call_unanswered"], CallStatus.NO_ANSWER),
        (["call_unanswered", "dial_answered"], CallStatus.COMPLETED),
        (["call_unanswered", "leg_unanswered"], CallStatus.NO_ANSWER),
        (["call_ended"], CallStatus.COMPLETED),
        (["call_ended", "call_unanswered"], CallStatus.NO_ANSWER),
        (["not_rung"], CallStatus.REFUSED),
        (["not_rung", "call_unanswered"], CallStatus.NO_ANSWER),
        (["not_reported", "dial_completed"], CallStatus.FAILED),
        (["call_completed", "dial_completed"], CallStatus.COMPLETED),
    ],
)
def test_words_together(said, status):
    assert derive([(word, "") for word in said], Provider.TELESIGN).status == status
