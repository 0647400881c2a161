"""The named queries of the pages of coaching. Each has a pinned number of queries in its test."""

from django.db.models import Case, Count, Q, When

from feedback.coaching.choices import Stage
from feedback.models import CoachingPick

AGENTS_SHOWN = 200
OWN_SHOWN = 50


def rows(picks):
    """What a row of the list shows."""
    return picks.select_related("call__customer", "call__number", "call__rating", "agent", "location", "done_by")


def by_agent(picks):
    """Each agent with how many were picked, reviewed and skipped, by name: whether everybody was looked at."""
    found = picks.order_by("agent__name", "agent").values("agent", "agent__name")
    counts = {stage.value: Count("pk", filter=Q(stage=stage)) for stage in Stage}
    return list(found.annotate(picked=Count("pk"), **counts)[:AGENTS_SHOWN])


def next_open(user, picked):
    """The one to review after this: of the same week and place, else any; None when none is left."""
    left = CoachingPick.objects.visible_to(user).filter(stage=Stage.OPEN).exclude(pk=picked.pk)
    same = When(week=picked.week, location=picked.location_id, then=0)
    return left.order_by(Case(same, default=1), "-picked_at", "-pk").first()


def own_reviews(agent):
    """What was said about an agent's calls, the newest first."""
    found = rows(CoachingPick.objects.told_to(agent))
    return list(found.order_by("-done_at", "-pk")[:OWN_SHOWN])


def unread_reviews(agent):
    """How many of them the agent has not said to have read."""
    return CoachingPick.objects.told_to(agent).filter(read_at=None).count()
