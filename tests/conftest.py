"""What every test may ask for. The cast stands in world.py."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import settings as tries
from rest_framework.test import APIClient
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.choices import Scope
from accounts.models import ApiToken
from tests.database import django_db_modify_db_settings, django_db_setup, standing  # noqa: F401  (a file per worker)
from tests.world import World

pytest_plugins = ["tests.servers", "tests.integrations.syncing"]
# How long one example took says how busy the machine is; what may not be slow has a test of its own.
tries.register_profile("suite", deadline=None)
tries.load_profile("suite")


@pytest.fixture
def world(db):
    return World()


def signed_in(user):
    """A test client with `user` signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_agent(world):
    return signed_in(world.agent)


@pytest.fixture
def as_colleague(world):
    return signed_in(world.colleague)


@pytest.fixture
def as_supervisor(world):
    return signed_in(world.supervisor)


@pytest.fixture
def as_elsewhere(world):
    return signed_in(world.elsewhere)


@pytest.fixture
def as_admin(world):
    return signed_in(world.admin)


@pytest.fixture
def as_stranger(world):
    return signed_in(world.stranger)


@pytest.fixture
def api():
    """`api(user)` → a REST client with a token of theirs; `api(user, Scope.READ)` for one that only reads."""

    def build(user, scope=Scope.WRITE):
        _, secret = ApiToken.objects.issue(user, f"tests {uuid4()}", scope)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return build


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once():
    """Every test client has middleware of its own, and WhiteNoise's looks at each static file when it is made."""
    found, look = {}, WhiteNoiseMiddleware.add_files_from_finders

    def remember(middleware):
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", remember)
        yield


_TOUCHES_DATABASE = {"db", "transactional_db", "live_server"}


@pytest.fixture(autouse=True)
def fresh_limits(request):
    """Rate limits count in the cache, and emptying the tables after a transactional test leaves the cache's own."""
    if _TOUCHES_DATABASE & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()
