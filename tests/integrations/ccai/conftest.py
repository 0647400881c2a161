import pytest

from integrations.ccai.client import Client
from tests.integrations.connections import connection_to


@pytest.fixture
def connection(vendor_server, settings, transactional_db):
    return connection_to(vendor_server.url, "ccai", settings)


@pytest.fixture
def ccai(connection):
    return Client(connection)
