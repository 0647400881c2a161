"""REST: reviews and private answers, their filters with both ends, and what is done to them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.rated import ended_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def ids(client, what, **query):
    answer = client.get(f"/api/v1/{what}/", query)
    assert answer.status_code == 200, answer.json()
    return [row["vendor_id"] for row in answer.json()["results"]]


@pytest.fixture
def reviews(world):
    now = timezone.now()
    make_review(world.riverside, vendor_id="a", rating="4.5", title="Good", replied_at=now)
    make_review(
        world.harbor, vendor_id="b", rating="3", platform="g", written_at=now - timedelta(days=3), handled_at=now
    )
    make_review(
        world.oak_street, vendor_id="c", rating=None, description="x", read_at=now, written_at=now - timedelta(1)
    )
    make_review(None, vendor_id="d", rating="1", written_at=now - timedelta(days=9))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["a", "c", "b", "d"]),
        ({"rating_greater_than": "3"}, ["a", "b"]),
        ({"rating_less_than": "3"}, ["b", "d"]),
        ({"platform": "g"}, ["b"]),
        ({"unknown_location": "true"}, ["d"]),
        ({"words": "true"}, ["a", "c"]),
        ({"replied": "true"}, ["a"]),
        ({"handled": "false"}, ["a", "c", "d"]),
        ({"read": "true"}, ["c"]),
    ],
)
def test_filters_of_reviews(reviews, api, world, query, found):
    assert ids(api(world.admin), "reviews", **query) == found


def test_times_pages_and_scope(reviews, api, world):
    assert ids(api(world.supervisor), "reviews") == ["a", "b"]
    assert ids(api(world.agent), "reviews") == ["a"]
    since = (timezone.now() - timedelta(days=2)).isoformat()
    assert ids(api(world.admin), "reviews", after=since) == ["a", "c"]
    assert ids(api(world.admin), "reviews", before=since) == ["b", "d"]
    first = api(world.admin).get("/api/v1/reviews/", {"limit": 3}).json()
    assert [row["vendor_id"] for row in api(world.admin).get(first["next"]).json()["results"]] == ["d"]


@pytest.mark.parametrize("side", ["after", "before"])
@pytest.mark.parametrize(
    ("path", "prefix"),
    [("calls", ""), ("callbacks", ""), ("reviews", ""), ("feedback", ""), ("cases", ""), ("feedback-requests", "due_")],
)
def test_a_moment_that_is_none_in_utc_is_refused(api, world, path, prefix, side):
    client, name = api(world.admin), f"{prefix}{side}"
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        answer = client.get(f"/api/v1/{path}/", {name: moment})
        assert answer.status_code == 422 and answer.json()["param"] == name
    assert client.get(f"/api/v1/{path}/", {name: "2026-03-01T00:00:00+14:00"}).status_code == 200


def test_a_misspelt_filter_is_said(api, world):
    answer = api(world.admin).get("/api/v1/reviews/", {"stars": 1})
    assert answer.status_code == 422 and answer.json()["param"] == "stars"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "stars"}, ["s"]),
        ({"mood": "unhappy"}, ["h", "n"]),
        ({"nps_score_less_than": "6"}, ["n"]),
        ({"nps_score_greater_than": "7"}, []),
        ({"star_rating_greater_than": "4"}, ["s"]),
        ({"star_rating_less_than": "3"}, []),
        ({"campaign": "c1"}, ["n"]),
        ({"words": "true"}, ["h"]),
    ],
)
def test_filters_of_feedback(api, world, query, found):
    make_feedback(world.riverside, vendor_id="n", nps_score=6, campaign="c1")
    make_feedback(world.riverside, vendor_id="s", kind="stars", star_rating=4)
    make_feedback(world.riverside, vendor_id="h", kind="happy", happy=False, comments="No.")
    assert ids(api(world.admin), "feedback", **query) == found


def test_an_answer_names_the_calls_it_belongs_to(api, world):
    call, answer = ended_call(world.agent, world.marta), make_feedback(world.riverside, world.marta, nps_score=6)
    make_request(call, answer), make_request(None, answer)
    row = api(world.supervisor).get(f"/api/v1/feedback/{answer.pk}/").json()
    assert (row["calls"], row["mood"], row["customer"]) == ([call.pk], "unhappy", world.marta.pk)


def test_handled_and_reply_are_put_and_taken_away(api, world):
    review, client = make_review(world.riverside), api(world.supervisor)
    at = f"/api/v1/reviews/{review.pk}"
    row = client.put(f"{at}/handled/", {"how": " Called "}).json()
    assert (row["handled_how"], row["handled_by"]) == ("Called", world.supervisor.pk)
    assert client.put(f"{at}/handled/", {"how": "Again"}).status_code == 409
    assert client.put(f"{at}/reply/").json()["replied_by"] == world.supervisor.pk
    assert client.delete(f"{at}/reply/").json()["replied_at"] is None
    assert client.delete(f"{at}/handled/").json()["handled_at"] is None
    answer = make_feedback(world.riverside)
    assert client.put(f"/api/v1/feedback/{answer.pk}/handled/", {"how": "x"}).json()["handled_how"] == "x"


@pytest.mark.parametrize("body", [{}, {"how": " "}, {"how": "x" * 301}, {"how": "x", "who": "me"}])
def test_what_was_done_must_be_said(api, world, body):
    review = make_review(world.riverside)
    answer = api(world.supervisor).put(f"/api/v1/reviews/{review.pk}/handled/", body)
    assert answer.status_code == 422 and answer.json()["param"] in ("how", "who")


def test_an_agent_reads_and_does_nothing(api, world):
    review = make_review(world.riverside)
    client = api(world.agent)
    assert client.get(f"/api/v1/reviews/{review.pk}/").status_code == 200
    assert client.put(f"/api/v1/reviews/{review.pk}/reply/").status_code == 403
    review.refresh_from_db()
    assert review.replied_at is None


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(api, world, rows, django_assert_num_queries):
    for _ in range(rows):
        make_request(None, make_feedback(world.riverside))
    client = api(world.supervisor)
    client.get("/api/v1/feedback/")
    with django_assert_num_queries(9):  # token with its user, the count of its requests (6), rows, requests
        client.get("/api/v1/feedback/")
