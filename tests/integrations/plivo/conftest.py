import pytest

from integrations.plivo.client import Client
from tests.integrations.connections import connection_to


@pytest.fixture
def connection(vendor_server, settings, transactional_db):
    return connection_to(vendor_server.url, "plivo", settings)


@pytest.fixture
def plivo(connection):
    return Client(connection)
