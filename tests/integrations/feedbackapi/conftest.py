import pytest

from integrations.feedbackapi.client import Client
from tests.integrations.connections import connection_to


@pytest.fixture
def connection(vendor_server, settings, transactional_db):
    return connection_to(vendor_server.url, "feedbackapi", settings)


@pytest.fixture
def feedbackapi(connection):
    return Client(connection)
