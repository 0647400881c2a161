"""The list of reviews: whose, filtered by the address, paged, shown as text, taken home as a file."""

import csv
import io
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Review
from tests.doors import body
from tests.feedback.answered import TURNED, make_review
from tests.feedback.rated import CANARY

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def listed(client, **query):
    answer = client.get(reverse("feedback:reviews"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(client, **query):
    page = listed(client, **query)
    return {title for title in ("Alpha", "Beta", "Gamma", "Delta", "Lost") if f">{title}</a>" in page}


@pytest.fixture
def reviews(world):
    now = timezone.now()
    make_review(world.riverside, title="Alpha", rating="4.5", description="Lovely.", read_at=now)
    make_review(
        world.harbor, title="Beta", rating="2", platform="g", handled_at=now, written_at=now - timedelta(days=8)
    )
    make_review(world.harbor, title="Gamma", rating="3", replied_at=now, written_at=now - timedelta(days=60))
    make_review(world.oak_street, title="Delta", rating=None, written_at=now - timedelta(days=1))
    make_review(None, title="Lost", rating="1", written_at=now - timedelta(days=2), gone_at=now)


def test_supervisors_see_their_locations_and_who_sees_all_the_unknown_ones_too(
    reviews, as_supervisor, as_elsewhere, as_admin
):
    assert titles(as_supervisor) == {"Alpha", "Beta", "Gamma"}
    assert titles(as_elsewhere) == {"Delta"}
    assert titles(as_admin) == {"Alpha", "Beta", "Gamma", "Delta", "Lost"}
    assert titles(as_admin, location="unknown") == {"Lost"}
    assert "Unknown location" in listed(as_admin) and "Unknown location" not in listed(as_supervisor)


def test_a_location_out_of_sight_is_no_filter(reviews, as_elsewhere, world):
    for place in (world.harbor.pk, "unknown"):
        assert titles(as_elsewhere, location=place) == {"Delta"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"platform": "g"}, {"Beta"}),
        ({"rating_from": "3"}, {"Alpha", "Gamma"}),
        ({"rating_from": "4.5"}, {"Alpha"}),
        ({"rating_to": "3"}, {"Beta", "Gamma", "Lost"}),
        ({"rating_from": "2", "rating_to": "2"}, {"Beta"}),
        ({"period": "7"}, {"Alpha", "Delta", "Lost"}),
        ({"words": "yes"}, {"Alpha", "Beta", "Gamma", "Delta", "Lost"}),
        ({"words": "no"}, set()),
        ({"replied": "yes"}, {"Gamma"}),
        ({"handled": "yes"}, {"Beta"}),
        ({"handled": "no", "rating_to": "2"}, {"Lost"}),
        ({"read": "yes"}, {"Alpha"}),
        ({"read": "no"}, {"Beta", "Gamma", "Delta"}),  # what is gone asks for nobody
        ({"rating_from": "six", "period": "ever", "since": "9999-12-31"}, {"Alpha", "Beta", "Gamma", "Delta", "Lost"}),
    ],
)
def test_filters(reviews, as_admin, query, found):
    assert titles(as_admin, **query) == found


def test_days_are_the_readers_own_and_both_ends_count(as_admin, world):
    world.admin.time_zone = "America/New_York"
    world.admin.save()
    at = timezone.now().replace(year=2026, month=3, day=10, hour=3, minute=30)  # still the 9th there
    make_review(world.riverside, title="Alpha", written_at=at)
    assert titles(as_admin, since="2026-03-09", until="2026-03-09") == {"Alpha"}
    assert titles(as_admin, since="2026-03-10") == set() == titles(as_admin, until="2026-03-08")


def test_applied_filters_are_shown_with_their_way_out(reviews, as_admin):
    page = listed(as_admin, rating_from="4.50", platform="g", cursor="o~nonsense")
    assert "Rating from 4.5" in page and 'href="?platform=g"' in page
    assert "Nothing fits these filters" in page


def test_pages_go_by_when_a_review_was_written(as_admin, world, monkeypatch):
    from feedback import paging

    now = timezone.now()
    for n in range(5):  # three of one instant
        make_review(world.riverside, title=f"R{n}", written_at=now - timedelta(hours=n // 3))
    monkeypatch.setattr(paging, "page", partial(paging.page, size=2))
    seen, query = [], {}
    for _ in range(3):
        page = as_admin.get(reverse("feedback:reviews"), query).context["page"]
        seen += [row.title_start for row in page.rows]
        query = {"cursor": page.older}
    assert seen == ["R2", "R1", "R0", "R4", "R3"] and not page.older and page.newer


def test_whatever_a_stranger_wrote_is_text(as_admin, world):
    make_review(world.riverside, title=CANARY, description=TURNED, reviewer_name=CANARY, url="javascript:alert(1)")
    make_review(None, vendor_location=CANARY, platform_name=CANARY, url="https://thereview.site/1")
    page = listed(as_admin)
    assert CANARY not in page and "&lt;script&gt;" in page and "javascript:" not in page
    assert 'rel="noopener noreferrer nofollow"' in page
    assert f'<blockquote dir="auto">{TURNED}' in page  # a mark that turns the text ends with its box


def test_a_long_text_is_begun_and_no_picture_is_loaded(as_admin, world):
    make_review(world.riverside, description="é" * 100_000, vendor_raw={"reviewer_image": "https://spy.test/p.png"})
    page = listed(as_admin)
    assert len(page) < 40_000 and "Show all" in page and "<img" not in page and "spy.test" not in page


def test_half_stars_are_said_and_what_is_gone_stays(reviews, as_admin):
    page = listed(as_admin)
    assert 'aria-label="4.5 of 5 stars"' in page and "No stars" in page
    assert page.count("Not public any more") == 1


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    for _ in range(rows):
        make_review(world.riverside)
    with django_assert_num_queries(7):  # session, user, locations, accounts, platforms, rows, count
        listed(as_supervisor)


def exported(client, **query):
    answer = client.get(reverse("feedback:reviews_export"), query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))


def test_the_file_has_exactly_the_rows_of_the_list_whole(reviews, as_supervisor, world):
    make_review(world.riverside, title="=1+1", description="x" * 2000, rating="1.5")
    assert {row["title"] for row in exported(as_supervisor)} == {"'=1+1", "Alpha", "Beta", "Gamma"}
    (row,) = exported(as_supervisor, rating_to="1.5")
    assert len(row["text"]) == 2000 and row["rating of 5"] == "1.50" and row["location"] == "Riverside"


def test_all_of_a_list_are_read_after_a_question(reviews, as_admin):
    address = reverse("feedback:reviews_read") + "?platform=g"
    page = as_admin.get(address).content.decode()
    assert "Mark 1 as read?" in page and Review.objects.filter(read_at=None).count() == 4
    assert as_admin.post(address).url == f"{reverse('feedback:reviews')}?platform=g"
    assert Review.objects.get(title="Beta").read_by.email == "admin@example.test"
    assert Review.objects.filter(read_at=None).count() == 3


def test_what_came_after_the_question_stays_unread(as_supervisor, world):
    first = make_review(world.riverside)
    page = as_supervisor.get(reverse("feedback:reviews_read"))
    late = make_review(world.riverside)
    as_supervisor.post(reverse("feedback:reviews_read"), {"newest": page.context["newest"]})
    assert [Review.objects.get(pk=one.pk).read_at is None for one in (first, late)] == [False, True]
