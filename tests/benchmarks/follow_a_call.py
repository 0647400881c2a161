"""From a change at the vendor to the panel that shows it: tail, events, and a browser that asks twice a second."""

import threading
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from calls import services
from calls.models import Call
from integrations.sandbox import server
from tests.benchmarks.lines import Line, percentile
from tests.benchmarks.save_to_vendor import idle_worker
from tests.benchmarks.world import database
from tests.servers import pointed_at, vendor_variables
from tests.world import World, fiction

TITLE = "vendor's change → panel shows it"
AIM = "within a second of the vendor"
CALLS = 10
SPEED = 4  # the call below lasts some six seconds: long enough for each state to be seen
ORDINARY_CALL = fiction(0)
BROWSER_ASKS = 0.5  # seconds, as the panel's own trigger says
LONGEST = timedelta(seconds=60)
PAUSE = threading.Event()
CHANGES = (("connected_at", ("Connected", "Call ended")), ("ended_at", ("Call ended",)))


def run():
    """One line: median and p95 over two changes of each of CALLS calls, made one after the other."""
    variables = {**vendor_variables(settings.VENDORS), "PUBLIC_URL": settings.PUBLIC_URL}
    with (
        database(),
        server.start(speed=SPEED, env=variables) as sandbox,
        override_settings(VENDORS=pointed_at(sandbox.url, settings.VENDORS)),
        idle_worker(),
    ):
        world = World()
        browser = Client(HTTP_HOST="127.0.0.1")
        browser.force_login(world.agent)
        took = [delay for n in range(CALLS) for delay in _one(browser, world, n)]
    measured = f"p50 {percentile(took, 0.5):.2f} s, p95 {percentile(took, 0.95):.2f} s"
    return [Line(measured, f"{len(took)} changes, tail and browser twice a second or less")]


def _one(browser, world, number):
    """Seconds from the vendor's stamp of each change to the answer that showed it."""
    call = services.place(world.agent, intent=f"bench-{number}", to=ORDINARY_CALL)
    shown = [_shown_at(browser, call, words) for _, words in CHANGES]
    call.refresh_from_db()
    return [(at - getattr(call, stamp)).total_seconds() for at, (stamp, _) in zip(shown, CHANGES, strict=True)]


def _shown_at(browser, call, words):
    """When the panel of `call` first said one of the `words`."""
    give_up = timezone.now() + LONGEST
    while not any(word in _panel(browser, call) for word in words):
        if timezone.now() > give_up:
            raise TimeoutError(f"The panel never said “{words[0]}”: {Call.objects.get(pk=call.pk).status}.")
        PAUSE.wait(BROWSER_ASKS)
    return timezone.now()


def _panel(browser, call):
    return browser.get(f"/calls/{call.pk}/panel/").content.decode()
