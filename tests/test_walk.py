"""One rating, from the button to the supervisor's page: real sockets, a real worker, the vendors' sandbox.

README's tour names the files this goes through.
"""

import re

import pytest
import requests

from tests.patience import until
from tests.world import PASSWORD, World, fiction

pytestmark = pytest.mark.django_db(transaction=True)


class Person:
    """Somebody at a browser without scripts: forms and links only."""

    def __init__(self, url, user):
        self.url, self.session = url, requests.Session()
        self.session.trust_env = False
        self.send("/accounts/login/", login=user.email, password=PASSWORD)

    def get(self, path, **headers):
        return self.session.get(self.url + path, headers=headers, timeout=30)

    def send(self, path, **fields):
        """Posts a form as its page would, token included; the page it leads to."""
        page = self.get(path if path.endswith("login/") else "/desk/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, **fields}
        return self.session.post(self.url + path, data=form, headers={"Referer": self.url}, timeout=30)


def word_of(pattern, page):
    return re.search(pattern, page.text)[1]


def test_one_rating_from_the_button_to_the_supervisors_page(live, sandbox, qcluster, played):
    world = World()
    agent = Person(live.url, world.agent)

    # The desk: the customer is found, the number is looked up at Trestle (its response id is kept).
    found = agent.send("/desk/search/", who="Marta")
    desk = word_of(r'href="(/desk/customers/\d+/)"', found)
    assert "Marta Oliveira" in agent.get(desk).text
    number = word_of(r'action="(/numbers/\d+/lookup/)"', agent.get(desk))
    assert "Trestle answered" in agent.send(number, next=desk).text

    # The button: one call, and its page follows it.
    intent = word_of(r'name="intent" value="(\w+)"', agent.get(desk))
    page = agent.send("/desk/dial/", customer=world.marta.pk, intent=intent, lang="en")
    call = re.search(r"/calls/(\d+)/", page.url)[1]
    assert agent.send("/desk/dial/", customer=world.marta.pk, intent=intent, lang="en").url == page.url
    sandbox.play(6)
    until(lambda: "Connected" in agent.get(f"/calls/{call}/panel/").text, "the call is connected", qcluster)

    # While talking: a flag goes to CCAI at once, a note is kept.
    agent.send(f"/calls/{call}/flags/set/", flag="verified_customer")
    agent.send(f"/calls/{call}/draft/", notes="Asked about the invoice.", issues="ECHO")
    until(lambda: "Delivered" in agent.get(f"/calls/{call}/flags/").text, "the flag is delivered", qcluster)

    # Hang up: the wrap-up is there with what was noted; Plivo's signed hook gave the call its id.
    sandbox.play(60)
    until(lambda: "Call ended" in agent.get(f"/calls/{call}/panel/").text, "the call has ended", qcluster)
    until(lambda: "Matched by numbers" in agent.get(f"/calls/{call}/facts/").text, "Plivo's call is matched", qcluster)
    form = agent.get(f"/calls/{call}/wrap-up/")
    assert "Asked about the invoice." in form.text

    # One transaction, a delivery per vendor; the worker brings each where it belongs, once.
    agent.send(
        f"/calls/{call}/rating/",
        form_key=word_of(r'name="form_key" value="([^"]+)"', form),
        outcome="reached",
        right_party="true",
        quality="4.5",
        issues="ECHO",
        notes="Asked about the invoice.",
    )
    until(lambda: len(sandbox.feedback("plivo")) and len(sandbox.feedback("trestle")), "both vendors have it", qcluster)
    legs = until(lambda: settled(agent.get(f"/calls/{call}/deliveries/")), "no leg waits any more", qcluster)
    assert legs.count("Delivered") >= 2 and "Needs a person" not in legs
    (plivo,) = sandbox.feedback("plivo")
    assert (plivo["rating"], plivo["issues"], plivo["notes"]) == (4.5, ["ECHO"], "Asked about the invoice.")
    (trestle,) = sandbox.feedback("trestle")
    assert trestle["phone"] == fiction(1) and trestle["phone_status"] == "Connected"
    assert trestle["phone_right_party_contact"] is True and trestle["response_id"].startswith("T_")

    # The supervisor sees it: today's figures, the list, every event and attempt. Somebody else does not.
    supervisor = Person(live.url, world.supervisor)
    assert "1 of 1 dial" in supervisor.get("/overview/?period=today").text
    assert f"/calls/{call}/" in supervisor.get("/calls/").text
    timeline = supervisor.get(f"/calls/{call}/timeline/").text
    for words in ("Asked CCAI to call", "Connected", "Normal Hangup", "Wrap-up saved", "Plivo, try 1: delivered"):
        assert words in timeline
    assert Person(live.url, world.elsewhere).get(f"/calls/{call}/").status_code == 404


def settled(page):
    """The text of the legs once none of them is on its way."""
    return page.text if page.ok and not any(word in page.text for word in ("Waiting", "Sending", "Next try")) else ""
