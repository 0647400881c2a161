"""From the saved wrap-up to the vendor that has it: real worker, real sockets, one rating at a time."""

import tempfile
import threading
import time
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.test.utils import override_settings
from django.utils import timezone

from feedback import services
from integrations.sandbox import server
from tests.benchmarks.lines import Line, percentile
from tests.benchmarks.world import database
from tests.patience import until
from tests.servers import Process, pointed_at, vendor_variables
from tests.world import World, make_call

TITLE = "rating saved → Plivo has it"
AIM = "p95 < 1 s with an idle worker"
RATINGS = 60
LOOK_EVERY = 0.002  # seconds: how exactly the arrival is seen
PAUSE = threading.Event()


def run():
    """One line: median and p95 over RATINGS wrap-ups, each saved when the one before has arrived."""
    variables = {**vendor_variables(settings.VENDORS), "PUBLIC_URL": settings.PUBLIC_URL}
    with (
        database(),
        server.start(env=variables) as sandbox,
        override_settings(VENDORS=pointed_at(sandbox.url, settings.VENDORS)),
        idle_worker(),
    ):
        world = World()
        took = [_one(sandbox, world) for _ in range(RATINGS)]
    measured = f"p50 {percentile(took, 0.5) * 1000:.0f} ms, p95 {percentile(took, 0.95) * 1000:.0f} ms"
    return [Line(measured, f"{RATINGS} ratings, one worker, SQLite")]


@contextmanager
def idle_worker():
    """A real worker on the benchmark's database, up and with nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "worker.log"
        how = {"LOG_LEVEL": "INFO", "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
        worker = Process(["manage.py", "qcluster"], log, **how)
        try:
            until(lambda: "running." in worker.words(), what="the worker is up", but_see=worker)
            yield worker
        finally:
            worker.kill()


def _one(sandbox, world):
    now, uuid = timezone.now(), str(uuid4())
    call = make_call(world.agent, world.marta, connected_at=now, ended_at=now, carrier_uuid=uuid)
    begin = time.perf_counter()
    services.save_rating(call, world.agent, _wrap_up())
    while not sandbox.requests(vendor="plivo", path=uuid):
        if time.perf_counter() - begin > 60:
            raise TimeoutError("The rating did not reach the sandbox within a minute.")
        PAUSE.wait(LOOK_EVERY)
    return time.perf_counter() - begin


def _wrap_up():
    return {
        "outcome": "reached",
        "right_party": True,
        "quality": Decimal("4.5"),
        "issues": ["ECHO"],
        "phone_status": "",
        "notes": "",
        "flags": {},
        "feedback_request": None,
        "callback": None,
    }
