"""CCAI's flags set while the call is on: a delivery of their own, at once."""

import pytest

from calls import flags
from calls.choices import CallStatus
from calls.models import Call
from integrations.choices import DeliveryState
from integrations.models import Delivery
from tests.calls.conftest import words_of
from tests.world import connection, make_call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(world):
    connection("ccai")
    return make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS, vendor_id="397")


def test_a_flag_is_a_delivery_of_its_own(call, world):
    delivery = flags.set_flags(call, world.agent, bad_actor=True)
    assert (delivery.kind, delivery.key) == ("ccai.customer_flags", f"call:{call.pk}:live-flags")
    assert delivery.payload == {
        "call_id": "397",
        "verified_customer": None,
        "bad_actor": True,
        "repeat_customer": None,
    }
    call.refresh_from_db()
    assert call.bad_actor is True and call.verified_customer is None
    assert call.flag_legs.get().delivery == delivery and call.flag_legs.get().by == world.agent
    assert words_of(call) == ["flags"]


def test_a_newer_wish_loses_nothing_of_the_one_it_replaces(call, world):
    first = flags.set_flags(call, world.agent, bad_actor=True)
    second = flags.set_flags(call, world.agent, verified_customer=True)
    first.refresh_from_db()
    assert first.state == DeliveryState.SUPERSEDED
    assert second.payload["bad_actor"] is True and second.payload["verified_customer"] is True


def test_a_supervisor_of_the_location_may_set_them_too(call, world):
    assert flags.set_flags(call, world.supervisor, repeat_customer=False).payload["repeat_customer"] is False


@pytest.mark.parametrize("who", ["colleague", "stranger", "elsewhere"])
def test_who_may_not_see_the_call_sets_nothing(call, world, who):
    with pytest.raises(flags.CannotSetFlags, match="not yours"):
        flags.set_flags(call, getattr(world, who), bad_actor=True)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"vendor_id": None}, "has not told us its id"),
        ({"status": CallStatus.COMPLETED}, "over"),
        ({"status": CallStatus.UNCERTAIN}, "over"),
    ],
)
def test_a_call_that_is_not_on_takes_no_flags(call, world, fields, why):
    Call.objects.filter(pk=call.pk).update(**fields)
    with pytest.raises(flags.CannotSetFlags, match=why):
        flags.set_flags(call, world.agent, bad_actor=True)
    assert not Delivery.objects.exists() and Call.objects.get(pk=call.pk).bad_actor is None
