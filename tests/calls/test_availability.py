"""The desk says how CCAI shows the agent, before a dial is refused for it."""

import pytest

from tests.world import make_call

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/availability/"


def shown_as(world, client, email):
    world.agent.ccai_email = email
    world.agent.save()
    return client.get(PAGE).content.decode()


def test_who_is_available_or_unknown_to_us_reads_nothing(as_agent, as_stranger, sandbox, world):
    assert as_agent.get(PAGE).content.strip() == b""
    assert as_stranger.get(PAGE).content.strip() == b""


def test_who_is_not_available_reads_ccais_own_word(as_agent, sandbox, world):
    page = shown_as(world, as_agent, "busy@demo.test")
    assert "“In-call”" in page and "refuses your calls" in page


def test_who_ccai_does_not_know_is_sent_to_the_profile(as_agent, sandbox, world):
    assert "CCAI does not know nobody@ccai.example.test" in shown_as(world, as_agent, "nobody@ccai.example.test")


def test_nothing_is_said_during_a_call_nor_when_ccai_cannot_be_asked(as_agent, sandbox, world):
    sandbox.fault("ccai", kind="status", status=500, count=9)
    assert shown_as(world, as_agent, "busy@demo.test").strip() == ""
    make_call(world.agent, world.marta, status="in_progress")
    assert shown_as(world, as_agent, "nobody@ccai.example.test").strip() == ""
