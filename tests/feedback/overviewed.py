"""The overview as tests open it, and rows for it to count."""

import re

from django.core.cache import cache
from django.utils import timezone

from integrations.ccai import directory
from integrations.ccai.directory import Listed
from integrations.contracts import AgentReport
from tests.feedback.answered import make_feedback
from tests.feedback.rated import ended_call
from tests.world import connection

OVERVIEW = "/overview/"


def shown(client, **query):
    answer = client.get(OVERVIEW, query)
    assert answer.status_code == 200
    return answer.content.decode()


def tile(page, key):
    """What a tile says, without its tags."""
    found = re.search(rf'id="tile-{key}".*?</li>', page, re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split()).removeprefix(f'id="tile-{key}">').strip()


def calls_on(world, at, count=1, **fields):
    for _ in range(count):
        ended_call(world.agent, world.marta, created_at=at, ended_at=at, connected_at=at, **fields)


def answers(world, scores, **fields):
    for score in scores:
        make_feedback(world.riverside, nps_score=score, **fields)


def directory_kept(world, *emails, at=None):
    """What a worker last read of CCAI's agents: those of `emails` are available."""
    reports = [AgentReport(str(n), email, email, "Available") for n, email in enumerate(emails)]
    kept = Listed((*reports, AgentReport("99", "busy@ccai.example.test", "Busy", "In-call")), at or timezone.now())
    cache.set(directory._key(connection("ccai"), "agents"), kept, 60)
