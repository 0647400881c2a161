"""Deliveries: what needs a person first, by cause; trying again; for whom."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from feedback.choices import Leg
from integrations.choices import AttemptOutcome, DeliveryState
from integrations.models import Attempt, Delivery
from tests.feedback.rated import CANARY, known_everywhere, leg, save
from tests.world import make_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]
REASON = "Plivo does not know this call id."


def parked(agent, customer, reason=REASON, **fields):
    """A rating's Plivo leg that Plivo has refused."""
    delivery = leg(save(known_everywhere(agent, customer, **fields)), Leg.PLIVO)
    change = {"state": DeliveryState.PARKED, "reason": reason, "done_at": timezone.now(), "attempt_count": 1}
    Delivery.objects.filter(pk=delivery.pk).update(**change)
    now = timezone.now()
    Attempt.objects.create(
        delivery=delivery,
        number=1,
        started_at=now,
        ended_at=now,
        outcome=AttemptOutcome.REJECTED,
        status=404,
        words=CANARY,
        sentence=reason,
    )
    delivery.refresh_from_db()
    return delivery


def listed(client, **query):
    return client.get(reverse("feedback:deliveries"), query).content.decode()


def test_causes_stand_first_with_payload_answer_and_a_way_on(as_admin, world):
    delivery = parked(world.agent, world.marta)
    parked(world.agent, world.jon, vendor_id="398", carrier_uuid="another-uuid")
    page = listed(as_admin)
    assert f"Plivo: {REASON}" in page and "2 need a person" in page
    assert "HTTP 404" in page and "&lt;script&gt;" in page and CANARY not in page
    assert reverse("feedback:retry", args=[delivery.pk]) in page


def test_phone_numbers_are_masked(as_admin, world):
    save(known_everywhere(world.agent, world.marta))
    page = listed(as_admin, vendor="trestle")
    assert world.marta.phone.e164 not in page
    assert "…01" in page


def test_nothing_parked_is_said(as_admin):
    assert "No delivery needs a person" in listed(as_admin)
    assert "No deliveries" in listed(as_admin)


def test_filters_by_state_and_vendor(as_admin, world):
    parked(world.agent, world.marta)
    assert "1 delivery" in listed(as_admin, state="parked")
    assert "1 delivery" in listed(as_admin, vendor="trestle")
    assert "0 deliveries" in listed(as_admin, vendor="trestle", state="parked")
    assert "4 deliveries" in listed(as_admin, state="melted")


def test_a_supervisor_sees_those_of_their_calls_and_an_admin_all(as_supervisor, as_elsewhere, as_admin, world):
    parked(world.agent, world.marta)
    assert REASON in listed(as_supervisor) and REASON in listed(as_admin)
    assert REASON not in listed(as_elsewhere) and "0 deliveries" in listed(as_elsewhere)


def test_it_is_not_for_agents(as_agent, world):
    delivery = parked(world.agent, world.marta)
    assert as_agent.get(reverse("feedback:deliveries")).status_code == 403
    assert as_agent.post(reverse("feedback:retry", args=[delivery.pk])).status_code == 403
    assert as_agent.post(reverse("feedback:retry_cause", args=["plivo"]), {"reason": REASON}).status_code == 403
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PARKED


def test_one_is_tried_again_and_it_is_written_down_who_did(as_supervisor, world):
    delivery = parked(world.agent, world.marta)
    assert as_supervisor.post(reverse("feedback:retry", args=[delivery.pk])).status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PENDING
    assert AuditEntry.objects.get(deed="sent again").actor == world.supervisor
    again = as_supervisor.post(reverse("feedback:retry", args=[delivery.pk]), follow=True)
    assert "no longer needs a person" in again.content.decode()


def test_a_delivery_out_of_sight_is_not_found(as_elsewhere, world):
    delivery = parked(world.agent, world.marta)
    assert as_elsewhere.post(reverse("feedback:retry", args=[delivery.pk])).status_code == 404
    as_elsewhere.post(reverse("feedback:retry_cause", args=["plivo"]), {"reason": REASON})
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PARKED


def test_all_of_a_cause_are_asked_about_then_tried_again(as_admin, world):
    ours = [parked(world.agent, world.marta), parked(world.agent, world.jon, vendor_id="2", carrier_uuid="uuid-uuid-2")]
    other = parked(world.agent, world.harriet, reason="Another reason", vendor_id="3", carrier_uuid="uuid-uuid-3")
    url = reverse("feedback:retry_cause", args=["plivo"])
    assert "Send 2 deliveries to Plivo again?" in as_admin.get(url, {"reason": REASON}).content.decode()
    assert Delivery.objects.filter(state=DeliveryState.PARKED).count() == 3
    as_admin.post(url, {"reason": REASON})
    assert {Delivery.objects.get(pk=one.pk).state for one in ours} == {DeliveryState.PENDING}
    other.refresh_from_db()
    assert other.state == DeliveryState.PARKED


def test_an_unknown_vendor_is_not_found(as_admin):
    assert as_admin.get(reverse("feedback:retry_cause", args=["nobody"])).status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(as_supervisor, world, rows, django_assert_num_queries):
    for number in range(rows):
        parked(world.agent, world.marta, vendor_id=str(number), carrier_uuid=f"uuid-uuid-{number}")
    # session, user · list, attempts, legs with calls, requests, count
    # groups, connections, the newest of each, these whole, attempts, legs, requests
    with django_assert_num_queries(14):
        listed(as_supervisor)


def test_a_delivery_of_no_call_is_for_admins_only(as_admin, as_supervisor, world):
    make_call(world.agent, world.marta)
    delivery = parked(world.agent, world.marta)
    delivery.rating_legs.all().delete()
    assert REASON in listed(as_admin)
    assert REASON not in listed(as_supervisor)


def test_who_sees_some_locations_is_told_that_there_are_more_and_not_how_many(as_supervisor, as_admin, world):
    for number in range(26):  # four deliveries each
        save(known_everywhere(world.agent, world.marta, vendor_id=str(number), carrier_uuid=f"uuid-{number}"))
    assert "more than 100 deliveries" in listed(as_supervisor)
    assert "104 deliveries" in listed(as_admin)
