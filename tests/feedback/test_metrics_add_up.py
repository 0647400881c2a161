"""The figures on a week made by chance: as somebody would count by hand, and the same in one sum and in its parts."""

from datetime import timedelta
from statistics import mean

import pytest
from django.db.models import Q

from calls.models import Call
from feedback import metrics
from feedback.models import Feedback
from feedback.scope import Scope
from feedback.tallies import rebuild
from feedback.tallies.reading import Reading
from tests.feedback.random_world import DAY, fill
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(scope="module")
def random_world(standing):
    return fill(World())


def by_hand(calls, answers):
    """Some of the figures as somebody would count them with a pencil."""
    rated = [call.rating for call in calls if hasattr(call, "rating")]
    people = [one for one in rated if one.outcome == "reached"]
    quality = [float(one.quality) for one in rated if one.quality is not None]
    nps = [one.nps_score for one in answers if one.kind == "nps"]
    stars = [one.star_rating for one in answers if one.kind == "stars"]

    def share(some, of):
        return 100 * len(some) / len(of) if of else None

    return {
        "calls": len(calls),
        "answer_rate": share([call for call in calls if call.connected_at], calls),
        "right_party_rate": share([one for one in people if one.right_party], people),
        "call_quality": mean(quality) if quality else None,
        "nps": 100 * (sum(n > 8 for n in nps) - sum(n < 7 for n in nps)) / len(nps) if nps else None,
        "csat": share([n for n in stars if n > 3], stars),
    }


def _close(found, expected):
    return {key: found[key].value for key in expected} == {
        key: None if value is None else pytest.approx(value, rel=1e-12) for key, value in expected.items()
    }


@pytest.mark.parametrize("is_counted", [False, True])
def test_they_are_what_somebody_counts_by_hand(random_world, is_counted):
    if is_counted:
        rebuild.until_done()
    scope = Scope(random_world.admin, DAY, DAY + timedelta(days=9))
    calls = list(Call.objects.select_related("rating", "location"))
    answers = list(Feedback.objects.select_related("location"))
    assert _close(metrics.overview(scope), by_hand(calls, answers))
    for place, found in metrics.by(scope, "location").items():
        here = [call for call in calls if call.location_id == place]
        assert _close(found, by_hand(here, [one for one in answers if one.location_id == place]))


@pytest.mark.parametrize("group", ["agent", "location", "provider", "day", "month"])
def test_the_parts_add_up_to_the_whole(random_world, group):
    scope = Scope(random_world.admin, DAY, DAY + timedelta(days=9))
    whole, parts = metrics.overview(scope), metrics.by(scope, group).values()
    for key in ("calls", "dials", "answered"):
        assert whole[key].value == sum(part[key].value for part in parts)
    for key in ("nps", "call_quality", "answer_rate", "delivery_success"):
        assert whole[key].n == sum(part[key].n for part in parts)
        assert whole[key].count == sum(part[key].count for part in parts)


def test_every_count_of_calls_is_the_number_of_its_rows(random_world):
    rebuild.until_done()
    for scope in (
        Scope(random_world.admin, DAY, DAY + timedelta(days=2)),
        Scope(random_world.supervisor, DAY, DAY + timedelta(days=9)),
        Scope(random_world.agent, DAY, DAY + timedelta(days=9)),
        Scope(random_world.admin, DAY, DAY + timedelta(days=9), agent=random_world.colleague, provider="plivo"),
    ):
        sums = Reading(scope).by("")[None]
        for name, what in metrics.COUNTS.items():
            assert sums[name] == scope.calls().filter(what).count(), name


def test_one_scope_is_read_in_a_pinned_number_of_queries(random_world, django_assert_num_queries):
    rebuild.until_done()
    with django_assert_num_queries(3):  # clocks, what changed, sums
        metrics.overview(Scope(random_world.supervisor, DAY, DAY))


def test_somebody_who_sees_nothing_has_dashes(random_world):
    found = metrics.overview(Scope(random_world.stranger, DAY, DAY + timedelta(days=9)))
    assert found["calls"].value == 0 and found["nps"].value is None
    assert not Reading(Scope(random_world.stranger, DAY, DAY)).by("agent").keys() - {None}


def test_calls_of_a_scope_can_be_narrowed_further(random_world):
    scope = Scope(random_world.admin, DAY, DAY + timedelta(days=9))
    assert scope.calls().filter(Q(rating__quality__lt=4)).count() > 0
