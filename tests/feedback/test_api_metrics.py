"""REST: the figures of the overview, whole and by agent, location, day, month and provider."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from calls.models import Call
from feedback import metrics
from feedback.tallies import rebuild
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.cased import case_of, contacted
from tests.feedback.rated import ended_call, save, unanswered_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOON = datetime(2026, 3, 4, 18, tzinfo=UTC)
CONTRACT = {
    *("calls", "answered", "answer_rate", "abandonment_rate"),
    *("resolution_rate", "average_speed_of_answer", "average_talk_time", "average_handle_time"),
    *("after_call_work", "connect_rate", "contact_rate", "right_party_rate"),
    *("disconnected_number_rate", "call_quality", "rating_coverage", "average_stars"),
    *("csat", "nps", "response_rate", "wrap_up_completion"),
    *("delivery_success",),
}


def ask(client, status=200, **query):
    answer = client.get("/api/v1/metrics/overview/", query)
    assert answer.status_code == status, answer.content
    return answer.json()


@pytest.fixture
def calls(world):
    for agent, at in ((world.agent, NOON), (world.agent, NOON.replace(month=4)), (world.colleague, NOON)):
        save(ended_call(agent, world.marta, created_at=at, ended_at=at, connected_at=at))


def test_every_number_of_the_contract_is_there_with_its_base_and_formula(api, world, calls):
    found = ask(api(world.supervisor))["metrics"]
    assert set(found) >= CONTRACT
    assert found["calls"] == {"value": 3, "n": 3, "formula": metrics.METRICS["calls"].formula}
    assert found["nps"]["value"] is None and found["nps"]["n"] == 0


def test_both_days_are_counted_and_without_them_everything_is(api, world, calls):
    assert ask(api(world.supervisor), after="2026-03-04", before="2026-03-04")["metrics"]["calls"]["value"] == 2
    assert ask(api(world.supervisor), after="2026-03-05")["metrics"]["calls"]["value"] == 1
    assert ask(api(world.supervisor), before="2026-03-31")["metrics"]["calls"]["value"] == 2
    moments = {"after": "2026-03-01T00:00:00Z", "before": "2026-04-01T00:00:00Z"}
    assert ask(api(world.supervisor), **moments)["before"] == "2026-03-31"


@pytest.mark.parametrize("query", [{}, {"before": "2026-04-01"}, {"by": "month"}])
def test_whatever_days_rows_have_those_that_nobody_named_are_not_refused(api, world, calls, query):
    make_review(world.riverside, written_at=datetime(1931, 5, 1, tzinfo=UTC))
    make_request(Call.objects.first(), due_at=datetime(2990, 5, 1, tzinfo=UTC))
    told = ask(api(world.supervisor), **query)
    assert told["metrics"]["calls"]["value"] == (2 if "before" in query else 3)


def test_rows_have_a_name_and_the_same_figures(api, world, calls):
    rows = ask(api(world.supervisor), by="agent")["rows"]
    assert [(row["agent"], row["name"]) for row in rows] == [
        (world.agent.pk, "Ada Agent"),
        (world.colleague.pk, "Cleo Colleague"),
    ]
    assert [row["metrics"]["calls"]["value"] for row in rows] == [2, 1]
    months = [
        (row["month"], row["metrics"]["calls"]["value"]) for row in ask(api(world.supervisor), by="month")["rows"]
    ]
    assert months == [("2026-03-01", 2), ("2026-04-01", 1)]
    assert ask(api(world.supervisor), by="location")["rows"][0]["name"] == "Riverside"
    assert ask(api(world.supervisor), by="provider")["rows"][0]["provider"] == "ccai"


def test_what_was_counted_and_what_is_counted_on_the_spot_are_told_the_same(api, world, calls):
    before = ask(api(world.supervisor), by="day")
    rebuild.until_done()
    assert ask(api(world.supervisor), by="day") == before


def test_a_supervisor_is_told_of_their_locations_and_an_agent_of_their_own_calls(api, world, calls):
    make_feedback(world.oak_street, nps_score=0, left_at=timezone.now())
    assert ask(api(world.supervisor))["metrics"]["nps"]["value"] is None
    assert ask(api(world.agent))["metrics"]["calls"]["value"] == 2
    assert ask(api(world.elsewhere))["metrics"]["calls"]["value"] == 0


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"after": "yesterday"}, "after"),
        ({"before": "2026-13-45"}, "before"),
        ({"after": "2026-03-05", "before": "2026-03-04"}, "after"),
        ({"after": "0001-01-01", "before": "9999-12-31"}, "after"),
        ({"location": "999999"}, "location"),
        ({"location": "here"}, "location"),
        ({"agent": "x"}, "agent"),
        ({"account": "7" * 30}, "account"),
        ({"provider": "pigeon"}, "provider"),
        ({"by": "moon"}, "by"),
    ],
)
def test_what_cannot_be_is_said_at_its_parameter(api, world, query, param):
    assert ask(api(world.supervisor), 422, **query)["param"] == param


def test_a_location_out_of_sight_is_like_one_that_is_not_there(api, world):
    told = ask(api(world.supervisor), 422, location=world.oak_street.pk)
    assert told == ask(api(world.supervisor), 422, location=10**9)


def test_cases_and_replies_are_told_of_their_locations(api, world):
    at = timezone.now()
    case = contacted(case_of(world.riverside, world.marta), world.agent)
    case_of(world.oak_street, world.oskar)
    make_review(world.riverside, written_at=at - timedelta(hours=5), replied_at=at)
    make_review(world.oak_street, written_at=at)
    found = ask(api(world.supervisor))["metrics"]
    keys = ("cases", "close_the_loop_rate", "review_reply_rate", "median_hours_to_reply", "recovery_rate")
    assert [found[key]["value"] for key in keys] == [1, 100, 100, 5, None]
    assert found["recovery_rate"]["formula"].startswith("100 × asked again and satisfied within 90 days")
    theirs = ask(api(world.elsewhere))["metrics"]
    assert [theirs[key]["value"] for key in keys] == [1, 0, 0, None, None]
    assert ask(api(world.admin))["metrics"]["cases"]["value"] == 2
    assert ask(api(world.agent))["metrics"]["cases"]["value"] == (case.owner == world.agent)
    assert ask(api(world.supervisor), provider="ccai")["metrics"]["close_the_loop_rate"]["value"] is None


def test_a_number_of_no_customer_counts_for_nobody(api, world):
    number = world.marta.phone
    save(unanswered_call(world.agent, world.marta), outcome="disconnected_number", right_party=None, quality=None)
    assert ask(api(world.admin))["metrics"]["disconnected_number_rate"]["n"] == 1
    type(world.marta).objects.filter(phone=number).update(phone=None)
    assert ask(api(world.admin))["metrics"]["disconnected_number_rate"]["n"] == 0


def test_a_number_counts_once_by_what_was_learned_last(api, world):
    save(unanswered_call(world.agent, world.marta), outcome="disconnected_number", right_party=None, quality=None)
    save(ended_call(world.agent, world.jon))
    save(ended_call(world.agent, world.jon))
    found = ask(api(world.supervisor))["metrics"]["disconnected_number_rate"]
    assert (found["value"], found["n"]) == (50, 2)
    assert ask(api(world.elsewhere))["metrics"]["disconnected_number_rate"]["value"] is None
    save(ended_call(world.agent, world.marta))  # somebody answers after all
    assert ask(api(world.supervisor))["metrics"]["disconnected_number_rate"]["value"] == 0
