import pytest

from integrations.models import Connection
from integrations.telesign.client import Client
from tests.integrations.connections import connection_to

LEASED = "+12125550180"


@pytest.fixture
def connection(vendor_server, settings, transactional_db):
    row = connection_to(vendor_server.url, "telesign", settings)
    Connection.objects.filter(pk=row.pk).update(caller_ids=[LEASED])
    row.refresh_from_db()
    return row


@pytest.fixture
def telesign(connection):
    return Client(connection)
