"""The overview: figures beside those of before, what waits, and for whom."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.choices import CallStatus
from feedback import metrics
from feedback.choices import Leg
from feedback.explorer.filters import CallFilters
from feedback.figures import Figure
from feedback.models import Feedback
from feedback.overview.compared import Compared
from feedback.overview.filters import OverviewFilters
from feedback.scope import Scope
from feedback.tallies import rebuild
from integrations.choices import DeliveryState
from integrations.models import Delivery
from tests.feedback.answered import make_feedback, make_request, make_review
from tests.feedback.overviewed import OVERVIEW, answers, calls_on, directory_kept, shown, tile
from tests.feedback.rated import ended_call, known_everywhere, leg, save, unanswered_call
from tests.world import make_call, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def figures(user):
    return {key: (figure.value, figure.n) for key, figure in metrics.overview(Scope.of_last(user, 1)).items()}


def test_an_empty_day_has_dashes_not_zeros(as_supervisor, world):
    found = figures(world.supervisor)
    counts = {key for key, metric in metrics.METRICS.items() if metric.is_count}
    assert {found.pop(key) for key in counts} == {(0, 0)}
    assert set(found.values()) == {(None, 0)}
    assert "–" in as_supervisor.get(OVERVIEW).content.decode()


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"from": "2026-03-20", "to": "2026-03-09"}, ("2026-03-09", "2026-03-20")),
        ({"to": "2026-03-09"}, ("2026-03-03", "2026-03-09")),
        ({"from": "1990-01-01", "to": "2026-03-09"}, ("2021-03-06", "2026-03-09")),
    ],
)
def test_a_number_of_own_days_opens_the_calls_of_the_days_it_counts(world, asked, days):
    found = OverviewFilters(asked | {"period": "custom"}, user=world.supervisor)
    assert found.query == {"from": days[0], "to": days[1]}
    at = timezone.make_aware(datetime(2026, 3, 5, 12))
    for moment in (at, at - timedelta(days=30), at - timedelta(days=40 * 365), at + timedelta(days=30)):
        calls_on(world, moment)
    counted = found.scope.calls().values_list("pk", flat=True)
    opened = CallFilters(found.query, user=world.supervisor).calls().values_list("pk", flat=True)
    assert sorted(opened) == sorted(counted)


def test_each_figure_names_its_base(world):
    save(known_everywhere(world.agent, world.marta), quality=4, issues=["ECHO"])
    save(known_everywhere(world.agent, world.jon, vendor_id="398"), quality=5, right_party=False)
    save(ended_call(world.agent, world.marta), outcome="voicemail", right_party=None, quality=None)
    ended_call(world.agent, world.marta)
    save(unanswered_call(world.agent, world.jon), outcome="no_answer", right_party=None, quality=None)
    make_call(world.agent, world.harriet, status=CallStatus.REFUSED)
    make_call(world.agent, world.harriet, status=CallStatus.NEEDS_AGENT)
    found = figures(world.supervisor)
    assert found["calls"] == (5, 5)
    assert found["connect_rate"] == (80, 5)  # one refused, or not finished in the adapter yet, is no dial
    assert found["contact_rate"] == (40, 5)
    assert found["right_party_rate"] == (50, 2)
    assert found["right_party_rate_per_dial"] == (20, 5)
    assert found["call_quality"] == (4.5, 2)
    assert found["rating_coverage"] == (50, 4)
    assert found["wrap_up_completion"] == (80, 5)


def test_delivery_success_counts_what_is_due(world):
    rating = save(known_everywhere(world.agent, world.marta))
    Delivery.objects.filter(pk=leg(rating, Leg.PLIVO).pk).update(state=DeliveryState.DELIVERED)
    assert figures(world.supervisor)["delivery_success"] == (50, 2)  # Plivo and Trestle; the rest is not applicable


def test_of_a_corrected_wrap_up_only_the_present_version_is_due(world):
    call = known_everywhere(world.agent, world.marta)
    Delivery.objects.filter(pk=leg(save(call), Leg.PLIVO).pk).update(state=DeliveryState.DELIVERED)
    save(call, quality=3, issues=["ECHO"])
    assert figures(world.supervisor)["delivery_success"] == (0, 2)


def test_today_is_today_at_each_location_and_a_call_belongs_to_the_day_it_ended(world):
    here = timezone.now().astimezone(zoneinfo.ZoneInfo(world.riverside.time_zone))
    began = here.replace(hour=0, minute=0, second=0, microsecond=0)
    over_midnight = {"created_at": began - timedelta(minutes=5), "ended_at": began + timedelta(seconds=1)}
    ended_call(world.agent, world.marta, **over_midnight)
    yesterday = {"created_at": began - timedelta(minutes=9), "ended_at": began - timedelta(minutes=1)}
    ended_call(world.agent, world.jon, **yesterday)
    for clock in ("Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"):  # 25 hours apart: the viewer's is another day
        world.supervisor.time_zone = clock
        assert figures(world.supervisor)["calls"] == (1, 1)


def test_figures_are_those_of_ones_locations(world):
    ended_call(world.agent, world.marta)
    ended_call(world.elsewhere, world.oskar)
    assert figures(world.supervisor)["calls"] == (1, 1)
    assert figures(world.admin)["calls"] == (2, 2)


def test_the_team_now(as_supervisor, world):
    make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS)
    ended_call(world.colleague, world.jon)
    ended_call(world.colleague, world.jon, wrap_up_due_at=timezone.now() - timedelta(minutes=1))
    page = as_supervisor.get(OVERVIEW).content.decode()
    assert "<b>1</b> on a call" in page
    assert "<b>1</b> wrapping up" in page
    assert "<b>1</b> unfinished wrap-up<" in page


def test_nobody_is_on_a_call_that_waits_in_a_queue_or_for_its_agent(as_supervisor, world):
    make_call(None, world.marta, status=CallStatus.QUEUED)
    make_call(world.agent, world.jon, status=CallStatus.NEEDS_AGENT)
    assert "<b>0</b> on a call" in shown(as_supervisor)
    make_call(world.colleague, world.harriet, status=CallStatus.RINGING)
    assert "<b>1</b> on a call" in shown(as_supervisor)


def test_what_needs_a_person_stands_there(as_supervisor, as_elsewhere, world):
    rating = save(known_everywhere(world.agent, world.marta))
    parked = {"state": DeliveryState.PARKED, "reason": "Plivo does not know this call id.", "done_at": timezone.now()}
    Delivery.objects.filter(pk=leg(rating, Leg.PLIVO).pk).update(**parked)
    assert parked["reason"] in as_supervisor.get(OVERVIEW).content.decode()
    assert parked["reason"] not in as_elsewhere.get(OVERVIEW).content.decode()


def test_who_is_unhappy_stands_there_until_somebody_has_dealt_with_it(as_supervisor, as_elsewhere, world):
    make_feedback(world.riverside, subscriber_name="Unhappy Una", nps_score=6)
    make_feedback(world.riverside, subscriber_name="Happy Hal", nps_score=7)
    make_feedback(world.riverside, subscriber_name="Dealt Dan", nps_score=0, handled_at=timezone.now())
    make_review(world.riverside, title="Three stars", rating=3)
    make_review(world.riverside, title="Three and a half", rating="3.5")
    page = as_supervisor.get(OVERVIEW).content.decode()
    assert "Unhappy Una" in page and "Three stars" in page
    assert not [name for name in ("Happy Hal", "Dealt Dan", "Three and a half") if name in page]
    elsewhere = as_elsewhere.get(OVERVIEW).content.decode()
    assert "Nobody is waiting to be heard" in elsewhere and "No low review is waiting" in elsewhere


def test_it_is_not_for_agents(as_agent):
    assert as_agent.get(OVERVIEW).status_code == 403


def test_today_leads_here_and_home_too(as_supervisor):
    assert as_supervisor.get(reverse("feedback:today"))["Location"] == f"{OVERVIEW}?period=today"
    assert as_supervisor.get("/")["Location"] == OVERVIEW


@pytest.mark.parametrize("rows", [1, 20])
def test_one_call_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    for number in range(rows):
        save(known_everywhere(world.agent, world.marta, vendor_id=str(number)), quality=4, issues=["ECHO"])
        make_review(world.riverside, rating=1), make_feedback(world.riverside, nps_score=1)
    rebuild.until_done()
    directory_kept(world)
    # session, user, clocks, what changed, sums by day;
    # now: CCAI's connection, its agents, whose they are, live, wrapping up, unfinished, overdue cases;
    # sources: runs, cursors, live, connections; issues; locations twice and their names, agents the same;
    # unhappy answers, low reviews, parked; to choose from: locations, accounts, agents
    with django_assert_num_queries(30):
        as_supervisor.get(OVERVIEW)


# --- What is chosen -------------------------------------------------------------------------------


def test_without_a_word_it_is_the_last_seven_days_and_the_seven_before(as_supervisor, world):
    now = timezone.now()
    for days, count in ((0, 3), (6, 9), (7, 5), (13, 5), (14, 50)):
        calls_on(world, now - timedelta(days=days), count)
    assert tile(shown(as_supervisor), "calls") == "Calls 12 up 20.0% from 10"
    page = shown(as_supervisor, period="today")
    assert tile(page, "calls") == "Calls 3" and "compared with" in page
    assert tile(shown(as_supervisor, period="30"), "calls") == "Calls 72"


def test_own_days_hold_with_or_without_their_button_and_stand_in_the_chips(as_supervisor, world):
    calls_on(world, datetime(2026, 3, 4, 18, tzinfo=UTC), 2)
    for query in ({}, {"period": "custom"}):
        page = shown(as_supervisor, **query, **{"from": "2026-03-04", "to": "2026-03-05"})
        assert tile(page, "calls") == "Calls 2"
        assert "From 4 March 2026" in page and "compared with the 2 days before" in page
    turned = shown(as_supervisor, **{"from": "2026-03-05", "to": "2026-03-04"})
    assert tile(turned, "calls") == "Calls 2"
    assert tile(shown(as_supervisor, period="7", **{"from": "2026-03-04"}), "calls") == "Calls 0"
    assert "the last five of them" in shown(as_supervisor, **{"from": "1990-01-01", "to": "2026-03-05"})


@pytest.mark.parametrize("nonsense", ["x", "-1", "0", "99999999999999999999", "\u0000", "١٢"])
def test_what_makes_no_sense_in_the_address_is_left_out(as_supervisor, world, nonsense):
    calls_on(world, timezone.now())
    names = ("period", "from", "to", "location", "account", "agent", "provider", "locations_by", "agents_by", "cursor")
    for name in names:
        assert tile(shown(as_supervisor, **{name: nonsense}), "calls") == "Calls 1"


def test_it_is_narrowed_by_what_one_may_see_and_by_nothing_else(as_supervisor, world):
    calls_on(world, timezone.now(), provider="plivo")
    ended_call(world.colleague, world.harriet)
    ended_call(world.elsewhere, world.oskar)
    narrowed = {
        "location": world.harbor.pk, "account": world.northwind.pk, "agent": world.agent.pk, "provider": "plivo",
    }  # fmt: skip
    found = {name: tile(shown(as_supervisor, **{name: value}), "calls") for name, value in narrowed.items()}
    assert found == {"location": "Calls 1", "account": "Calls 2", "agent": "Calls 1", "provider": "Calls 1"}
    for name, stranger in (("location", world.oak_street), ("account", world.blue_oak), ("agent", world.elsewhere)):
        page = shown(as_supervisor, **{name: stranger.pk})
        assert tile(page, "calls") == "Calls 2" and str(stranger) not in page  # left out, as if it were not there


def test_a_placeholder_from_a_file_can_be_chosen(as_supervisor, world):
    known = make_user(name="Pat Paper", is_placeholder=True, is_active=False)
    ended_call(known, world.marta)
    assert "Pat Paper" in shown(as_supervisor, agent=known.pk)


# --- What it says ---------------------------------------------------------------------------------


def test_better_is_green_and_worse_red_and_few_are_neither(as_supervisor, world):
    now, then = timezone.now(), timezone.now() - timedelta(days=8)
    answers(world, [9] * 6 + [0] * 6, left_at=now), answers(world, [9] * 3 + [0] * 9, left_at=then)
    page = shown(as_supervisor)
    assert "NPS 0 up 50 points , better from -50 12 scores" in tile(page, "nps")
    Feedback.objects.filter(left_at__lt=now - timedelta(days=7)).first().delete()
    assert "up" in tile(shown(as_supervisor), "nps")
    Feedback.objects.filter(left_at__lt=now - timedelta(days=7)).exclude(nps_score=9).delete()
    assert tile(shown(as_supervisor), "nps") == "NPS 0 12 scores"


def test_what_is_better_when_it_is_lower_is_green_when_it_falls():
    metric = metrics.METRICS["abandonment_rate"]
    now, before = (Figure(metric, value, value, 100) for value in (10.0, 12.0))
    assert Compared(now, before).delta.tone == "good" and Compared(before, now).delta.tone == "bad"
    assert Compared(now, now).delta.words == "unchanged" and Compared(now, now).delta.tone == ""
    few = Figure(metric, 50.0, 2, 4)
    assert Compared(now, few).delta is None and Compared(few, now).delta is None


def test_open_cohorts_are_marked(as_supervisor, world):
    assert "Still open" in tile(shown(as_supervisor), "response_rate")
    long_ago = {"from": "2026-01-01", "to": "2026-01-31"}
    assert "Still open" not in tile(shown(as_supervisor, **long_ago), "response_rate")


def test_an_issue_has_the_satisfaction_of_its_calls_and_leads_to_them(as_supervisor, world):
    echo = ended_call(world.agent, world.marta)
    save(echo, quality=3, issues=["ECHO"])
    make_request(echo, make_feedback(world.riverside, nps_score=2))
    make_feedback(world.riverside, nps_score=10)  # somebody else's
    save(ended_call(world.agent, world.jon), quality=4, issues=["OTHERS"])
    page = shown(as_supervisor)
    link = re.search(r'href="([^"]+)">Echo<', page)[1].replace("&amp;", "&")
    assert "issue=ECHO" in link and "Marta" in as_supervisor.get(link).content.decode()
    assert "-100" in page[page.index(">Echo<") : page.index(">Something else<")]


def test_a_location_warns_where_private_scores_fall_before_the_public_ones(as_supervisor, world):
    now, then = timezone.now(), timezone.now() - timedelta(days=8)
    answers(world, [9] * 10, left_at=then), answers(world, [9] * 8 + [5] * 2, left_at=now)
    warned = "NPS down 40 points from 100; public stars do not show it yet."
    assert warned in shown(as_supervisor)
    for at, stars in ((then, 5), (now, 4)):
        for _ in range(10):
            make_review(world.riverside, rating=stars, written_at=at)
    assert warned not in shown(as_supervisor)  # the public ones have fallen too: nothing early about it
    Feedback.objects.filter(left_at__lt=now - timedelta(days=7)).first().delete()
    assert "public stars do not show it yet" not in shown(as_supervisor)


def test_an_agent_who_improved_is_named_and_one_with_few_calls_is_not(as_supervisor, world):
    for agent, count in ((world.agent, 10), (world.colleague, 9)):
        for days, quality in ((0, 4), (8, 3)):
            at = timezone.now() - timedelta(days=days)
            for _ in range(count):
                call = ended_call(agent, world.marta, number=None, created_at=at, ended_at=at, connected_at=at)
                save(call, quality=quality, issues=["ECHO"])
    rows = as_supervisor.get(f"{OVERVIEW}tables/agents/json/").json()["rows"]
    said = {row["name"]: row["says"] for row in rows}
    assert said == {"Ada Agent": ["Call quality up 1.00."], "Cleo Colleague": []}


def test_tables_are_sorted_by_link_and_what_has_no_value_comes_last(as_supervisor, world):
    calls_on(world, timezone.now(), 2), ended_call(world.colleague, world.harriet)
    save(ended_call(world.colleague, world.harriet), quality=4, issues=["ECHO"])
    save(ended_call(world.agent, world.marta), quality=2, issues=["ECHO"])
    ended_call(world.elsewhere, world.marta)

    def order(by):
        rows = as_supervisor.get(f"{OVERVIEW}tables/agents/json/", {"by": by}).json()["rows"]
        return [row["name"].split()[0] for row in rows]

    assert order("-calls") == ["Ada", "Cleo", "Eli"] and order("calls") == ["Eli", "Cleo", "Ada"]
    assert order("call_quality") == ["Ada", "Cleo", "Eli"] and order("-call_quality") == ["Cleo", "Ada", "Eli"]
    assert order("-name") == ["Eli", "Cleo", "Ada"] and order("nonsense") == order("-calls")
    page = shown(as_supervisor, agents_by="call_quality")
    assert 'aria-sort="ascending"' in page and "agents_by=-call_quality" in page


# --- The live part --------------------------------------------------------------------------------


def test_of_one_provider_the_agents_are_a_page_of_their_own(as_supervisor, world):
    calls_on(world, timezone.now(), 2, provider="plivo")
    page = shown(as_supervisor, provider="plivo")
    link = re.search(r'href="([^"]+)">Show agents<', page)[1].replace("&amp;", "&")
    assert "Ada Agent" in as_supervisor.get(link).content.decode()
    assert "Show agents" not in shown(as_supervisor)


def test_stars_in_full_are_of_five_and_from_so_many(as_supervisor, world):
    save(known_everywhere(world.agent, world.marta), quality=5)
    table = as_supervisor.get("/overview/tables/agents/?period=7").content.decode()
    assert "5.00 of 5 <small>from 1<" in table and "100.00% <small>of 1<" in table
