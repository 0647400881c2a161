"""The promises in full: a vendor that stumbles, a worker and a web server that are killed. Real processes."""

import re
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from calls import sync
from calls.models import Call
from feedback.models import Draft, Rating
from integrations import doorbell, tasks
from integrations.models import Delivery, Lease
from tests.conftest import signed_in
from tests.feedback.rated import ended_call, known_everywhere, save
from tests.patience import until
from tests.test_walk import Person, word_of

pytestmark = pytest.mark.django_db(transaction=True)
PLIVO = "plivo.call_feedback"


def chips(client, call):
    """The legs fragment as plain words."""
    html = client.get(f"/calls/{call.pk}/deliveries/", HTTP_HX_REQUEST="true").content.decode()
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html).split())


def let_time_pass():
    """What waits for a later moment comes due now, and a worker is rung for, as the pulse would."""
    waiting = Delivery.objects.filter(state="pending")
    waiting.update(not_before=timezone.now())
    for pk in waiting.values_list("pk", flat=True):
        doorbell.wake(pk)


def let_leases_end():
    """What a dead worker held, rows and the pulse, is free again; the minute's sweep starts the pulse."""
    Delivery.objects.filter(state="pending").update(not_before=timezone.now())
    Lease.objects.update(until=timezone.now())
    tasks.sweep()


def tries():
    return list(Delivery.objects.get(kind=PLIVO).attempts.exclude(ended_at=None).order_by("number"))


def test_a_stumbling_vendor_has_it_once_and_the_chips_tell_the_story(sandbox, qcluster, world):
    sandbox.fault("plivo", path="Feedback", kind="status", status=503, count=2)
    sandbox.fault("plivo", path="Feedback", kind="status", status=429, retry_after=3)
    call, agent = known_everywhere(world.agent, world.marta), signed_in(world.agent)
    save(call, quality=4, issues=["ECHO"], notes="Echo on the line.")
    told = []
    for number in (1, 2, 3):
        until(lambda n=number: len(tries()) == n, f"try {number} is over", qcluster)
        told.append(re.search(r"Plivo (.*?) Trestle", chips(agent, call))[1])
        let_time_pass()
    until(lambda: len(tries()) == 4, "the fourth try is over", qcluster)
    assert re.match(r"Delivered \d\d:\d\d", re.search(r"Plivo (.*?) Trestle", chips(agent, call))[1])
    assert [re.match(r"Next try (\d+ \w+ )?\d\d:\d\d", words) is not None for words in told] == [True] * 3, told
    assert ["503" in told[0], "503" in told[1], "slow down" in told[2]] == [True] * 3, told
    assert [one.status for one in tries()] == [503, 503, 429, 201]
    assert tries()[3].started_at - tries()[2].ended_at >= timedelta(seconds=2.9)  # Retry-After is kept
    assert [(one["rating"], one["notes"]) for one in sandbox.feedback("plivo")] == [(4, "Echo on the line.")]
    assert len(sandbox.feedback("trestle")) == 1


def test_a_worker_killed_at_work_is_replaced_and_every_vendor_has_everything_once(sandbox, start_qcluster, world):
    first = start_qcluster()
    sandbox.fault("plivo", path="Feedback", kind="hang", seconds=60)
    calls = [known_everywhere(world.agent, who, vendor_id=str(n)) for n, who in enumerate((world.marta, world.jon))]
    for call in calls:
        save(call, quality=4, issues=["ECHO"])
    waiting = Delivery.objects.filter(state="pending")
    until(lambda: waiting.count() == 1, "all but the one that Plivo keeps waiting is done", first)
    first.kill()
    assert waiting.exists()  # what it held is not lost, and nobody else may send it yet
    second = start_qcluster()
    let_leases_end()
    until(lambda: not waiting.exists(), "the new worker has finished the work", second)
    assert len(sandbox.feedback("plivo")) == len(sandbox.feedback("trestle")) == 2
    (interrupted,) = [one for one in Delivery.objects.filter(kind=PLIVO) if one.attempts.count() == 2]
    assert interrupted.attempts.order_by("number").first().sentence == (
        "The worker ended before it wrote down an answer."
    )


def test_a_web_server_killed_before_it_wrote_the_answer_down_has_dialled_once(live, sandbox, gunicorn, world, settings):
    settings.PLACE_DEADLINE = 1  # seconds; here nobody waits as long for a server that is dead
    agent = Person(gunicorn.url, world.agent)
    noted = ended_call(world.agent, world.jon)
    agent.send(f"/calls/{noted.pk}/draft/", notes="Typed just before the lights went out.")
    intent = word_of(r'name="intent" value="(\w+)"', agent.get(f"/desk/customers/{world.marta.pk}/"))
    sandbox.set(delay=60)  # the vendor has done its work and is slow to say so

    def press():
        with suppress(requests.RequestException):
            agent.send("/desk/dial/", customer=world.marta.pk, intent=intent, lang="en")

    pressing = threading.Thread(target=press)
    pressing.start()
    until(sandbox.calls, "the vendor has placed the call", gunicorn)
    gunicorn.kill()
    pressing.join()
    sandbox.set(delay=0)
    call = Call.objects.get(customer=world.marta)
    assert (call.status, call.vendor_id) == ("placing", None)

    # The agent presses again, in the page that never answered: no second dial.
    again = Person(live.url, world.agent)
    page = again.send("/desk/dial/", customer=world.marta.pk, intent=intent, lang="en")
    assert page.url.endswith(f"/calls/{call.pk}/")
    until(lambda: sync.tick() or Call.objects.get(pk=call.pk).vendor_id, "the call is found in the vendor's list")
    assert Call.objects.get(pk=call.pk).vendor_id == str(sandbox.calls()[0]["id"])
    assert len([one for one in sandbox.requests(vendor="ccai", path="/calls") if one["method"] == "POST"]) == 1
    assert "The answer never reached us" in again.get(f"/calls/{call.pk}/timeline/").text

    # And what was typed is there.
    assert Draft.objects.get(call=noted).data["notes"] == "Typed just before the lights went out."
    assert "Typed just before the lights went out." in again.get(f"/calls/{noted.pk}/wrap-up/").text


def test_a_web_server_killed_while_it_saves_has_saved_all_or_nothing(live, sandbox, gunicorn, world):
    """Pressed again with the same form, it is one rating, told once."""
    call = known_everywhere(world.agent, world.marta)
    agent = Person(gunicorn.url, world.agent)
    form = agent.get(f"/calls/{call.pk}/wrap-up/")
    sent = {
        "form_key": word_of(r'name="form_key" value="([^"]+)"', form),
        "outcome": "reached",
        "right_party": "true",
        "quality": "5",
        "notes": "All good.",
    }

    def press():
        with suppress(requests.RequestException):
            agent.send(f"/calls/{call.pk}/rating/", **sent)

    pressing = threading.Thread(target=press)
    pressing.start()
    until(lambda: Rating.objects.filter(call=call).exists(), "the rating is written", gunicorn)
    gunicorn.kill()
    pressing.join()
    assert Person(live.url, world.agent).send(f"/calls/{call.pk}/rating/", **sent).ok
    rating = Rating.objects.get(call=call)
    assert (rating.revisions.count(), rating.legs.count()) == (1, 4)
    assert Delivery.objects.filter(kind=PLIVO).count() == 1
