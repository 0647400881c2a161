"""A call made elsewhere: logged by hand, wrapped up like any other, claimed by no vendor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.models import Call
from feedback.models import Rating
from integrations.choices import DeliveryState
from tests.world import fiction, make_call

pytestmark = pytest.mark.django_db


def clock(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def said(whom, **more):
    hour_ago = timezone.now() - timedelta(hours=1)
    return {
        "intent": "one-press",
        "customer": whom.pk,
        "kind": "outbound",
        "status": "completed",
        "began": clock(hour_ago),
        "talked": "4:30",
    } | more


def test_a_logged_call_is_the_agents_and_waits_for_its_wrap_up(as_agent, world):
    answer = as_agent.post("/calls/log/", said(world.marta))
    call = Call.objects.get()
    assert answer.url == f"/calls/{call.pk}/"
    assert (call.provider, call.connection, call.agent, call.location) == (
        "elsewhere",
        None,
        world.agent,
        world.riverside,
    )
    assert (call.talk_seconds, call.ended_at - call.created_at) == (270, timedelta(seconds=270))
    assert call.wrap_up_due_at > timezone.now() and call.was_connected
    page = as_agent.get(answer.url).content.decode()
    assert "Made elsewhere" not in page or "logged by hand" in page
    assert "Customer flags in CCAI" not in page and "Status at" not in page


def test_its_wrap_up_tells_trestle_and_says_why_the_carrier_hears_nothing(api, world, as_agent):
    as_agent.post("/calls/log/", said(world.marta))
    call = Call.objects.get()
    body = {"quality": 5, "outcome": "reached", "right_party": True, "flags": {"verified_customer": True}}
    assert api(world.agent).put(f"/api/v1/calls/{call.pk}/rating/", body).status_code == 200
    legs = {leg.leg: leg.delivery for leg in Rating.objects.get().legs.select_related("delivery")}
    assert {legs[name].state for name in ("plivo", "ccai")} == {DeliveryState.NOT_APPLICABLE}
    assert all(delivery.reason for delivery in legs.values() if delivery.state == DeliveryState.NOT_APPLICABLE)


@pytest.mark.parametrize("status", ["no_answer", "busy", "voicemail", "failed"])
def test_what_was_not_answered_has_no_talk(as_agent, world, status):
    as_agent.post("/calls/log/", said(world.marta, status=status))
    call = Call.objects.get()
    assert (call.status, call.talk_seconds, call.was_connected) == (status, None, False)


def test_a_double_click_logs_once(as_agent, world):
    assert as_agent.post("/calls/log/", said(world.marta)).url == as_agent.post("/calls/log/", said(world.marta)).url
    assert Call.objects.count() == 1


def test_it_can_be_with_a_number_alone_and_may_have_come_in(as_agent, world):
    as_agent.post("/calls/log/", said(world.marta, customer="", who="212 555 0177", kind="incoming", talked=""))
    call = Call.objects.get()
    assert (call.number.e164, call.kind, call.customer, call.talk_seconds) == (fiction(77), "incoming", None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("began", clock(timezone.now() + timedelta(days=1))),
        ("began", "yesterday"),
        ("began", "0001-01-01T00:00"),
        ("talked", "four"),
        ("talked", "999:00"),
        ("talked", "-3"),
        ("status", "placing"),
        ("kind", "sideways"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_stays_typed(as_agent, world, field, value):
    page = as_agent.post("/calls/log/", said(world.marta, **{field: value}))
    assert page.status_code == 422 and not Call.objects.exists()
    assert "Marta Oliveira" in page.content.decode()


def test_a_call_cannot_end_in_the_future(as_agent, world):
    began = clock(timezone.now() - timedelta(minutes=5))
    page = as_agent.post("/calls/log/", said(world.marta, began=began, talked="30"))
    assert page.status_code == 422 and not Call.objects.exists()
    assert "would end in the future" in page.context["form"].errors["talked"][0]
    assert as_agent.post("/calls/log/", said(world.marta, began=began, talked="5")).status_code == 302


def test_what_was_not_answered_does_not_end_later_for_a_talk_that_is_not_kept(as_agent, world):
    began = clock(timezone.now())
    assert as_agent.post("/calls/log/", said(world.marta, began=began, status="busy", talked="30")).status_code == 302


def test_nobody_is_said_beside_the_field(as_agent, world):
    page = as_agent.post("/calls/log/", said(world.marta, customer="", who=""))
    assert page.status_code == 422 and b"aria-invalid" in page.content


def test_a_customer_of_another_location_is_not_known(as_elsewhere, world):
    page = as_elsewhere.post("/calls/log/", said(world.marta))
    assert page.status_code == 404 and not Call.objects.exists()
    assert b"Marta" not in page.content


def test_the_form_knows_whom_it_was_opened_for(as_agent, world):
    page = as_agent.get(f"/calls/log/?customer={world.marta.pk}").content.decode()
    assert "Marta Oliveira" in page and 'name="who"' not in page
    assert 'name="who"' in as_agent.get("/calls/log/").content.decode()


def test_the_wrap_up_of_a_call_that_was_not_ccais_asks_for_no_flags(as_agent, world):
    as_agent.post("/calls/log/", said(world.marta))
    elsewhere = Call.objects.get()
    at_ccai = make_call(world.agent, world.jon, vendor_id="515", ended_at=timezone.now())
    shown = {call.pk: as_agent.get(f"/calls/{call.pk}/wrap-up/").content.decode() for call in (elsewhere, at_ccai)}
    assert "Customer flags" not in shown[elsewhere.pk] and "flags_shown" not in shown[elsewhere.pk]
    assert "Customer flags in CCAI" in shown[at_ccai.pk]
