"""A call's timeline: every report, every version of the wrap-up, every try, in order."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls import services as calls
from calls.choices import EventSource
from calls.models import CallEvent
from feedback import drafts, timeline
from feedback.choices import Leg
from integrations.choices import AttemptOutcome
from integrations.models import Attempt
from tests.feedback.rated import CANARY, PLIVO_ID, ended_call, known_everywhere, leg, save

pytestmark = pytest.mark.django_db


def event(call, word, seconds_ago, **fields):
    at = timezone.now() - timedelta(seconds=seconds_ago)
    return CallEvent.objects.create(call=call, source=EventSource.CCAI, dedupe=word, word=word, at=at, **fields)


def test_everything_stands_in_order(world):
    call = known_everywhere(world.agent, world.marta)
    event(call, "finished", 60)
    event(call, "assigned", 300)
    plivo = leg(save(call), Leg.PLIVO)
    Attempt.objects.create(
        delivery=plivo, number=1, outcome=AttemptOutcome.DELIVERED, words="Feedback has been posted", duration_ms=412
    )
    save(call, quality=3, issues=["ECHO"])
    entries = timeline.of(call)
    assert [e.at for e in entries] == sorted(e.at for e in entries)
    said = [f"{e.title} {e.detail} {e.theirs}" for e in entries]
    assert "assigned" in said[0] and "finished" in said[1]
    assert any("Wrap-up saved" in s and "5 of 5" in s for s in said)
    assert any("version 2" in s and "3 of 5" in s for s in said)
    assert any("Plivo, try 1: delivered" in s and "Feedback has been posted" in s for s in said)
    assert any("Survey" in s or "There is no message template to ask with." in s for s in said)


def test_tries_of_a_wish_that_was_replaced_stay(world):
    call = known_everywhere(world.agent, world.marta, carrier_uuid="aaaaaaaa-1111")
    wrong = leg(save(call), Leg.PLIVO)
    Attempt.objects.create(delivery=wrong, number=1, outcome=AttemptOutcome.REJECTED, words="call uuid unknown")
    calls.set_carrier_uuid(call, PLIVO_ID, world.agent)
    assert "call uuid unknown" in [entry.theirs for entry in timeline.of(call)]


def test_a_draft_and_a_time_out_are_told(world):
    call = ended_call(world.agent, world.marta, timed_out_at=timezone.now())
    drafts.save(call, world.agent, {"notes": "half"})
    titles = [entry.title for entry in timeline.of(call)]
    assert "Notes kept, not saved yet" in titles and "Wrap-up timed out" in titles


def test_a_page_without_scripts_and_a_fragment_with(as_agent, world):
    call = ended_call(world.agent, world.marta)
    event(call, "finished", 60, text=CANARY)
    url = reverse("feedback:timeline", args=[call.pk])
    page, fragment = as_agent.get(url).content.decode(), as_agent.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" in page and "<html" not in fragment
    assert CANARY not in page and "&lt;script&gt;" in fragment


def test_nothing_yet_is_said(as_agent, world):
    call = ended_call(world.agent, world.marta)
    assert "Nothing has happened yet" in as_agent.get(reverse("feedback:timeline", args=[call.pk])).content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_one_event_or_twenty_cost_the_same(as_agent, world, rows, django_assert_num_queries):
    call = known_everywhere(world.agent, world.marta)
    plivo = leg(save(call), Leg.PLIVO)
    for number in range(1, rows + 1):
        event(call, f"word{number}", number)
        Attempt.objects.create(delivery=plivo, number=number)
    # session, user, call, events, versions, draft, ids of flags and ratings, deliveries, attempts, keys, requests
    with django_assert_num_queries(12):
        as_agent.get(reverse("feedback:timeline", args=[call.pk]), HTTP_HX_REQUEST="true")
