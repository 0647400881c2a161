"""Receipts of a few rows: long lists, empty bases, who may look, and the days of each place."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.explorer.filters import CallFilters
from feedback.overview.board import Board
from feedback.overview.filters import OverviewFilters
from feedback.tallies import rebuild
from tests.conftest import signed_in
from tests.feedback.answered import make_feedback
from tests.feedback.rated import ended_call, save

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OVERVIEW = "/overview/"


def lines(client, path, **query):
    answer = client.get(f"{OVERVIEW}{path}", query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def test_a_long_list_of_rows_is_read_in_pages_without_a_gap(world):
    for n in range(120):
        make_feedback(world.riverside, nps_score=9, left_at=timezone.now() - timedelta(minutes=n // 3))
    client, address, seen = signed_in(world.supervisor), f"{OVERVIEW}numbers/rows/promoters/?period=7", []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'href="/feedback/(\d+)/"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"{OVERVIEW}numbers/rows/promoters/{more[1].replace('&amp;', '&')}" if more else ""
    assert len(seen) == len(set(seen)) == 120


def test_a_receipt_says_why_a_figure_is_grey_or_a_dash(world):
    client = signed_in(world.supervisor)
    assert "a dash and no zero" in client.get(f"{OVERVIEW}numbers/of/nps/").content.decode()
    make_feedback(world.riverside, nps_score=9)
    assert "fewer than ten, so it is grey" in client.get(f"{OVERVIEW}numbers/of/nps/").content.decode()


def test_where_a_number_opens_it_has_the_digits_that_others_publish(world):
    """A conference that was not liked, as it was published: -35.9. On a card NPS is a whole number."""
    for score in [9] * 8 + [7] * 9 + [3] * 22:
        make_feedback(world.riverside, nps_score=score)
    for talk in (61, 61, 62):
        ended_call(world.agent, world.marta, talk_seconds=talk)
    client = signed_in(world.supervisor)
    receipt, card = client.get(f"{OVERVIEW}numbers/of/nps/").content.decode(), client.get(OVERVIEW).content.decode()
    assert "<dd>-35.9</dd>" in receipt and "-36" in card and "-35.9" not in card
    assert "<dd>61.33 s</dd>" in client.get(f"{OVERVIEW}numbers/of/average_talk_time/").content.decode()
    assert "-35.9 <small>of 39" in client.get(f"{OVERVIEW}tables/locations/").content.decode()
    found = client.get(f"{OVERVIEW}numbers/json/").json()["metrics"]["nps"]
    assert round(found["value"], 3) == -35.897 and found["n"] == 39


@pytest.mark.parametrize("path", ["numbers/of/nonsense/", "numbers/rows/calls/", "tables/nonsense/", "tables/x/csv/"])
def test_what_there_is_none_of_is_not_found(as_supervisor, path):
    assert as_supervisor.get(f"{OVERVIEW}{path}").status_code == 404


@pytest.mark.parametrize("path", ["numbers/", "numbers/of/nps/", "numbers/rows/promoters/", "tables/agents/csv/"])
def test_agents_do_not_see_the_figures_of_others(as_agent, path):
    assert as_agent.get(f"{OVERVIEW}{path}").status_code == 403


def test_a_file_is_safe_to_open_in_a_spreadsheet(world):
    world.riverside.name = "=HYPERLINK(1)"
    world.riverside.save()
    save(ended_call(world.agent, world.marta))
    rows_ = lines(signed_in(world.supervisor), "tables/locations/csv/")
    assert "'=HYPERLINK(1)" in [row[0] for row in rows_]


def test_today_opens_the_calls_of_today_at_each_location(world):
    """Honolulu is still on yesterday when it is tomorrow in Kiritimati: the link has the same days as the number."""
    for place, zone in ((world.riverside, "Pacific/Honolulu"), (world.harbor, "Pacific/Kiritimati")):
        place.time_zone = zone
        place.save()
        for hours in range(0, 50, 2):
            at = timezone.now() - timedelta(hours=hours)
            ended_call(world.agent, world.marta, location=place, created_at=at, ended_at=at, number=None)
    rebuild.until_done()
    for period in ("today", "7"):
        query = {"period": period}
        board = Board(OverviewFilters(query, user=world.supervisor).scope)
        assert board.sums["calls"] == CallFilters({**query, "counted": "calls"}, user=world.supervisor).calls().count()
