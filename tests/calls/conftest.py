"""What the tests of calls share."""

import threading

import pytest
from django.db import connection as database
from django.utils import timezone

from calls.models import Call
from integrations.models import Connection
from integrations.sandbox import server
from tests.servers import pointed_at, vendor_variables


@pytest.fixture
def ccai(db):
    return Connection.objects.get_or_create(vendor="ccai")[0]


@pytest.fixture
def agent(world):
    """The agent, under an e-mail that the sandbox's tenant knows."""
    world.agent.ccai_email = "agent@demo.test"
    world.agent.save()
    return world.agent


@pytest.fixture
def colleague(world):
    world.colleague.ccai_email = "agent2@demo.test"
    world.colleague.save()
    return world.colleague


@pytest.fixture
def still(settings):
    """The vendors with a clock that only `advance` moves, and no limit of requests a second."""
    noon = timezone.now()
    settings.VENDOR_RATES = {}
    variables = {**vendor_variables(settings.VENDORS), "PUBLIC_URL": settings.PUBLIC_URL}
    with server.start(clock=lambda: noon, env=variables) as running:
        settings.VENDORS = pointed_at(running.url, settings.VENDORS)
        yield running


@pytest.fixture
def dials(sandbox):
    """`dials()` → the calls the vendor was asked for, oldest first."""
    return lambda: [one for one in sandbox.requests(vendor="ccai", path="/calls") if one["method"] == "POST"]


@pytest.fixture
def together():
    """`together(deed, deed)` runs them at once from one barrier; gives each one's result or exception."""

    def run(*deeds):
        barrier, results = threading.Barrier(len(deeds)), [None] * len(deeds)

        def one(place, deed):
            barrier.wait(10)
            try:
                results[place] = deed()
            except Exception as error:
                results[place] = error
            finally:
                database.close()

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(deeds)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return results

    return run


def words_of(call):
    """The words on a call's timeline."""
    return list(Call.objects.get(pk=call.pk).events.values_list("word", flat=True))
