"""The same work through either broker: the database's own, and Redis when several hosts share it."""

import os

import pytest
import redis
from django.contrib.auth import get_user_model

from tests import addresses
from tests.patience import until

ASK = """
import sys, django
django.setup()
from django_q.tasks import async_task
async_task("tests.config.deeds.rename", int(sys.argv[1]), sys.argv[2])
"""


def require_redis():
    """The broker's server, emptied of our queue; without one the test says so (CI must have it)."""
    server = redis.Redis.from_url(addresses.REDIS)
    try:
        server.delete("django_q:aftercall:q")
    except redis.ConnectionError:
        sentence = "Redis does not answer at TEST_REDIS_URL; its test is left out."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(sentence)


@pytest.mark.parametrize("broker", ["database", "redis"])
def test_a_worker_does_what_another_process_asks_for(broker, world, start_qcluster, processes):
    variables = {}
    if broker == "redis":
        require_redis()
        variables = {"REDIS_URL": addresses.REDIS, "Q_CLUSTER_NAME": "aftercall"}
    worker = start_qcluster(**variables)
    processes("asking", "-c", ASK, str(world.agent.pk), f"Asked through {broker}", **variables)
    until(
        lambda: get_user_model().objects.filter(name=f"Asked through {broker}").exists(),
        what="the worker has done it",
        but_see=worker,
    )
