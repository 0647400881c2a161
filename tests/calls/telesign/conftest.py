"""What the tests of calls through TeleSign share."""

import pytest
from django.utils import timezone

from integrations.models import Connection
from integrations.sandbox import server
from tests.servers import pointed_at, vendor_variables

LEASED = "+12125550180"
PHONE = "+12125550150"  # the agent's own


@pytest.fixture
def connection(db):
    row = Connection.objects.get_or_create(vendor="telesign")[0]
    Connection.objects.filter(pk=row.pk).update(caller_ids=[LEASED], is_on=True)
    row.refresh_from_db()
    return row


@pytest.fixture
def choose(connection):
    """`choose(keypad=True)` sets options of the connection."""

    def write(**options):
        connection.options = {**connection.options, **options}
        connection.save(update_fields=["options"])

    return write


@pytest.fixture
def agent(world):
    world.agent.phone = PHONE
    world.agent.save(update_fields=["phone"])
    return world.agent


@pytest.fixture
def still(live, settings, connection):
    """The vendors with a clock that only `play` moves; their hooks come to our server on a socket."""
    noon = timezone.now()
    variables = {**vendor_variables(settings.VENDORS), "PUBLIC_URL": live.url}
    with server.start(clock=lambda: noon, env=variables) as running:
        settings.VENDORS = pointed_at(running.url, settings.VENDORS)
        yield running
