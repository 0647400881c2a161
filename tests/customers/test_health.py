"""How likely a number reaches its person, as far as known."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from customers import evidence, health
from customers.evidence import with_entry
from customers.health import UNKNOWN
from customers.models import Customer, PhoneNumber
from customers.services import add_do_not_call, note_dialled, note_line, note_outcome
from tests.world import fiction, make_number

NOW = timezone.now()


def number(recent=(), **days_ago):
    """A number whose facts lie so many days back; `activity_score` as it is. `recent`: (said, days ago), …"""
    plain = {name: days_ago.pop(name) for name in ("activity_score", "line_type") if name in days_ago}
    facts = {f"{name}_at": NOW - timedelta(days=days) for name, days in days_ago.items()}
    line = PhoneNumber(e164=fiction(1), **plain, **facts)
    for call, (said, days) in enumerate(recent):
        words = {"line": said.split()[1]} if said.startswith("line ") else {"said": said}
        line.recent = with_entry(line.recent, str(call), NOW - timedelta(days=days), **words)
    return line


def score(line, customer=None, later=0):
    return health.of(line, customer, NOW + timedelta(days=later)).score


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"activity_score": 82}, 76),
        ({"activity_score": 20}, 26),
        ({"activity_score": 90, "looked_up": 180}, 70),  # two half-lives: (25 + 90 / 2) / (0.5 + 0.5)
        ({"right_party": 0}, 94),  # (25 + 400) / 4.5
        ({"right_party": 3, "activity_score": 97}, 95),
        ({"right_party": 180}, 83),
        ({"right_party": 900}, 50),
        ({"reached": 0}, 70),
        ({"wrong_party": 3, "activity_score": 95}, 40),
        ({"wrong_party": 0}, 14),
        ({"disconnected": 0}, 2),
        ({"disconnected": 3, "right_party": 30}, 2),
        ({"disconnected": 3, "activity_score": 97}, 15),
        ({"disconnected": 30, "right_party": 0}, 94),
        ({"wrong_party": 30, "right_party": 0}, 94),
        ({"wrong_party": 0, "right_party": 30}, 14),
        ({"activity_score": 50, "line_type": "TollFree"}, 41),
        ({"activity_score": 50, "line_type": "Mobile"}, 50),
        ({"activity_score": 50, "line_type": "A word nobody printed"}, 50),
    ],
)
def test_the_table(facts, expected):
    found = health.of(number(**facts), now=NOW)
    assert found.score == expected and bool(found.reasons) == (expected is not None)


def test_every_call_counts_and_not_the_last_alone():
    once = number([("right", 1)])
    often = number([("right", 40), ("reached", 30), ("right", 20), ("right", 1)])
    assert score(often) > score(once)
    assert health.of(often, now=NOW).reasons == [
        "The right person answered 3 of 4 times, yesterday",
        "Somebody answered 30 days ago",
    ]


def test_an_answer_undoes_an_older_dead_line_and_the_other_way_round():
    assert score(number([("dead", 5), ("reached", 1)])) == score(number([("reached", 1)]))
    assert score(number([("right", 5), ("dead", 1)])) == score(number([("dead", 1)]))


def test_what_the_carrier_said_weighs_less_than_what_a_person_said():
    assert score(number([("dead", 1)])) < score(number([("line dead", 1)])) < 10
    assert health.of(number([("line dead", 1)]), now=NOW).reasons == ["The carrier said “not in service” yesterday"]


def test_a_message_that_failed_pulls_down_and_is_said():
    known = number([("right", 1)])
    reachable, failed = Customer(is_invalid=False), Customer(is_invalid=True)
    assert score(known, failed) < score(known, reachable) == score(known)
    assert "FeedbackAPI: a message to them failed" in health.of(known, failed, NOW).reasons
    assert health.of(number(), Customer(is_invalid=None)).score is None


def test_the_weightiest_reason_comes_first():
    found = health.of(number(activity_score=82, looked_up=12, disconnected=1), now=NOW)
    assert found.reasons == ["Not in service yesterday", "Trestle: likely in service (82), looked up 12 days ago"]


HISTORY = st.lists(st.tuples(st.sampled_from(sorted(health.LEARNED)), st.integers(1, 700)), max_size=12)
LOOKED_UP = st.fixed_dictionaries(
    {}, optional={"activity_score": st.integers(0, 100), "looked_up": st.integers(0, 700)}
)


@given(HISTORY, LOOKED_UP)
def test_one_more_good_call_never_lowers_it_and_a_dead_line_never_raises_it(history, looked_up):
    before = score(number(history, **looked_up))
    good, dead = number([*history, ("right", 0)], **looked_up), number([*history, ("dead", 0)], **looked_up)
    assert score(good) >= (UNKNOWN if before is None else before)
    assert score(dead) <= (UNKNOWN if before is None else before)
    assert 0 <= score(dead) <= score(good) <= 100


@given(HISTORY, st.integers(0, 99), st.integers(0, 700))
def test_a_better_score_of_trestle_never_lowers_it(history, activity, days):
    worse = number(history, activity_score=activity, looked_up=days)
    assert score(number(history, activity_score=activity + 1, looked_up=days)) >= score(worse)


@given(HISTORY, LOOKED_UP, st.integers(0, 400), st.integers(0, 400))
def test_it_fades_towards_50_and_never_past_it(history, looked_up, sooner, more):
    if "activity_score" in looked_up:
        looked_up.setdefault("looked_up", 1)  # one of unknown age never grows older
    line = number(history, **looked_up)
    near, far = score(line, later=sooner), score(line, later=sooner + more)
    if near is not None:
        assert abs(far - UNKNOWN) <= abs(near - UNKNOWN) and (far - UNKNOWN) * (near - UNKNOWN) >= 0


def test_the_last_twenty_calls_are_kept():
    line = number([("reached", days) for days in range(30, 0, -1)])
    assert len(line.recent) == 20 and evidence.facts(line)[0].at == NOW - timedelta(days=20)


@pytest.mark.both
@pytest.mark.django_db
def test_what_a_wrap_up_taught_is_written_and_an_older_one_changes_nothing():
    line, now = make_number(fiction(1)), timezone.now()
    note_outcome(line, reached=True, right_party=True, at=now)
    note_outcome(line, reached=True, right_party=True, at=now - timedelta(days=1))
    note_outcome(line, disconnected=True, at=now - timedelta(days=2))
    line.refresh_from_db()
    assert (line.reached_at, line.right_party_at, line.wrong_party_at) == (now, now, None)
    assert line.disconnected_at == now - timedelta(days=2) and health.of(line).score == 94


@pytest.mark.both
@pytest.mark.django_db
def test_a_correction_takes_the_place_of_what_the_same_call_taught():
    line, now = make_number(fiction(1)), timezone.now()
    note_outcome(line, reached=True, at=now - timedelta(days=9), call=1)
    note_outcome(line, right_party=True, at=now, call=2)
    note_line(line, 2, now, "answered")
    note_outcome(line, disconnected=True, at=now, call=2)
    line.refresh_from_db()
    assert [(one["call"], one["said"], one["line"]) for one in line.recent] == [
        ("1", "reached", ""),
        ("2", "dead", "answered"),
    ]
    assert (line.right_party_at, line.reached_at) == (None, now - timedelta(days=9)) and line.is_known_dead
    note_outcome(line, wrong_party=True, at=now, call=2)
    line.refresh_from_db()
    assert (line.disconnected_at, line.reached_at) == (None, now) and line.is_wrong_party and not line.is_known_dead


@pytest.mark.django_db
def test_the_wrong_person_is_also_somebody():
    line, now = make_number(fiction(1)), timezone.now()
    note_outcome(line, wrong_party=True, at=now)
    line.refresh_from_db()
    assert line.reached_at == line.wrong_party_at == now and health.of(line).score == 14


@pytest.mark.django_db
def test_the_last_dial_never_goes_back():
    line, now = make_number(fiction(1)), timezone.now()
    note_dialled(line, now)
    note_dialled(line, now - timedelta(hours=1))
    line.refresh_from_db()
    assert line.last_dialled_at == now


@pytest.mark.django_db
def test_do_not_call_is_one_row_however_often_it_is_said(world):
    first = add_do_not_call(world.marta.phone, None, world.agent, "asked us to")
    assert add_do_not_call(world.marta.phone, None, world.supervisor) == first
    assert add_do_not_call(world.marta.phone, world.northwind, world.agent) != first
