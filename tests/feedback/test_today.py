"""Today: figures with their bases, the team now, and for whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from calls.choices import CallStatus
from feedback import metrics
from feedback.choices import Leg
from integrations.choices import DeliveryState
from integrations.models import Delivery
from tests.feedback.rated import ended_call, known_everywhere, leg, save, unanswered_call
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def figures(user):
    return {key: (figure.value, figure.n) for key, figure in metrics.today(user).items()}


def test_an_empty_day_has_dashes_not_zeros(as_supervisor, world):
    found = figures(world.supervisor)
    assert found.pop("calls") == (0, 0)
    assert set(found.values()) == {(None, 0)}
    assert "–" in as_supervisor.get(reverse("feedback:today")).content.decode()


def test_each_figure_names_its_base(world):
    save(known_everywhere(world.agent, world.marta), quality=4, issues=["ECHO"])
    save(known_everywhere(world.agent, world.jon, vendor_id="398"), quality=5, right_party=False)
    save(ended_call(world.agent, world.marta), outcome="voicemail", right_party=None, quality=None)
    ended_call(world.agent, world.marta)
    save(unanswered_call(world.agent, world.jon), outcome="no_answer", right_party=None, quality=None)
    make_call(world.agent, world.harriet, status=CallStatus.REFUSED)
    make_call(world.agent, world.harriet, status=CallStatus.NEEDS_AGENT)
    found = figures(world.supervisor)
    assert found["calls"] == (7, 7)
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


def test_a_day_is_the_readers_own_and_a_call_belongs_to_the_day_it_ended(world):
    with timezone.override("America/New_York"):
        began = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        over_midnight = {"created_at": began - timedelta(minutes=5), "ended_at": began + timedelta(minutes=5)}
        ended_call(world.agent, world.marta, **over_midnight)
        yesterday = {"created_at": began - timedelta(minutes=9), "ended_at": began - timedelta(minutes=1)}
        ended_call(world.agent, world.jon, **yesterday)
        assert figures(world.supervisor)["calls"] == (1, 1)


def test_a_day_of_25_hours_is_counted_whole(world):
    import zoneinfo
    from datetime import datetime

    from calls.models import Call

    zone = zoneinfo.ZoneInfo("America/New_York")
    began = datetime(2026, 11, 1, tzinfo=zone)  # clocks go back that night
    last = datetime(2026, 11, 1, 23, 59, tzinfo=zone)
    ended_call(world.agent, world.marta, created_at=last, ended_at=last)
    ended_call(world.agent, world.jon, created_at=last + timedelta(minutes=2), ended_at=last + timedelta(minutes=2))
    assert metrics.of_day(Call.objects.all(), began).count() == 1


def test_figures_are_those_of_ones_locations(world):
    ended_call(world.agent, world.marta)
    ended_call(world.elsewhere, world.oskar)
    assert figures(world.supervisor)["calls"] == (1, 1)
    assert figures(world.admin)["calls"] == (2, 2)


def test_the_team_now(as_supervisor, world):
    make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS)
    ended_call(world.colleague, world.jon)
    ended_call(world.colleague, world.jon, wrap_up_due_at=timezone.now() - timedelta(minutes=1))
    page = as_supervisor.get(reverse("feedback:today")).content.decode()
    assert "<b>1</b> on a call" in page
    assert "<b>1</b> wrapping up" in page
    assert "<b>1</b> unfinished wrap-up<" in page


def test_what_needs_a_person_stands_there(as_supervisor, as_elsewhere, world):
    rating = save(known_everywhere(world.agent, world.marta))
    parked = {"state": DeliveryState.PARKED, "reason": "Plivo does not know this call id.", "done_at": timezone.now()}
    Delivery.objects.filter(pk=leg(rating, Leg.PLIVO).pk).update(**parked)
    assert parked["reason"] in as_supervisor.get(reverse("feedback:today")).content.decode()
    assert parked["reason"] not in as_elsewhere.get(reverse("feedback:today")).content.decode()


def test_it_is_not_for_agents(as_agent):
    assert as_agent.get(reverse("feedback:today")).status_code == 403


def test_polled_it_is_the_fragment(as_supervisor):
    answer = as_supervisor.get(reverse("feedback:today"), HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in answer and 'id="today"' in answer


@pytest.mark.parametrize("rows", [1, 20])
def test_one_call_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    for number in range(rows):
        save(known_everywhere(world.agent, world.marta, vendor_id=str(number)))
    with django_assert_num_queries(8):  # session, user, counts, legs' counts, now, calls, their legs, parked
        as_supervisor.get(reverse("feedback:today"))
