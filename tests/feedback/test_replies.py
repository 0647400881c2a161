"""Reply templates: kept by stars and platform, offered beside a review, filled with what is known of it."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from feedback.inbox import replies
from feedback.models import ReplyTemplate, Review
from tests.feedback.answered import ARABIC, make_review
from tests.feedback.rated import CANARY

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HTMX = {"HTTP_HX_REQUEST": "true"}
SORRY = "Hello {name}, we are sorry about {stars} stars. {location}"
FIELDS = {"name": "Sorry", "stars_from": "1", "stars_to": "2", "platform": "", "text": SORRY}


def keep(**fields):
    return ReplyTemplate.objects.create(**{"name": "Sorry", "stars_from": 1, "stars_to": 2, "text": SORRY} | fields)


def page(client, review, **query):
    return client.get(reverse("feedback:review", args=[review.pk]), query).content.decode()


@pytest.mark.parametrize(
    ("rating", "offered"),
    [("1", ["Sorry"]), ("2.4", ["Sorry"]), ("2.5", ["Between"]), ("4.5", ["Thanks"]), ("0.5", ["Sorry"]), ("0.4", [])],
)
def test_a_review_is_offered_those_of_its_stars(world, rating, offered):
    keep()
    keep(name="Between", stars_from=3, stars_to=4)
    keep(name="Thanks", stars_from=5, stars_to=5)
    assert [str(one) for one in replies.fitting(Review(rating=Decimal(rating)))] == offered


def test_those_of_its_platform_first_and_of_no_other_and_without_stars_all(world):
    keep()
    keep(name="Of the site", platform="dfar5V")
    keep(name="Of another", platform="other")
    assert [str(one) for one in replies.fitting(Review(rating=Decimal(1), platform="dfar5V"))] == [
        "Of the site",
        "Sorry",
    ]
    assert {str(one) for one in replies.fitting(Review(rating=None, platform="other"))} == {"Of another", "Sorry"}


def test_what_is_chosen_stands_in_the_reply_with_what_is_known_of_the_review(as_supervisor, world):
    template, review = keep(), make_review(world.riverside, rating="1.5", reviewer_name="R. Stone")
    shown = page(as_supervisor, review)
    assert "Sorry" in shown and "we are sorry about" not in shown
    chosen = page(as_supervisor, review, reply=template.pk)
    assert "Hello R. Stone, we are sorry about 1.5 stars. Riverside</textarea>" in chosen
    for nonsense in ("999", "x", "-1"):
        assert "we are sorry about" not in page(as_supervisor, review, reply=nonsense)


def test_nobody_named_is_greeted_all_the_same_and_nothing_of_a_stranger_is_markup(as_supervisor, world):
    template = keep(stars_from=0)
    nameless = make_review(world.riverside, rating="1", reviewer_name=" ")
    assert "Hello there, we" in page(as_supervisor, nameless, reply=template.pk)
    hostile = make_review(world.riverside, rating="1", reviewer_name=f"{CANARY} {{stars}}")
    shown = page(as_supervisor, hostile, reply=template.pk)
    assert CANARY not in shown and "{stars}, we are" in shown, "what they call themselves is put in as it is"


@given(text=st.text(max_size=60), name=st.text(max_size=20))
def test_whatever_is_written_is_filled_without_a_fault_and_once(text, name):
    review = Review(reviewer_name=name, rating=Decimal(3))
    filled = replies.fill(text, review)
    if "{" not in text:
        assert filled == text
    assert replies.fill("{name}", review) == (name.strip() or "there")


@pytest.mark.parametrize("by", ["as_supervisor", "as_admin"])
def test_supervisors_and_admins_keep_them_and_it_is_written_down(request, world, by):
    client = request.getfixturevalue(by)
    assert client.post(reverse("feedback:reply_new"), FIELDS)["Location"] == reverse("feedback:replies")
    template = ReplyTemplate.objects.get()
    client.post(reverse("feedback:reply", args=[template.pk]), FIELDS | {"stars_to": "3"})
    template.refresh_from_db()
    assert template.stars_to == 3
    assert AuditEntry.objects.get(deed="changed a reply template").changes == {"stars_to": ["2", "3"]}
    assert "Sorry" in client.get(reverse("feedback:replies")).content.decode()
    remove = reverse("feedback:reply_remove", args=[template.pk])
    assert "Remove" in client.get(remove).content.decode() and ReplyTemplate.objects.exists()
    client.post(remove)
    assert not ReplyTemplate.objects.exists()
    assert set(AuditEntry.objects.values_list("deed", flat=True)) == {
        "added a reply template",
        "changed a reply template",
        "removed a reply template",
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "Hello {nmae}"}, "text"), ({"text": "Hello {name"}, "text"), ({"text": "Hello name}"}, "text"),
        ({"text": ""}, "text"), ({"text": "x" * 4001}, "text"), ({"name": ""}, "name"),
        ({"stars_from": "3"}, "stars_to"),
        ({"stars_to": "6"}, "stars_to"), ({"stars_from": "-1"}, "stars_from"), ({"stars_to": "many"}, "stars_to"),
        ({"name": "Taken"}, "name"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_gets_a_sentence(as_supervisor, world, fields, field):
    keep(name="Taken")
    answer = as_supervisor.post(reverse("feedback:reply_new"), FIELDS | fields)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert ReplyTemplate.objects.count() == 1


def test_what_it_would_say_is_shown_while_it_is_typed_and_on_a_button_without_javascript(as_supervisor, world):
    typing = FIELDS | {"preview": "1"}
    shown = as_supervisor.post(reverse("feedback:reply_new"), typing, **HTMX)
    assert "Hello Marta Oliveira, we are sorry about 2 stars. Riverside" in shown.content.decode()
    assert "<form" not in shown.content.decode()
    plain = as_supervisor.post(reverse("feedback:reply_new"), typing)
    assert (
        plain.status_code == 200
        and "sorry about 2 stars" in plain.content.decode()
        and "<form" in plain.content.decode()
    )
    wrong = as_supervisor.post(reverse("feedback:reply_new"), typing | {"text": "Hi {nmae}"}, **HTMX)
    assert "stands for nothing" in wrong.content.decode()
    assert not ReplyTemplate.objects.exists()


def test_the_platforms_are_those_of_the_reviews_and_one_that_is_gone_stays_chosen(as_supervisor, world):
    make_review(world.riverside, platform="near", platform_name="Near and Good", title=ARABIC)
    template = keep(platform="gone")
    shown = as_supervisor.get(reverse("feedback:reply", args=[template.pk])).content.decode()
    assert "Near and Good" in shown and '<option value="gone" selected>' in shown
    assert (
        as_supervisor.post(reverse("feedback:reply", args=[template.pk]), FIELDS | {"platform": "gone"}).status_code
        == 302
    )


@pytest.mark.parametrize("rows", [1, 20])
def test_one_template_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    review = make_review(world.riverside, rating="1")
    for n in range(rows):
        keep(name=f"Sorry {n}")
    with django_assert_num_queries(4):  # session, user, platforms, templates
        as_supervisor.get(reverse("feedback:replies"))
    with django_assert_num_queries(7):  # session, user, review, newer, older, its case, templates
        page(as_supervisor, review)
