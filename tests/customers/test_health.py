"""How likely a number reaches its person, as far as known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers import health
from customers.models import PhoneNumber
from customers.services import add_do_not_call, note_dialled, note_outcome
from tests.world import fiction, make_number


def number(**days_ago):
    """A number whose facts lie so many days back; `activity_score` as it is."""
    score = days_ago.pop("activity_score", None)
    facts = {f"{name}_at": timezone.now() - timedelta(days=days) for name, days in days_ago.items()}
    return PhoneNumber(e164=fiction(1), activity_score=score, **facts)


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        ({}, None),
        ({"activity_score": 82}, 82),
        ({"activity_score": 20}, 20),
        ({"activity_score": 90, "looked_up": 200}, 70),
        ({"right_party": 3}, 90),
        ({"right_party": 3, "activity_score": 97}, 97),
        ({"right_party": 200}, 70),
        ({"reached": 3}, 60),
        ({"reached": 200, "activity_score": 40}, 40),
        ({"wrong_party": 3, "activity_score": 95}, 20),
        ({"disconnected": 3, "right_party": 30}, 10),
        ({"disconnected": 30, "right_party": 3}, 90),
        ({"wrong_party": 30, "right_party": 3}, 90),
        ({"wrong_party": 3, "right_party": 30}, 20),
    ],
)
def test_the_table(facts, score):
    found = health.of(number(**facts))
    assert found.score == score and bool(found.reasons) == (score is not None)


def test_the_weightiest_reason_comes_first():
    found = health.of(number(activity_score=82, disconnected=1))
    assert found.reasons == ["Not in service yesterday", "Trestle: likely in service"]


@pytest.mark.both
@pytest.mark.django_db
def test_what_a_wrap_up_taught_is_written_and_an_older_one_changes_nothing():
    line, now = make_number(fiction(1)), timezone.now()
    note_outcome(line, reached=True, right_party=True, at=now)
    note_outcome(line, reached=True, right_party=True, at=now - timedelta(days=1))
    note_outcome(line, disconnected=True, at=now - timedelta(days=2))
    line.refresh_from_db()
    assert (line.reached_at, line.right_party_at, line.wrong_party_at) == (now, now, None)
    assert line.disconnected_at == now - timedelta(days=2) and health.of(line).score == 90


@pytest.mark.django_db
def test_the_wrong_person_is_also_somebody():
    line, now = make_number(fiction(1)), timezone.now()
    note_outcome(line, wrong_party=True, at=now)
    line.refresh_from_db()
    assert line.reached_at == line.wrong_party_at == now and health.of(line).score == 20


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
