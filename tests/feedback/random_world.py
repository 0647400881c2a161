"""A week of calls with all that comes of them, made by chance and the same each time: what figures are compared on."""

import random
from datetime import UTC, date, datetime, timedelta

from feedback.choices import FeedbackKind
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.rated import ended_call, save, unanswered_call

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = date(2026, 3, 4)
LAST = DAY + timedelta(days=9)  # the last answers come after the last calls


def fill(world, calls=200):
    """Calls of two agents at three locations and at none, their wrap-ups, requests, answers and reviews."""
    chance = random.Random(20261126)  # noqa: S311
    places = [world.riverside, world.harbor, world.oak_street, None]
    for _ in range(calls):
        at = NOON + timedelta(minutes=chance.randrange(7 * 24 * 60))
        make = chance.choice([ended_call, ended_call, unanswered_call])
        fields = {"created_at": at, "ended_at": at + timedelta(minutes=chance.randrange(90)), "number": None}
        fields |= {"provider": chance.choice(["ccai", "plivo", "elsewhere"]), "location": chance.choice(places)}
        call = make(chance.choice([world.agent, world.colleague]), world.marta, **fields)
        if chance.random() < 0.7:
            _wrap_up(call, chance)
        if chance.random() < 0.3:
            _answer(call, at, chance)
    for _ in range(calls // 10):
        at, stars = NOON + timedelta(minutes=chance.randrange(7 * 24 * 60)), chance.choice([None, 1, 3, 4.5, 5])
        make_review(chance.choice(places), rating=stars, written_at=at)
    return world


def _answer(call, at, chance):
    kind = {"nps_score": chance.randrange(11)}
    if chance.random() < 0.5:
        kind = {"kind": FeedbackKind.STARS, "star_rating": chance.randint(1, 5)}
    make_request(call, make_feedback(call.location, left_at=at + timedelta(days=1), **kind), requested_at=at)


def _wrap_up(call, chance):
    if not call.connected_at:
        return save(call, outcome="no_answer", right_party=None, quality=None)
    quality = chance.choice([None, 5, 4.5, 3, 1])
    issues = chance.choice([["ECHO"], ["ECHO", "AUDIO_LAG"], ["OTHERS"]]) if quality and quality < 5 else []
    return save(call, outcome="reached", right_party=chance.random() < 0.8, quality=quality, issues=issues)
