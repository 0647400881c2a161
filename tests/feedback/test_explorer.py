"""The call explorer finds calls by everything that is known of them, and by each number of the figures."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from customers.models import ClientAccount
from feedback import metrics
from feedback.choices import FeedbackKind, FeedbackSource
from feedback.explorer import probes
from feedback.explorer.filters import CallFilters
from feedback.models import Feedback, FeedbackRequest, Rating
from feedback.scope import Scope
from integrations.choices import DeliveryState
from tests.feedback.answered import make_feedback
from tests.feedback.rated import ended_call, known_everywhere, leg, save, unanswered_call
from tests.world import make_call, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NAMES = ("Marta", "Jon", "Harriet", "Oskar", "Nora")


def page(client, **query):
    answer = client.get(reverse("feedback:calls"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(client, **query):
    shown = page(client, **query)
    return {name for name in NAMES if f'">{name}' in shown}


@pytest.fixture
def calls(world):
    """Marta's was good, Jon's had an echo, Harriet's timed out, Nora's waits for its wrap-up."""
    good = known_everywhere(world.agent, world.marta, topic="Billing", resolved=True, repeat_customer=True)
    save(good, quality=5, notes="Wants the délai explained, twice")
    echo = ended_call(world.colleague, world.jon, topic="Delivery", resolved=False, provider=Provider.PLIVO)
    save(echo, right_party=False, outcome="wrong_party", quality=2.5, issues=["ECHO", "AUDIO_LAG"], notes="Echo 100%")
    timed_out = unanswered_call(world.agent, world.harriet, kind=Kind.INCOMING, timed_out_at=timezone.now())
    waits = ended_call(world.agent, world.numberless)
    return {"marta": good, "jon": echo, "harriet": timed_out, "nora": waits}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "incoming"}, {"Harriet"}),
        ({"provider": "plivo"}, {"Jon"}),
        ({"outcome": "wrong_party"}, {"Jon"}),
        ({"issue": "ECHO"}, {"Jon"}),
        ({"issue": "CALL_DROPPED"}, set()),
        ({"quality_from": "3"}, {"Marta"}),
        ({"quality_to": "2.5"}, {"Jon"}),
        ({"quality_from": "2.5", "quality_to": "5"}, {"Marta", "Jon"}),
        ({"right_party": "yes"}, {"Marta"}),
        ({"right_party": "no"}, {"Jon"}),
        ({"right_party": "unknown"}, set()),
        ({"rated": "yes"}, {"Marta", "Jon"}),
        ({"rated": "no"}, {"Harriet", "Nora"}),
        ({"rated": "timed_out"}, {"Harriet"}),
        ({"resolved": "yes"}, {"Marta"}),
        ({"resolved": "no"}, {"Jon"}),
        ({"repeat": "yes"}, {"Marta"}),
        ({"topic": "Billing"}, {"Marta"}),
        ({"notes": "explained"}, {"Marta"}),
        ({"notes": "DÉLAI wants"}, {"Marta"}),
        ({"notes": "twi"}, {"Marta"}),
        ({"notes": "plained"}, set()),
        ({"notes": "echo wants"}, set()),
        ({"status": "no_answer", "rated": "timed_out"}, {"Harriet"}),
    ],
)
def test_each_filter_finds_its_calls(calls, as_supervisor, query, found):
    assert names(as_supervisor, **query) == found


def test_an_account_holds_all_its_locations(calls, world, as_admin):
    ended_call(world.elsewhere, world.oskar)
    assert names(as_admin, account=world.blue_oak.pk) == {"Oskar"}
    assert names(as_admin, account=world.northwind.pk) == {"Marta", "Jon", "Harriet", "Nora"}


def test_an_account_without_a_location_has_no_calls_and_not_everybodys(calls, as_admin, as_elsewhere):
    """The overview lets one choose it, and its numbers open here."""
    bare = ClientAccount.objects.create(name="Bare Ltd")
    assert names(as_admin, account=bare.pk) == set() and "Left out" not in page(as_admin, account=bare.pk)
    assert "Bare Ltd" not in page(as_elsewhere)


def test_one_customers_calls_carry_their_name_on_the_chip(calls, world, as_supervisor):
    shown = page(as_supervisor, customer=world.jon.pk)
    assert names(as_supervisor, customer=world.jon.pk) == {"Jon"}
    assert 'aria-label="Remove filter Jon Bell"' in shown


def test_a_customer_out_of_sight_is_no_filter_and_leaks_nothing(calls, world, as_supervisor):
    assert "Oskar" not in page(as_supervisor, customer=world.oskar.pk)


def test_somebody_known_from_a_file_is_an_agent_to_choose(calls, world, as_supervisor, as_elsewhere):
    ghost = make_user(name="Gwen Ghost", is_active=False, is_placeholder=True)
    ended_call(ghost, world.marta)
    assert "Gwen Ghost" in page(as_supervisor) and "Gwen Ghost" not in page(as_elsewhere)
    assert names(as_supervisor, agent=ghost.pk) == {"Marta"}


@pytest.mark.parametrize(("state", "word"), [(DeliveryState.PARKED, "parked"), (DeliveryState.PENDING, "pending")])
def test_what_waits_or_needs_a_person_is_found(calls, as_supervisor, state, word):
    assert names(as_supervisor, sent="delivered") == set()
    delivery = leg(calls["marta"].rating, "plivo")
    delivery.state = state
    delivery.save()
    assert "Marta" in names(as_supervisor, sent=word)


def test_the_worst_leg_says_how_a_call_stands(calls, as_supervisor):
    legs = [row.delivery for row in Rating.objects.get(call=calls["marta"]).legs.select_related("delivery")]
    for delivery in legs:
        delivery.state = DeliveryState.DELIVERED
        delivery.save()
    assert names(as_supervisor, sent="delivered") == {"Marta"}
    legs[0].state = DeliveryState.PARKED
    legs[0].save()
    assert names(as_supervisor, sent="delivered") == set() and "Marta" in names(as_supervisor, sent="parked")


def answered(at, stars, **fields):
    return Feedback.objects.create(
        kind=FeedbackKind.STARS, star_rating=stars, left_at=timezone.now(), location=at.location, **fields
    )


def test_feedback_is_found_by_key_and_by_survey(calls, as_supervisor):
    answered(calls["jon"], 5, call=calls["jon"], source=FeedbackSource.KEYPAD)
    answer = answered(calls["marta"], 1)
    FeedbackRequest.objects.create(call=calls["marta"], feedback=answer, location=calls["marta"].location)
    assert names(as_supervisor, answer="any") == {"Jon", "Marta"}
    assert names(as_supervisor, answer="unhappy") == {"Marta"}
    assert names(as_supervisor, answer="happy") == {"Jon"}
    assert names(as_supervisor, answer="none") == {"Harriet", "Nora"}


def test_days_are_those_of_each_locations_clock(world, as_admin):
    # 03:30 UTC on the 2nd: still the 1st at Riverside (New York) and at Harbor (Los Angeles), two clocks apart.
    at = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    make_call(world.agent, world.marta, created_at=at, ended_at=at)
    make_call(world.supervisor, world.harriet, created_at=at, ended_at=at)
    assert names(as_admin, **{"from": "2026-03-01", "to": "2026-03-01"}) == {"Harriet"}
    assert names(as_admin, **{"from": "2026-03-02"}) == {"Marta"}
    assert names(as_admin, to="2026-03-01") == {"Harriet"}


@pytest.mark.parametrize("also", [{}, {"outcome": "reached"}, {"issue": "ECHO"}, {"answer": "any"}, {"rated": "yes"}])
def test_whatever_index_is_walked_days_are_those_of_each_locations_clock(world, as_admin, also):
    at = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)  # as above
    for who, customer in ((world.agent, world.marta), (world.supervisor, world.harriet)):
        call = ended_call(who, customer)
        Call.objects.filter(pk=call.pk).update(created_at=at, ended_at=at)
        save(call, quality=3, issues=["ECHO"])
        make_feedback(call.location, call=call, nps_score=10)
    for days, name in (({"from": "2026-03-02"}, "Marta"), ({"to": "2026-03-01"}, "Harriet")):
        assert names(as_admin, **days, **also) == {name}
        assert CallFilters({**days, **also}, user=world.admin).search.page().count == 1


def test_each_part_of_a_period_narrows_the_others(calls, as_supervisor):
    tomorrow = str(timezone.localdate() + timedelta(days=2))
    assert names(as_supervisor, period="7") == {"Marta", "Jon", "Harriet", "Nora"}
    assert names(as_supervisor, period="7", **{"from": tomorrow}) == set()


def test_a_page_and_its_links_are_cut_at_one_moment(world):
    """At midnight the days turn; what was asked for before it stays what it was."""
    late = datetime(2026, 3, 2, 4, 59, tzinfo=UTC)  # a minute to midnight at Riverside, and in the agent's zone
    call = make_call(world.agent, world.marta, created_at=late, ended_at=late)
    type(world.agent).objects.filter(pk=world.agent.pk).update(time_zone="America/New_York")
    world.agent.refresh_from_db()

    def found(now):
        return [one.pk for one in CallFilters({"period": "today"}, user=world.agent, now=now).calls()]

    assert found(late) == [call.pk] and found(late + timedelta(minutes=2)) == []


@pytest.mark.parametrize("few", [0, 100])
def test_rated_calls_are_found_by_their_own_copy_few_or_many(calls, world, as_supervisor, few, monkeypatch):
    """Joined with their wrap-ups, a million of those were read for a page of a rare status."""
    monkeypatch.setattr(probes, "FEW", few)
    assert names(as_supervisor, rated="yes") == {"Marta", "Jon"}
    assert names(as_supervisor, rated="yes", provider="plivo") == {"Jon"}
    assert names(as_supervisor, rated="yes", outcome="wrong_party") == {"Jon"}
    search = CallFilters({"rated": "yes", "status": "completed"}, user=world.admin).search
    assert "feedback_rating" not in str(search.calls().query)


@pytest.mark.parametrize(("people", "crowd"), [(500, 5_000), (0, 5_000), (0, 0)])
def test_a_name_that_few_many_or_nearly_all_have_finds_the_same_calls(calls, as_admin, people, crowd, monkeypatch):
    monkeypatch.setattr(probes, "PEOPLE", people), monkeypatch.setattr(probes, "CROWD", crowd)
    assert names(as_admin, q="ar") == {"Marta", "Harriet"}
    assert names(as_admin, q="555010") == {"Marta", "Jon", "Harriet"}
    assert names(as_admin, q="ar", status="completed") == {"Marta"} and names(as_admin, q="nobody") == set()
    assert ">2 of 2<" in page(as_admin, q="ar")


def test_of_a_crowd_it_is_said_that_there_are_more_without_counting(calls, world, as_admin, monkeypatch):
    monkeypatch.setattr(probes, "PEOPLE", 0), monkeypatch.setattr(probes, "HARD_CAP", 1)
    assert CallFilters({"q": "ar"}, user=world.admin).search._found[0].count == (2, 1)
    assert ">2 of more than 1<" in page(as_admin, q="ar") and ">1 of 1<" in page(as_admin, q="ar", status="completed")


def test_what_waits_is_not_taken_for_few_because_much_of_it_needs_a_person(world, monkeypatch):
    """Of the first so many that wait most may be parked too; the others behind them wait all the same."""
    monkeypatch.setattr(probes, "MOST", 3), monkeypatch.setattr(probes, "FEW", 2)
    ratings = [save(known_everywhere(world.agent, world.marta, vendor_id=f"v{n}")) for n in range(6)]
    for rating in ratings[:3]:
        delivery = leg(rating, "plivo")
        delivery.state = DeliveryState.PARKED
        delivery.save()
    for state, wanted in (("pending", ratings[3:]), ("parked", ratings[:3])):
        found = CallFilters({"sent": state}, user=world.admin)
        assert {call.pk for call in found.calls()} == {rating.call_id for rating in wanted}
        assert len(found.search._found[0].calls) <= 3


@pytest.mark.parametrize("name", sorted(metrics.COUNTS))
def test_the_rows_of_a_number_are_the_calls_it_counts(calls, world, name):
    make_call(world.supervisor, world.oskar, created_at=timezone.now(), ended_at=timezone.now())
    for user in (world.supervisor, world.agent, world.admin, world.elsewhere):
        today = timezone.localdate()
        first, last = today - timedelta(days=6), today
        counted = Scope(user, first, last).calls().filter(metrics.COUNTS[name])
        given = {"from": str(first), "to": str(last), "counted": name}
        assert set(CallFilters(given, user=user).search.calls()) == set(counted)


def test_a_number_that_is_not_counted_is_said_to_be_left_out(calls, as_supervisor):
    shown = page(as_supervisor, counted="wishes")
    assert "is not counted any more" in shown and "Marta" in shown
    assert "is not counted any more" not in page(as_supervisor, counted="calls")


def test_a_call_without_an_end_counts_when_it_began(world, as_supervisor):
    make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS)
    assert names(as_supervisor, period="today") == {"Marta"}


def test_the_list_can_be_ordered_by_when_calls_began(world, as_supervisor):
    now = timezone.now()
    long = ended_call(world.agent, world.marta, created_at=now - timedelta(hours=3), ended_at=now)
    short = ended_call(
        world.agent, world.jon, created_at=now - timedelta(hours=1), ended_at=now - timedelta(minutes=50)
    )

    def order(**query):
        return [call.pk for call in as_supervisor.get(reverse("feedback:calls"), query).context["page"].rows]

    assert order() == [long.pk, short.pk]
    assert order(order="began") == [short.pk, long.pk]


def test_the_last_page_is_read_from_the_end(world, as_supervisor):
    at = timezone.now()
    wanted = [
        ended_call(world.agent, world.marta, wrap_up_due_at=None, ended_at=at - timedelta(seconds=i // 60)).pk
        for i in range(120)
    ]
    first = as_supervisor.get(reverse("feedback:calls")).context["page"]
    last = as_supervisor.get(reverse("feedback:calls"), {"cursor": first.last}).context["page"]
    middle = as_supervisor.get(reverse("feedback:calls"), {"cursor": last.newer}).context["page"]
    assert len(last.rows) == 50 and last.older == "" and last.last == ""
    newest_20 = {call.pk for call in first.rows[:20]}
    assert {call.pk for call in (*last.rows, *middle.rows)} | newest_20 == set(wanted)


def test_htmx_leaves_the_short_address(calls, as_supervisor):
    answer = as_supervisor.get(
        reverse("feedback:calls"), {"q": "", "status": "no_answer", "to": ""}, HTTP_HX_REQUEST="true"
    )
    assert answer["HX-Push-Url"] == "/calls/?status=no_answer"


def test_a_supervisor_of_some_locations_finds_nothing_elsewhere(calls, world):
    ended_call(world.elsewhere, world.oskar, topic="Billing")
    lone = make_user(role=Role.SUPERVISOR, locations=[world.harbor])
    for query in ({}, {"topic": "Billing"}, {"counted": "calls"}, {"period": "30"}, {"account": world.blue_oak.pk}):
        found = {call.location for call in CallFilters(query, user=lone).search.calls()}
        assert found <= {world.harbor}


def test_days_at_the_ends_of_time_are_no_error(calls, as_supervisor):
    for day in ("1970-01-01", "9000-12-31", "0001-01-01", "9999-12-31", "2026-02-30", str(date.max)):
        page(as_supervisor, **{"from": day, "to": day})
