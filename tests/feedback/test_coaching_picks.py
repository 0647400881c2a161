"""Which calls are picked: each with its reason, the same for everybody, a few of each agent, none twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calls.choices import CallStatus
from feedback.choices import FeedbackKind
from feedback.coaching import pick
from feedback.coaching.choices import Why
from feedback.models import CoachingPick, CoachingWeek
from tests.feedback.answered import make_feedback, make_request
from tests.feedback.rated import ended_call, save
from tests.world import make_user

WEEK = date(2026, 11, 9)  # a Monday
MIDWEEK = datetime(2026, 11, 11, 17, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def rated(agent, customer, quality=5, at=MIDWEEK, **fields):
    """A call of that week with a wrap-up; `fields` beginning with its own name are the wrap-up's."""
    own = {name: fields.pop(name) for name in ("outcome",) if name in fields}
    times = {"created_at": at - timedelta(minutes=4), "connected_at": at - timedelta(minutes=4), "ended_at": at}
    call = ended_call(agent, customer, **(times | fields))
    issues = ["ECHO"] if quality and quality < 5 else []
    save(call, quality=quality, issues=issues, **own)
    return call


def answer(call, score, **fields):
    """What the customer of a call answered to its request."""
    given = make_feedback(call.location, call.customer, nps_score=score, left_at=MIDWEEK, **fields)
    make_request(call, given)
    return given


def picked(place):
    """{call: reason} of what is picked."""
    return {one.call: one.why for one in pick.choose(WEEK, place)}


@pytest.fixture(autouse=True)
def three_of_each(settings):
    settings.COACHING_CALLS = 3


def test_a_call_that_the_agent_rated_well_and_the_customer_did_not(world):
    bad = rated(world.agent, world.marta)
    answer(bad, 2)
    rated(world.agent, world.marta)
    assert picked(world.riverside)[bad.pk] == Why.UNHAPPY
    because = next(one.because for one in pick.choose(WEEK, world.riverside) if one.call == bad.pk)
    assert because == "The agent said 5 of 5, the customer NPS 2"


def test_a_call_that_the_agent_rated_poorly_and_the_customer_liked(world):
    good = rated(world.agent, world.marta, quality=2)
    answer(good, 10)
    assert picked(world.riverside)[good.pk] == Why.HAPPY


def test_an_answer_in_between_and_a_fair_rating_are_no_disagreement(world):
    one, other = rated(world.agent, world.marta), rated(world.agent, world.marta, quality=3)
    answer(one, 8), answer(other, 0)
    assert set(picked(world.riverside).values()) <= {Why.WORST, Why.RANDOM}


def test_an_answer_by_a_key_names_its_call_itself(world):
    bad = rated(world.agent, world.marta)
    stars = {"kind": FeedbackKind.STARS, "nps_score": None, "star_rating": 1}
    make_feedback(world.riverside, left_at=MIDWEEK, call=bad, connection=None, vendor_id=None, source="keypad", **stars)
    assert picked(world.riverside)[bad.pk] == Why.UNHAPPY


def test_somebody_reached_in_five_seconds_and_nobody_in_a_minute(world):
    short = rated(world.agent, world.marta, talk_seconds=5)
    long = rated(world.agent, world.jon, quality=None, talk_seconds=60, outcome="busy", status=CallStatus.BUSY)
    rated(world.agent, world.jon, talk_seconds=6)
    found = picked(world.riverside)
    assert {pk for pk, why in found.items() if why == Why.OUTCOME} == {short.pk, long.pk}


def test_the_lowest_rating_comes_first(world):
    for quality in (3, 1, 2):
        rated(world.agent, world.marta, quality=quality)
    lowest = rated(world.agent, world.marta, quality=1)
    worst = [one.because for one in pick.choose(WEEK, world.riverside) if one.why == Why.WORST]
    assert worst == ["Rated 1 of 5", "Rated 1 of 5"] and lowest.pk in picked(world.riverside)


def test_one_of_each_reason_before_a_second_of_any_and_always_one_that_was_drawn(world):
    for _ in range(3):
        answer(rated(world.agent, world.marta), 1)
    rated(world.agent, world.marta, talk_seconds=3)
    rated(world.agent, world.marta, quality=1)
    rated(world.agent, world.marta)
    assert sorted(picked(world.riverside).values()) == sorted([Why.UNHAPPY, Why.OUTCOME, Why.RANDOM])


def test_at_most_so_many_and_each_agent_is_looked_at(world, settings):
    settings.COACHING_CALLS = 2
    for _ in range(6):
        rated(world.agent, world.marta, quality=2)
    rated(world.colleague, world.marta)
    found = pick.choose(WEEK, world.riverside)
    assert [one.agent for one in found] == [world.agent.pk, world.agent.pk, world.colleague.pk]
    assert [one.why for one in found] == [Why.WORST, Why.RANDOM, Why.RANDOM]


def test_of_an_agent_nobody_answered_nothing_is_drawn(world):
    rated(
        world.agent,
        world.marta,
        quality=None,
        connected_at=None,
        talk_seconds=None,
        outcome="no_answer",
        status="no_answer",
    )
    assert picked(world.riverside) == {}


def test_supervisors_and_who_has_left_are_not_coached_names_out_of_a_file_are(world):
    left = make_user(locations=[world.riverside], is_active=False)
    known = make_user(locations=[world.riverside], is_active=False, is_placeholder=True)
    for person in (world.supervisor, left, known):
        rated(person, world.marta)
    assert [one.agent for one in pick.choose(WEEK, world.riverside)] == [known.pk]


def test_the_same_calls_come_out_whoever_picks_and_however_often(world):
    for _ in range(20):
        rated(world.agent, world.marta)
    first = pick.choose(WEEK, world.riverside)
    rated(world.agent, world.marta, at=MIDWEEK + timedelta(days=30))  # of another week
    rated(world.agent, world.harriet)  # of another place
    assert pick.choose(WEEK, world.riverside) == first


def test_the_draw_gives_every_call_its_chance(world):
    """Of twenty calls, over many weeks' seeds, each is drawn sometimes: not the first ones, not the last ones."""
    calls = [rated(world.agent, world.marta) for _ in range(20)]
    seen = set()
    for number in range(60):
        found = pick._Draw(pick._calls_of(WEEK, world.riverside), f"week {number}", world.riverside, world.agent.pk)
        seen |= {one.call for one in found.more(2, set())}
    assert seen == {call.pk for call in calls}


def test_days_are_those_of_the_location(world):
    sunday = datetime(2026, 11, 16, 4, 59, tzinfo=UTC)  # 23:59 in New York
    last = rated(world.agent, world.marta, at=sunday)
    rated(world.colleague, world.marta, at=sunday + timedelta(minutes=2))
    assert set(picked(world.riverside)) == {last.pk}


def test_calls_without_a_location_are_a_place_of_their_own(world):
    nowhere = rated(world.agent, None, number=world.marta.phone)
    rated(world.agent, world.marta)
    assert set(picked(None)) == {nowhere.pk}


def test_a_week_is_picked_once_when_it_is_over_there(world):
    rated(world.agent, world.marta)  # Riverside: New York
    rated(world.agent, world.harriet)  # Harbor: Los Angeles
    monday = datetime(2026, 11, 16, 5, 30, tzinfo=UTC)  # 0:30 in New York, still Sunday in Los Angeles
    assert pick.pick_due(monday) == 1
    assert [one.location for one in CoachingPick.objects.all()] == [world.riverside]
    assert pick.pick_due(monday) == 0
    assert pick.pick_due(monday + timedelta(hours=3)) == 1
    assert CoachingWeek.objects.filter(week=WEEK).count() == 4  # three locations, and none


def test_the_second_of_two_workers_picks_nothing(world):
    rated(world.agent, world.marta)
    assert pick.pick_week(WEEK, world.riverside) == 1
    assert pick.pick_week(WEEK, world.riverside) == 0 and CoachingPick.objects.count() == 1


def test_a_worker_that_was_stopped_leaves_nothing_half_done(world, monkeypatch):
    rated(world.agent, world.marta)
    with monkeypatch.context() as patch:
        patch.setattr(CoachingPick.objects, "bulk_create", _stop)
        with pytest.raises(KeyboardInterrupt):
            pick.pick_week(WEEK, world.riverside)
    assert not CoachingWeek.objects.exists()
    assert pick.pick_week(WEEK, world.riverside) == 1


def _stop(rows):
    raise KeyboardInterrupt


def test_a_call_that_was_picked_is_not_picked_again_by_a_later_answer(world):
    call = rated(world.agent, world.marta, at=MIDWEEK - timedelta(days=7))
    pick.pick_week(WEEK - timedelta(days=7), world.riverside)
    answer(call, 0)
    assert call.pk not in picked(world.riverside)


def test_an_answer_about_a_call_of_before_is_of_the_week_it_came_in(world):
    call = rated(world.agent, world.marta, at=MIDWEEK - timedelta(days=7))
    answer(call, 0)
    assert picked(world.riverside) == {call.pk: Why.UNHAPPY}


def test_it_costs_the_same_for_few_and_for_many_calls(world, django_assert_num_queries):
    def some(count):
        for _ in range(count):
            answer(rated(world.agent, world.marta, quality=4), 1)
            rated(world.agent, world.marta, quality=1)

    some(1)
    for _ in range(2):
        with django_assert_num_queries(9):  # answers twice two, their calls, wrap-ups, agents twice, the draw
            pick.choose(WEEK, world.riverside)
        some(3)
