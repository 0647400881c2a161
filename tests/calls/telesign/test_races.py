"""The same event, twice at once: one call, one decision, one answer."""

import pytest

from calls.models import Call, CallEvent
from calls.telesign import answering
from integrations.models import HookEvent
from tests.calls.telesign.conftest import LEASED
from tests.calls.telesign.events import REFERENCE, tell
from tests.world import fiction, make_call

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
THEIRS, OURS = fiction(1).lstrip("+"), LEASED.lstrip("+")


def test_a_customer_who_calls_is_told_one_thing(world, connection, together):
    ring = lambda: tell("incoming_call", **{"to": OURS, "from": THEIRS})  # noqa: E731
    answers = together(ring, ring, ring)
    assert [method for method, _ in answers] == ["speak"] * 3 and answers[0] == answers[1] == answers[2]
    assert (Call.objects.count(), HookEvent.objects.count()) == (1, 1)
    assert CallEvent.objects.filter(word=answering.SAID).count() == 1


def test_an_answered_call_is_joined_once(world, connection, choose, together):
    choose(on_answer="connect")
    fields = {"vendor_id": REFERENCE, "status": "ringing", "agent_number": "+12125550150"}
    make_call(world.agent, world.marta, provider="telesign", **fields)
    answer = lambda: tell("dial_completed", **{"to": THEIRS, "from": OURS, "status": "answered"})  # noqa: E731
    assert [method for method, _ in together(answer, answer)] == ["dial"] * 2
    assert CallEvent.objects.filter(word=answering.JOINED).count() == 1
