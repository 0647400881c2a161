"""Numbers with receipts: card, table, file and JSON are one definition, and every number opens exactly its rows."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from feedback import metrics
from feedback.explorer.filters import CallFilters
from feedback.models import Case, CaseSource
from feedback.overview import numbers, rows
from feedback.overview.board import Board
from feedback.overview.filters import OverviewFilters
from feedback.overview.tables import TABLES
from feedback.scope import Scope
from feedback.tallies import rebuild
from tests.conftest import signed_in
from tests.feedback.answered import make_feedback, make_review
from tests.feedback.random_world import DAY, LAST, fill
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OVERVIEW = "/overview/"
DAYS = {"from": f"{DAY:%Y-%m-%d}", "to": f"{LAST:%Y-%m-%d}"}


@pytest.fixture(scope="module")
def week(standing):
    """The random world counted, with numbers and a case beside it."""
    world = fill(World(), calls=80)
    world.marta.phone.disconnected_at = timezone.make_aware(timezone.datetime(2026, 3, 5))
    world.marta.phone.save()
    answer = make_feedback(world.riverside, nps_score=1, left_at=timezone.make_aware(timezone.datetime(2026, 3, 5)))
    at = {"opened_at": answer.left_at, "due_at": answer.left_at, "queue_at": answer.left_at}
    at |= {"first_contact_at": answer.left_at, "contacted_at": answer.left_at, "stage": "contacted"}
    case = Case.objects.create(location=world.riverside, **at)
    said = {"words": "NPS 1", "said_at": answer.left_at, "added_at": answer.left_at, "contacted_at": answer.left_at}
    CaseSource.objects.create(case=case, kind="answer", answer=answer, **said)
    at = answer.left_at
    for hours in (2, 6):
        make_review(world.riverside, written_at=at, replied_at=at + timedelta(hours=hours))
    make_review(world.riverside, written_at=at, replied_at=at, gone_at=at)
    make_review(world.oak_street, written_at=at, replied_at=at)
    rebuild.until_done()
    return world


def lines(client, path, **query):
    answer = client.get(f"{OVERVIEW}{path}", query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def told(client, path, **query):
    answer = client.get(f"{OVERVIEW}{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def shown_value(figure):
    return figure.shown if figure.value is not None else "–"


NARROWED = [{}, {"location": "riverside"}, {"agent": "agent"}, {"provider": "plivo"}, {"account": "northwind"}]


def asked(world, narrowed):
    rows = {name: getattr(world, value, value) for name, value in narrowed.items()}
    return DAYS | {name: getattr(row, "pk", row) for name, row in rows.items()}


@pytest.mark.parametrize("narrowed", NARROWED)
def test_card_table_file_and_json_say_the_same(week, api, narrowed):
    """On random data, for a supervisor of some locations: each figure in every form, against one reading."""
    client, query = signed_in(week.supervisor), asked(week, narrowed)
    scope = OverviewFilters(query, user=week.supervisor).scope
    whole = numbers.overview(scope)
    page = client.get(OVERVIEW, query).content.decode()
    for key in ("calls", "connect_rate", "right_party_rate", "call_quality", "nps", "csat", "wrap_up_completion"):
        card = re.search(rf'id="tile-{key}".*?class="figure">([^<]*)', page, re.S)[1]
        assert card == shown_value(whole[key]), key
    in_file = {row[0]: row for row in lines(client, "numbers/csv/", **query)[1:]}
    in_json = told(client, "numbers/json/", **query)["metrics"]
    over_api = api(week.supervisor).get(
        "/api/v1/metrics/overview/", {"after": query["from"], "before": query["to"], **_without_days(query)}
    ).json()["metrics"]  # fmt: skip
    for key, figure in whole.items():
        value = None if in_file[key][2] == "" else float(in_file[key][2])
        assert (value, int(float(in_file[key][4]))) == (figure.value, figure.n), key
        assert (in_json[key]["value"], in_json[key]["n"]) == (figure.value, figure.n) == _pair(over_api[key]), key


def _without_days(query):
    return {name: value for name, value in query.items() if name not in ("from", "to")}


def _pair(told):
    return told["value"], told["n"]


@pytest.mark.parametrize("name", ["locations", "agents", "days", "scores", "issues"])
def test_a_table_its_file_and_its_json_have_the_same_rows(week, name):
    client = signed_in(week.supervisor)
    filters = OverviewFilters(DAYS, user=week.supervisor)
    table = TABLES[name](Board(filters.scope), filters)
    assert len(table.rows) > 0
    heads, *in_file = lines(client, f"tables/{name}/csv/", **DAYS)
    in_json = told(client, f"tables/{name}/json/", **DAYS)["rows"]
    assert [row[0] for row in in_file] == [row["name"] for row in in_json] == [row.name for row in table.rows]
    assert all(len(row) == len(heads) for row in in_file)
    for row, told_row, file_row in zip(table.rows, in_json, in_file, strict=True):
        values = dict(zip(heads, file_row, strict=True))
        for key, compared in row.figures.items():
            unit = f" ({compared.metric.unit})" if compared.metric.unit else ""
            value = values[f"{compared.metric.label}{unit}"]
            assert (None if value == "" else float(value)) == compared.now.value == told_row["metrics"][key]["value"]
    page = client.get(f"{OVERVIEW}tables/{name}/", DAYS).content.decode()
    assert [row.name for row in table.rows if f">{row.name}<" not in page] == []


def test_the_parts_of_a_table_are_the_whole(week):
    scope = Scope(week.supervisor, DAY, LAST)
    board = Board(scope)
    whole = metrics.overview(scope)
    for name in ("locations", "agents", "days"):
        table = TABLES[name](board, OverviewFilters(DAYS, user=week.supervisor))
        assert sum(row.figures["calls"].now.value for row in table.rows) == whole["calls"].value


@pytest.mark.parametrize("narrowed", NARROWED)
@pytest.mark.parametrize("who", ["supervisor", "admin"])
def test_every_count_opens_exactly_as_many_rows(week, who, narrowed):
    """The numerator and the base of every figure there is: as many rows behind the link, and lines in the file."""
    user, query = getattr(week, who), asked(week, narrowed)
    filters = OverviewFilters(query, user=user)
    board, opened = Board(filters.scope), 0
    for key in numbers.ALL:
        receipt = numbers.receipt(board, filters, key)
        for part in (*receipt.top, *receipt.base):
            assert _rows_behind(part, user) == part.count, (key, part.words)
            opened += part.count
    assert opened > 100


def _rows_behind(part, user):
    path, _, query = part.href.partition("?")
    given = dict(one.split("=") for one in query.split("&"))
    if path == reverse("feedback:calls"):
        return CallFilters(given, user=user).calls().count()
    column = path.strip("/").split("/")[-1]
    return rows.found(OverviewFilters(given, user=user).scope, column).count()


@pytest.mark.parametrize("kind", rows.KINDS, ids=lambda kind: kind.name)
def test_the_rows_behind_a_count_are_listed_and_go_into_a_file(week, kind):
    client = signed_in(week.admin)
    for column in kind.conditions:
        count = rows.found(OverviewFilters(DAYS, user=week.admin).scope, column).count()
        page = client.get(f"{OVERVIEW}numbers/rows/{column}/", DAYS)
        assert page.status_code == 200
        assert (f"{count:,}, newest first" if count else "Nothing counted here") in page.content.decode()
        assert len(lines(client, f"numbers/rows/{column}/csv/", **DAYS)) == count + 1


def test_every_figure_has_a_receipt(week):
    client = signed_in(week.supervisor)
    for key, metric in numbers.ALL.items():
        page = client.get(f"{OVERVIEW}numbers/of/{key}/", DAYS)
        assert page.status_code == 200
        told = ("Formula", "Left out", "Date", "Of what", "How old each source is", metric.date_words, metric.label)
        assert [words for words in told if words not in page.content.decode()] == [], key


def test_nothing_of_other_locations_is_in_any_form(week):
    """A supervisor of Oak Street: not a row, a name or a count of Riverside and Harbor."""
    client = signed_in(week.elsewhere)
    expected = Call.objects.filter(location=week.oak_street).count()
    assert told(client, "numbers/json/", **DAYS)["metrics"]["calls"]["value"] == expected > 0
    for path in ("", "numbers/", "tables/locations/", "tables/locations/csv/", "tables/locations/json/"):
        answer = client.get(f"{OVERVIEW}{path}", DAYS)
        body = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
        assert "Oak Street" in body and "Riverside" not in body and "Harbor" not in body
    places = {row[2] for row in lines(client, "numbers/rows/nps_answers/csv/", **DAYS)[1:]}
    assert places == {"Oak Street"}
    assert len(lines(client, "numbers/rows/cases/csv/", **DAYS)) == 1  # the heads: the case is Riverside's
