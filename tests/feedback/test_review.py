"""The page of one review: read whole, answered elsewhere, handled here, and each taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from feedback.inbox import services
from tests.feedback.answered import make_review
from tests.feedback.rated import CANARY

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def review(world):
    url = "https://thereview.site/reviews/12345"
    return make_review(world.riverside, title="Alpha", description=f"Kind. {CANARY}", url=url, reviewer_url="data:x")


def page(client, review):
    answer = client.get(reverse("feedback:review", args=[review.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def deed(client, name, review, data=None, **headers):
    answer = client.post(reverse(f"feedback:review_{name}", args=[review.pk]), data or {}, **headers)
    review.refresh_from_db()
    return answer


def test_it_is_shown_whole_and_as_text(as_supervisor, review):
    text = page(as_supervisor, review)
    assert "&lt;script&gt;" in text and CANARY not in text and "data:x" not in text
    assert "FeedbackAPI cannot post them" in text
    assert f'href="{review.url}" target="_blank" rel="noopener noreferrer nofollow"' in text


def test_neighbours_are_of_the_same_location(as_supervisor, review, world):
    make_review(world.riverside, title="Earlier", written_at=review.written_at - timedelta(days=1))
    make_review(world.riverside, title="Later", written_at=review.written_at + timedelta(minutes=1))
    make_review(world.harbor, title="Elsewhere")
    text = page(as_supervisor, review)
    assert text.index("Later") < text.index("This review") < text.index("Earlier") and "Elsewhere" not in text


def test_neighbours_of_an_unknown_location_share_its_id(as_admin, world):
    mine, _, _ = (
        make_review(None, title="Mine"),
        make_review(None, title="Next"),
        make_review(None, title="Other", vendor_location="x9"),
    )
    text = page(as_admin, mine)
    assert "Next" in text and "Other" not in text


def test_opening_it_reads_it_by_a_post_of_the_page(as_supervisor, review, world):
    assert f'hx-post="{reverse("feedback:review_read", args=[review.pk])}" hx-trigger="load' in page(
        as_supervisor, review
    )
    review.refresh_from_db()
    assert review.read_at is None  # a GET alone changes nothing
    answer = deed(as_supervisor, "read", review, **HTMX)
    assert review.read_by == world.supervisor and "inbox-changed" in answer["HX-Trigger"]
    assert 'hx-trigger="load, submit' not in page(as_supervisor, review)


def test_it_goes_back_among_the_unread_and_stays_there(as_supervisor, review):
    deed(as_supervisor, "read", review)
    answer = deed(as_supervisor, "unread", review, **HTMX)
    assert review.read_at is None and 'hx-trigger="load, submit' not in answer.content.decode()


def test_the_first_reader_is_remembered(as_supervisor, as_admin, review, world):
    deed(as_supervisor, "read", review)
    deed(as_admin, "read", review)
    assert review.read_by == world.supervisor


def test_it_is_handled_with_a_word_how_and_reopened(as_supervisor, review, world):
    assert deed(as_supervisor, "handled", review, {"how": "Called her"}).status_code == 302
    assert (review.handled_by, review.handled_how) == (world.supervisor, "Called her") and review.read_at
    assert "Called her" in page(as_supervisor, review)
    deed(as_supervisor, "reopened", review)
    assert (review.handled_at, review.handled_by, review.handled_how) == (None, None, "")
    assert [entry.deed for entry in AuditEntry.objects.order_by("pk")] == ["handled", "reopened"]


@pytest.mark.parametrize(("how", "said"), [("", "Say in a word"), ("  ", "Say in a word"), ("x" * 301, "at most 300")])
def test_without_a_word_it_is_asked_again(as_supervisor, review, how, said):
    for headers in ({}, HTMX):
        answer = deed(as_supervisor, "handled", review, {"how": how}, **headers)
        assert answer.status_code == 422 and said in answer.content.decode() and how in answer.content.decode()
    assert review.handled_at is None


def test_who_is_slower_is_told_and_overwrites_nothing(as_supervisor, as_admin, review, world):
    deed(as_supervisor, "handled", review, {"how": "First"})
    answer = deed(as_admin, "handled", review, {"how": "Second"}, **HTMX)
    assert "meanwhile" in answer.content.decode() and "First" in answer.content.decode()
    assert (review.handled_by, review.handled_how) == (world.supervisor, "First")


def test_a_race_has_one_winner(review, world):
    stale = type(review).objects.get(pk=review.pk)
    services.mark_replied(review, world.supervisor)
    with pytest.raises(services.Overtaken):
        services.mark_replied(stale, world.admin)
    review.refresh_from_db()
    assert review.replied_by == world.supervisor


def test_it_is_marked_as_answered_and_not(as_supervisor, review, world):
    text = deed(as_supervisor, "replied", review, **HTMX).content.decode()
    assert review.replied_by == world.supervisor and "Sam Supervisor says so" in text
    text = deed(as_supervisor, "unreplied", review, **HTMX).content.decode()
    assert review.replied_at is None and "Not answered yet" in text


def test_what_is_gone_says_so(as_supervisor, world):
    assert "Not public any more" in page(as_supervisor, make_review(world.riverside, gone_at=timezone.now()))


def test_a_review_without_a_page_offers_none(as_supervisor, world):
    text = page(as_supervisor, make_review(world.riverside, url="javascript:alert(1)"))
    assert "no page of its own" in text and "javascript:" not in text


def test_out_of_sight_is_not_found(as_elsewhere, as_supervisor, review):
    assert as_elsewhere.get(reverse("feedback:review", args=[review.pk])).status_code == 404
    assert as_supervisor.get(reverse("feedback:review", args=[make_review(None).pk])).status_code == 404
    assert deed(as_elsewhere, "handled", review, {"how": "x"}).status_code == 404


@pytest.mark.parametrize("others", [1, 20])
def test_one_neighbour_or_twenty_cost_the_same(as_supervisor, review, world, others, django_assert_num_queries):
    for n in range(others):
        make_review(world.riverside, written_at=review.written_at + timedelta(hours=n - 10))
    with django_assert_num_queries(7):  # session, user, review, newer, older, its case, reply templates
        page(as_supervisor, review)
