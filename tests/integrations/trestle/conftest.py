import pytest

from integrations.trestle.client import Client
from tests.integrations.connections import connection_to


@pytest.fixture
def connection(vendor_server, settings, transactional_db):
    return connection_to(vendor_server.url, "trestle", settings)


@pytest.fixture
def trestle(connection):
    return Client(connection)
