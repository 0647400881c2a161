"""The list of private answers: on every scale, filtered by what was said, tied to customers whom one may see."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.choices import Mood
from feedback.inbox.moods import OF_MOOD, mood_of
from feedback.models import Feedback
from tests.doors import body
from tests.feedback.answered import make_feedback, make_request
from tests.feedback.rated import CANARY, known_everywhere

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def listed(client, **query):
    answer = client.get(reverse("feedback:answers"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(client, **query):
    page = listed(client, **query)
    return {name for name in ("Nine", "Three", "Starry", "Glad", "Sad", "Odd") if f">{name}<" in page}


ALL = {"Nine", "Three", "Starry", "Glad", "Sad", "Odd"}


@pytest.fixture
def answers(world):
    at = world.riverside
    make_feedback(at, subscriber_name="Nine", nps_score=9, campaign="c1")
    make_feedback(
        at, subscriber_name="Three", nps_score=3, comments="Late.", left_at=timezone.now() - timedelta(days=9)
    )
    make_feedback(at, subscriber_name="Starry", kind="stars", star_rating=4)
    make_feedback(at, subscriber_name="Glad", kind="happy", happy=True, handled_at=timezone.now())
    make_feedback(at, subscriber_name="Sad", kind="happy", happy=False, comments="No.", read_at=timezone.now())
    make_feedback(None, subscriber_name="Odd", kind="other", type="emoji", vendor_location="lost77")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"location": "unknown"}, {"Odd"}),
        ({"kind": "nps"}, {"Nine", "Three"}),
        ({"kind": "other"}, {"Odd"}),
        ({"mood": "happy"}, {"Nine", "Starry", "Glad"}),
        ({"mood": "unhappy"}, {"Three", "Sad"}),
        ({"nps_from": "3", "nps_to": "3"}, {"Three"}),
        ({"nps_from": "4"}, {"Nine"}),
        ({"stars_to": "4"}, {"Starry"}),
        ({"stars_from": "5"}, set()),
        ({"nps_to": "3", "stars_from": "4"}, {"Three", "Starry"}),
        ({"campaign": "c1"}, {"Nine"}),
        ({"words": "yes"}, {"Three", "Sad"}),
        ({"handled": "yes"}, {"Glad"}),
        ({"read": "yes"}, {"Sad"}),
        ({"period": "7"}, ALL - {"Three"}),
    ],
)
def test_filters(answers, as_admin, query, found):
    assert names(as_admin, **query) == found


def test_only_of_ones_locations(answers, as_supervisor, as_elsewhere):
    assert names(as_supervisor) == ALL - {"Odd"} and names(as_elsewhere) == set()


def test_a_mood_is_the_same_in_the_database_and_on_the_page(world):
    for score in range(11):
        make_feedback(world.riverside, nps_score=score)
    for stars in range(1, 6):
        make_feedback(world.riverside, kind="stars", star_rating=stars)
    for happy in (True, False, None):
        make_feedback(world.riverside, kind="happy", happy=happy)
    make_feedback(world.riverside, nps_score=None)
    make_feedback(world.riverside, kind="other", nps_score=1)
    for mood in Mood:
        assert {row for row in Feedback.objects.all() if mood_of(row) == mood} == set(
            Feedback.objects.filter(OF_MOOD[mood])
        )
    assert Feedback.objects.filter(OF_MOOD[Mood.UNHAPPY], nps_score=6).exists()
    assert Feedback.objects.filter(OF_MOOD[Mood.HAPPY], star_rating=4).exists()


def test_it_says_when_words_are_asked_for(as_supervisor):
    assert "only after a negative answer" in listed(as_supervisor)


def test_what_was_said_is_shown_with_campaign_platform_and_customer(as_supervisor, world):
    answer = make_feedback(
        world.riverside,
        world.marta,
        comments=CANARY,
        campaign="gse4Ry",
        campaign_step="d5",
        platform_name="Acme Reviews",
    )
    make_request(known_everywhere(world.agent, world.marta), answer)
    page = listed(as_supervisor)
    assert CANARY not in page and "&lt;script&gt;" in page
    for words in ("NPS 9", "gse4Ry", "d5", "Acme Reviews", "After a call", f"/desk/customers/{world.marta.pk}/"):
        assert words in page


def test_a_customer_out_of_sight_is_named_as_the_answer_names_them(as_supervisor, world):
    make_feedback(world.riverside, world.oskar, subscriber_name="Os")
    page = listed(as_supervisor)
    assert ">Os<" in page and "Oskar" not in page and f"/desk/customers/{world.oskar.pk}/" not in page


def test_the_file_has_the_rows_of_the_list(answers, as_supervisor):
    answer = as_supervisor.get(reverse("feedback:answers_export"), {"mood": "unhappy"})
    rows = list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))
    assert [(row["customer"], row["mood"], row["words"]) for row in rows] == [
        ("Sad", "Unhappy", "No."),
        ("Three", "Unhappy", "Late."),
    ]


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    call = known_everywhere(world.agent, world.marta)
    for _ in range(rows):
        make_request(call, make_feedback(world.riverside, world.marta))
    # session, user, locations, accounts, campaigns, rows, requests, count, customers one may see
    with django_assert_num_queries(9):
        listed(as_supervisor)
