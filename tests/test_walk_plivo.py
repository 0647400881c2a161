"""A call through Plivo, from the button to its quality feedback: real sockets, a real worker, the vendors' sandbox."""

import pytest

from integrations.models import Connection
from tests.patience import until
from tests.test_walk import Person, settled, word_of
from tests.world import World, fiction

pytestmark = pytest.mark.django_db(transaction=True)
CALLER_ID = fiction(99)


def test_a_call_through_plivo_from_the_button_to_its_feedback(live, sandbox, qcluster, played):
    world = World()
    Connection.objects.filter(vendor="plivo").update(caller_ids=[CALLER_ID])
    agent = Person(live.url, world.agent)
    desk = word_of(r'href="(/desk/customers/\d+/)"', agent.send("/desk/search/", who="Marta"))

    # Without a phone of one's own there is nothing to join: said before anything rings.
    dial = {"customer": world.marta.pk, "lang": "en", "provider": "plivo", "outbound_number": ""}
    intent = word_of(r'name="intent" value="(\w+)"', agent.get(desk))
    assert "add your phone in your profile" in agent.send("/desk/dial/", intent=intent, **dial).text
    world.agent.phone = fiction(30)
    world.agent.save()

    # The button: the agent's phone rings, is picked up, and only then the customer's.
    page = agent.send("/desk/dial/", intent=intent, **dial)
    call = word_of(r"/calls/(\d+)/", page) if "/calls/" not in page.url else page.url.rstrip("/").rsplit("/", 1)[1]
    assert agent.send("/desk/dial/", intent=intent, **dial).url == page.url
    panel = lambda: agent.get(f"/calls/{call}/panel/").text  # noqa: E731
    sandbox.play(10)
    until(lambda: "The customer answered" in panel(), "the customer has answered", qcluster)

    # Hang up: the customer's side says how it was; its record brings times, cause and rate.
    sandbox.play(60)
    until(lambda: "Call ended" in panel(), "the call has ended", qcluster)
    facts = lambda: agent.get(f"/calls/{call}/facts/").text  # noqa: E731
    until(lambda: facts().count("a minute, in the currency") == 2, "both records are there", qcluster)
    agents, customers = sandbox.plivo_calls()
    assert "Normal Hangup" in facts() and "Somebody hung up." in facts() and customers["call_uuid"] in facts()
    assert (agents["to"], customers["to"]) == (fiction(30).lstrip("+"), fiction(1).lstrip("+"))

    # The wrap-up: call quality goes to the customer's leg, once.
    form = agent.get(f"/calls/{call}/wrap-up/")
    agent.send(
        f"/calls/{call}/rating/",
        form_key=word_of(r'name="form_key" value="([^"]+)"', form),
        outcome="reached",
        right_party="true",
        quality="3",
        issues="ECHO",
        notes="An echo.",
    )
    until(lambda: sandbox.feedback("plivo"), "Plivo has the feedback", qcluster)
    legs = until(lambda: settled(agent.get(f"/calls/{call}/deliveries/")), "no leg waits any more", qcluster)
    assert "Needs a person" not in legs
    (feedback,) = sandbox.feedback("plivo")
    assert feedback["call_uuid"] == customers["call_uuid"]
    assert (feedback["rating"], feedback["issues"], feedback["notes"]) == (3, ["ECHO"], "An echo.")

    made = [one for one in sandbox.requests(vendor="plivo", path="/Call/$") if one["method"] == "POST"]
    assert len(made) == 1 and [hook["state"] for hook in sandbox.hooks()] == ["delivered"] * len(sandbox.hooks())
    timeline = agent.get(f"/calls/{call}/timeline/").text
    words = ("Asked Plivo to call", "The agent’s phone rings", "The agent picked up", "The customer’s phone is dialled")
    for line in (*words, "The customer answered", "Call ended", "Plivo, try 1: delivered"):
        assert line in timeline, line
    assert Person(live.url, world.elsewhere).get(f"/calls/{call}/").status_code == 404
