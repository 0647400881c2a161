"""Survey answers and reviews from files: each once, on its own scale, with what they were about."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from customers.imports.models import Import
from customers.models import Location
from feedback.choices import FeedbackKind, FeedbackSource
from feedback.models import Feedback, Review

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ASKED = (
    'Timestamp,"On a scale of 0-10, how would you rate it?",...why?,'
    '"On a scale of 0-10, how would you rate the opening?"\n'
)
# 8 promoters, 9 passives and 22 detractors, as at a conference that was not liked: NPS -35.9.
SCORES = [10, 9] * 4 + [7, 8, 7] * 3 + [0, 6, 3, 5, 2] * 4 + [1, 4]


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


def run(kind, path, *arguments):
    out = StringIO()
    call_command(f"import_{kind}", str(path), *arguments, stdout=out)
    return out.getvalue()


def survey(tmp_path, when):
    rows = "".join(f"{when(n)},{score},Because of {n},5\n" for n, score in enumerate(SCORES))
    path = tmp_path / "survey.csv"
    path.write_text(ASKED + rows)
    return path


@pytest.mark.parametrize(
    "when",
    [
        lambda n: f"2019-11-0{1 + n % 4} 08:{n:02}:12.402",
        lambda n: f"11/{1 + n % 4}/2019 8:{n:02}:12",
    ],
    ids=["iso-millis", "us-dates"],
)
def test_a_survey_gives_the_nps_of_its_first_question(tmp_path, when):
    path = survey(tmp_path, when)
    assert "39 new, 0 updated, 0 unchanged, 0 rejected" in run("answers", path)
    assert "0 new, 0 updated, 39 unchanged, 0 rejected" in run("answers", path)
    scores = list(Feedback.objects.filter(kind=FeedbackKind.NPS).values_list("nps_score", flat=True))
    nps = 100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)
    assert round(nps, 1) == -35.9
    one = Feedback.objects.get(comments="Because of 0")
    assert (one.source, one.left_at.date()) == (FeedbackSource.FILE, date(2019, 11, 1))
    assert one.call is None and one.read_at == one.left_at


def test_answers_find_their_customer_and_their_location(tmp_path, world):
    path = tmp_path / "answers.csv"
    path.write_text(
        "Response ID,Date,Stars,Happy,Comments,Email,Phone,Location\n"
        "a,2026-01-02,4,,Fine,marta@example.test,,Riverside\nb,2026-01-02,,unhappy,,,+12125550102,\n"
        "c,2026-01-02,,,Only words,,,Nowhere\nd,2026-01-02,,,,,,\ne,2026-01-02,6,,,,,\n"
    )
    with pytest.raises(CommandError, match="2 of 5 rows"):
        run("answers", path)
    happy, words, stars = Feedback.objects.order_by("kind")
    assert (stars.kind, stars.star_rating, stars.customer, stars.location) == ("stars", 4, world.marta, world.riverside)
    assert (happy.kind, happy.happy, happy.customer) == ("happy", False, world.jon)
    assert (words.kind, words.location, words.vendor_location) == ("other", None, "Nowhere")


def test_what_a_later_file_tells_otherwise_is_told_anew_so_that_it_may_open_a_case(tmp_path):
    path, heads = tmp_path / "answers.csv", "Response ID,Date,NPS,Rating\n"
    for kind, model, column in (("answers", Feedback, "nps_score"), ("reviews", Review, "rating")):
        rows = [(f"{n},2026-01-02,5,5\n", f"{n},2026-01-02,{5 - n},{5 - n}\n") for n in range(2)]
        path.write_text(heads + "".join(first for first, _ in rows))
        run(kind, path, "--map", f"{kind[:-1]}_id=Response ID")
        long_ago = datetime(2026, 1, 3, tzinfo=UTC)
        model.objects.update(told_at=long_ago)
        path.write_text(heads + "".join(later for _, later in rows))
        assert "1 updated, 1 unchanged" in run(kind, path, "--map", f"{kind[:-1]}_id=Response ID")
        told = {int(getattr(one, column)): one.told_at for one in model.objects.all()}
        assert told[5] == long_ago < told[4]


def test_a_name_means_the_location_that_is_still_there(tmp_path, world):
    gone = Location.objects.create(name="Riverside", gone_at=datetime(2025, 1, 1, tzinfo=UTC))
    Location.objects.create(name="Closed", gone_at=datetime(2025, 1, 1, tzinfo=UTC))
    path = tmp_path / "answers.csv"
    path.write_text("Date,NPS,Location\n2026-01-02,9,riverside\n2026-01-03,9,Closed\n2026-01-04,9,\n")
    assert "3 new, 0 updated" in run("answers", path, "--location", "Riverside")
    placed = [one.location.name for one in Feedback.objects.exclude(location=gone).order_by("left_at")]
    assert placed == ["Riverside", "Closed", "Riverside"], "history of one that is gone stays there"


def reviews(tmp_path):
    rows = (
        "reviewer_id,store_name,store_address,latitude ,rating_count,review_time,review,rating\r\n"
        '1,Burger’s,"1 Main St, Austin",30.4,"1,240",3 months ago,"Caf\xe9 was\r\nclosed",1 star\r\n'
        '2,Burger’s,"1 Main St, Austin",30.4,"1,240",a year ago,Neutral,5 stars\r\n'
        '3,Burger’s,"9 Side St, Salem",30.4,"1,240",5 days ago,Neutral,4 stars\r\n'
    ).replace("’", "'")
    path = tmp_path / "reviews.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Reviews.csv", (2023, 6, 19, 8, 46, 0)), rows.encode("latin-1"))
        archive.writestr("__MACOSX/._Reviews.csv", b"nothing")
    return path


def test_reviews_of_an_archive_are_dated_from_the_day_of_its_file(tmp_path):
    said = run("reviews", reviews(tmp_path), "--new-locations", "make")
    assert "2 locations are not known: they are made" in said and "3 new" in said
    assert "3 unchanged" in run("reviews", reviews(tmp_path))
    found = {review.rating: review for review in Review.objects.all()}
    assert {stars: review.written_at.date() for stars, review in found.items()} == {
        Decimal(1): date(2023, 3, 19), Decimal(5): date(2022, 6, 19), Decimal(4): date(2023, 6, 14),
    }  # fmt: skip
    assert found[1].description == "Café was\r\nclosed" and found[1].read_at == datetime(2023, 3, 19, tzinfo=UTC)
    assert set(Location.objects.values_list("name", flat=True)) == {"1 Main St, Austin", "9 Side St, Salem"}
    assert found[4].location.name == "9 Side St, Salem"


def test_the_command_takes_what_the_page_offers(tmp_path, world):
    path = tmp_path / "reviews.csv"
    path.write_text("Review ID,Date,Rating,Location\n1,a month ago,5,New place\n")
    made = ("--new-locations", "make", "--account", world.northwind.name.lower())
    run("reviews", path, "--platform", "Google", "--today", "2024-03-31", *made)
    review = Review.objects.select_related("location").get()
    assert (review.platform, review.written_at.date()) == ("Google", date(2024, 2, 29))
    assert review.location.account == world.northwind
    path.write_text("Review ID,Date,Rating,Location\n2,2026-01-01,5,New place\n")
    run("reviews", path)
    assert set(Review.objects.values_list("platform", flat=True)) == {"Google"}, "as the source’s first file was meant"


@pytest.mark.parametrize(
    ("option", "why"), [(("--today", "yesterday"), "Write it like"), (("--account", "Nobody"), "No client account")]
)
def test_the_command_says_what_it_cannot_take(tmp_path, option, why):
    path = tmp_path / "reviews.csv"
    path.write_text("Date,Rating\n2026-01-01,5\n")
    with pytest.raises(CommandError, match=why):
        run("reviews", path, *option)
    assert not Review.objects.exists()


def test_a_review_at_a_place_nobody_knows_keeps_the_name_and_one_without_stars_its_words(tmp_path, world):
    path = tmp_path / "lounges.csv"
    path.write_text(
        "airline_name,title,author,date,content,lounge_name,overall_rating\n"
        'x,Good,reviewer1,2014-03-09,"Two\nlines",Harbor,4.0\nx,Bad,reviewer2,5th January 2015,No,Lounge A,\n'
    )
    assert "2 new, 0 updated, 0 unchanged, 0 rejected" in run("reviews", path)
    good, bad = Review.objects.order_by("-rating", "title").exclude(rating=None), Review.objects.get(rating=None)
    assert [(one.location, one.reviewer_name, one.title) for one in good] == [(world.harbor, "reviewer1", "Good")]
    assert (bad.location, bad.vendor_location, bad.written_at.date()) == (None, "Lounge A", date(2015, 1, 5))


LOUNGES = (  # as skytrax-lounges.csv has them
    "airline_name,title,author,date,content,lounge_name,airport,overall_rating,recommended\n"
    "aegean-airlines,Larnaca,reviewer1330,2015-06-13,A small lounge.,Business Class,Larnaca Airport,5.0,1\n"
    "aegean-airlines,Athens,reviewer0440,2014-10-02,Crowded.,Business Class,Athens Airport,3.0,1\n"
    "aegean-airlines,Sofia,reviewer0441,2014-10-02,Fine.,Business Class,Sofia Airport,4.0,1\n"
    "aeroflot,Bangkok,reviewer0068,2015-07-05,Spacious without being nice.,AF/KLM,Bangkok Airport,9.0,1\n"
    "aeroflot,Moscow,reviewer1343,2015-06-20,A bit dated.,Galaxy,Moscow Airport,6.0,1\n"
    "air-berlin,Vienna,reviewer0822,,No day.,,Vienna Airport,8.0,1\n"
)


def test_a_review_whose_stars_are_out_of_their_scale_goes_in_without_them_and_that_is_said(tmp_path, as_admin):
    path = tmp_path / "lounges.csv"
    path.write_text(LOUNGES)
    with pytest.raises(CommandError, match="1 of 6 rows were rejected"):
        run("reviews", path)
    stars = dict(Review.objects.values_list("title", "rating"))
    assert stars == {"Larnaca": 5, "Athens": 3, "Sofia": 4, "Bangkok": None, "Moscow": None}
    one = Review.objects.get(title="Bangkok")
    assert (one.description, one.vendor_location) == ("Spacious without being nice.", "AF/KLM")
    assert (one.written_at.date(), one.reviewer_name) == (date(2015, 7, 5), "reviewer0068")
    given = Import.objects.get()
    assert (given.created, given.rejected, given.in_part) == (5, 1, 2)
    shown = as_admin.get(reverse("customers:import", args=[given.pk])).content.decode()
    assert "2 rows were taken in part" in shown and "Stars, 1 to 5: 6.0 is not 1 to 5" in shown
    assert "1 row was not taken" in shown and shown.count("8.0 is not 1 to 5") == 0, "it is rejected, and once"
    address = reverse("customers:import_rejected", args=[given.pk])
    kept = [b"".join(as_admin.get(address + which).streaming_content).decode() for which in ("?in_part=1", "")]
    assert [(text.count("reviewer"), "Moscow" in text, "Vienna" in text) for text in kept] == [
        (2, True, False), (1, False, True),
    ]  # fmt: skip
    path.write_text(LOUNGES.rpartition("air-berlin")[0])
    said = run("reviews", path)
    assert "0 new, 0 updated, 5 unchanged, 0 rejected" in said
    assert "2 of these were taken in part" in said and "row 5: Stars, 1 to 5: 9.0 is not 1 to 5" in said


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"a.csv": b"x", "b.csv": b"y"}, "holds 2 of them"),
        ({"readme.md": b"x"}, "holds none"),
        ({"inner.csv": b"%PDF-1.4"}, "PDF"),
    ],
)
def test_an_archive_holds_one_table(tmp_path, parts, why):
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(CommandError, match=why):
        run("reviews", path)


def test_an_archive_or_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path, monkeypatch):
    from customers.imports import workbooks

    monkeypatch.setattr(workbooks, "UNPACKED", 1_000_000)  # as the limit is two gigabytes, so is a megabyte here
    for name, part in (("bomb.zip", "bomb.csv"), ("bomb.xlsx", "xl/worksheets/sheet1.xml")):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(part, b"0" * 2_000_000)
            if name.endswith("xlsx"):
                archive.writestr("xl/workbook.xml", b"<workbook/>")
        with pytest.raises(CommandError, match="too large"):
            run("reviews", path)
