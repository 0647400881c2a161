"""Who clicked a public link, by score: of one's own locations, with how far it reaches, and nothing claimed."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.choices import FeedbackKind, FeedbackSource
from feedback.reports import gating
from feedback.reports.shares import Share
from feedback.scope import Scope
from tests.doors import body
from tests.feedback.answered import make_feedback

PAGE = "/reports/public-links/"
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def answers(location, score, count, clicked=0, **fields):
    for number in range(count):
        name = "The Review Site" if number < clicked else ""
        make_feedback(location, nps_score=score, platform_name=name, **fields)


@pytest.fixture
def one_sided(world):
    """Of twenty promoters fifteen clicked, of twenty detractors two."""
    answers(world.riverside, 10, 20, clicked=15)
    answers(world.riverside, 8, 5, clicked=2)
    answers(world.riverside, 3, 20, clicked=2)


def test_shares_that_differ_are_an_alarm_in_words(as_supervisor, one_sided):
    page = as_supervisor.get(PAGE).content.decode()
    assert "Promoters (9–10) clicked more often: 75.0% of 20 promoters (9–10), 10.0% of 20 detractors (0–6)." in page
    assert "in fewer than 1 of 1,000 cases" in page and "Shares differ" in page
    assert "this page claims nothing about it" in page


def test_shares_that_are_alike_are_none(as_supervisor, world):
    answers(world.riverside, 10, 20, clicked=8)
    answers(world.riverside, 3, 20, clicked=7)
    page = as_supervisor.get(PAGE).content.decode()
    assert "No telling difference" in page and "Shares differ" not in page


def test_a_few_answers_say_nothing(as_supervisor, world):
    answers(world.riverside, 10, 4, clicked=4)
    answers(world.riverside, 3, 4)
    page = as_supervisor.get(PAGE).content.decode()
    assert "Too few answers or clicks to compare" in page and "Shares differ" not in page


def test_each_scale_has_its_groups(as_supervisor, world):
    stars = {"kind": FeedbackKind.STARS, "nps_score": None}
    for star in range(1, 6):
        make_feedback(world.riverside, star_rating=star, platform_name="x" if star > 3 else "", **stars)
    make_feedback(world.riverside, kind=FeedbackKind.HAPPY, happy=False)
    answers(world.riverside, 0, 1), answers(world.riverside, 6, 1), answers(world.riverside, 7, 1)
    answers(world.riverside, 9, 1, clicked=1)
    proof = gating.prove(Scope.of_last(world.supervisor, 90))
    found = {scale.label: [(one.share.count, one.share.n) for one in scale.groups] for scale in proof.scales}
    assert found == {
        "NPS": [(0, 2), (0, 1), (1, 1)],
        "Stars": [(0, 1), (0, 1), (0, 1), (1, 1), (1, 1)],
        "Happy or not": [(0, 1), (0, 0)],
    }


def test_where_nothing_is_reported_is_left_out_and_said(as_supervisor, world):
    answers(world.riverside, 10, 3, clicked=1)
    keypad = {"source": FeedbackSource.KEYPAD, "kind": FeedbackKind.STARS, "nps_score": None, "star_rating": 5}
    make_feedback(world.riverside, connection=None, vendor_id=None, **keypad)
    make_feedback(world.riverside, kind=FeedbackKind.OTHER)  # no score: in neither
    answers(world.riverside, 10, 1, clicked=1, gone_at=timezone.now())
    proof = gating.prove(Scope.of_last(world.supervisor, 90))
    assert (proof.coverage, [scale.label for scale in proof.scales]) == (Share(3, 4), ["NPS"])
    assert "<b>3 of 4</b> answers with a score (75.0%)" in as_supervisor.get(PAGE).content.decode()


def test_a_supervisor_counts_their_locations_only(as_supervisor, as_elsewhere, as_admin, one_sided, world):
    world.oak_street.time_zone = world.riverside.time_zone  # its days are no reason to leave it out
    world.oak_street.save()
    answers(world.oak_street, 10, 2, clicked=2)
    for client, n in ((as_supervisor, "45 of 45"), (as_elsewhere, "2 of 2"), (as_admin, "47 of 47")):
        assert f"<b>{n}</b>" in client.get(PAGE).content.decode()
        assert (
            f"?location={world.oak_street.pk}"
            and n.split()[0] in b"".join(client.get(f"{PAGE}export/").streaming_content).decode()
        )
    other = as_supervisor.get(f"{PAGE}?location={world.oak_street.pk}").content.decode()
    assert "<b>45 of 45</b>" in other  # what is not theirs is no filter


def test_agents_have_no_such_page(as_agent, as_stranger):
    assert as_agent.get(PAGE).status_code == as_stranger.get(PAGE).status_code == 403


def test_days_and_location_narrow_it(as_supervisor, world):
    answers(world.harbor, 10, 3)
    answers(world.riverside, 10, 2)
    answers(world.riverside, 10, 4, left_at=timezone.now() - timedelta(days=40))
    seen = {"": "9 of 9", "?days=30": "5 of 5", f"?location={world.harbor.pk}": "3 of 3", "?days=x": "9 of 9"}
    for query, said in seen.items():
        assert f"<b>{said}</b>" in as_supervisor.get(PAGE + query).content.decode()


def test_the_file_has_the_same_numbers(as_supervisor, one_sided):
    text = body(as_supervisor.get(f"{PAGE}export/")).decode().lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == list(gating.HEADS)
    assert rows[1][:5] == ["NPS", "Detractors (0–6)", "20", "2", "10.0"]
    assert ["Coverage", "Answers with a score, of which a click could be reported", "45", "45"] in rows
    assert rows[-1] == ["Note", gating.NOTHING_CLAIMED]


def test_no_answers_at_all(as_supervisor):
    page = as_supervisor.get(PAGE).content.decode()
    assert "No answers in these days" in page and "<b>0 of 0</b>" in page


def test_it_costs_the_same_for_one_and_many(as_supervisor, one_sided, django_assert_num_queries):
    with django_assert_num_queries(5):  # session, user, locations of the filter, zones, answers
        as_supervisor.get(PAGE)
