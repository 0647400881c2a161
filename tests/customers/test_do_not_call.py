"""The do-not-call list: its deeds, CCAI's own list beside it, and what we come to know of that one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from calls.choices import CallStatus
from calls.services import place
from customers.models import DoNotCall, PhoneNumber
from customers.services import add_do_not_call, do_not_call, remove_do_not_call
from integrations import outbox
from integrations.errors import Rejected
from integrations.models import Connection, Delivery
from tests.world import connection, fiction, make_number

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/ccai/apps/api/v1/outbound_dialer/dnc"


@pytest.fixture(autouse=True)
def ccai(db):
    return connection("ccai")


def options(**chosen):
    Connection.objects.filter(vendor="ccai").update(options=chosen)


def told():
    """The wishes for CCAI's list: (number, is on it) in their order."""
    rows = Delivery.objects.filter(kind="ccai.do_not_call").order_by("pk")
    return [(row.payload["phone"], row.payload["is_listed"]) for row in rows]


def test_an_entry_for_everybody_goes_to_ccai_and_one_for_an_account_stays_ours(world, sandbox):
    add_do_not_call(world.marta.phone, None, world.admin, "wrote a letter")
    add_do_not_call(world.jon.phone, world.northwind, world.admin, "of this client only")
    assert told() == [(fiction(1), True)]
    outbox.deliver_due()
    (asked,) = sandbox.requests(vendor="ccai", path="/dnc")
    assert fiction(1).lstrip("+") in str(asked["body"])
    world.marta.phone.refresh_from_db()
    assert world.marta.phone.is_blocked_at_ccai(timezone.now())
    assert DoNotCall.objects.get(account=None).delivery.state == "delivered"


def test_it_is_one_row_however_often_it_is_said_and_never_made_shorter(world):
    soon, later = (timezone.now() + timedelta(days=days) for days in (3, 30))
    entry = add_do_not_call(world.marta.phone, None, world.agent, "first", soon)
    assert add_do_not_call(world.marta.phone, None, world.admin, "longer", later) == entry
    assert add_do_not_call(world.marta.phone, None, world.admin, "shorter", soon).until == later
    assert add_do_not_call(world.marta.phone, None, world.admin, "for good").until is None
    assert add_do_not_call(world.marta.phone, None, world.admin, "again", later).until is None
    assert DoNotCall.objects.get().why == "for good"


def test_what_is_over_holds_no_longer_and_can_be_said_anew(world):
    entry = add_do_not_call(world.marta.phone, None, world.agent, until=timezone.now() - timedelta(days=1))
    assert entry.is_over and not DoNotCall.objects.holding().exists()
    add_do_not_call(world.marta.phone, None, world.admin, "once more")
    assert DoNotCall.objects.holding().get().by == world.admin


def test_taking_off_leaves_ccais_list_alone_until_somebody_confirmed_how(world, sandbox):
    add_do_not_call(world.marta.phone, None, world.admin)
    outbox.deliver_due()
    assert not remove_do_not_call(DoNotCall.objects.get(), world.supervisor, "she changed her mind")
    assert told() == [(fiction(1), True)] and not DoNotCall.objects.exists()
    world.marta.phone.refresh_from_db()
    assert world.marta.phone.ccai_blocked_at, "it still stands there"
    entry = AuditEntry.objects.get(deed="took a number off do-not-call")
    assert entry.reason == "she changed her mind"
    do_not_call.say_taken_off(world.marta.phone, world.admin, "done there")
    world.marta.phone.refresh_from_db()
    assert not world.marta.phone.ccai_blocked_at


def test_where_it_is_confirmed_ccai_is_asked_to_take_it_off_too(world, sandbox):
    options(dnc_remove=True)
    add_do_not_call(world.marta.phone, None, world.admin)
    outbox.deliver_due()
    assert remove_do_not_call(DoNotCall.objects.get(), world.supervisor, "she changed her mind")
    outbox.deliver_due()
    assert told() == [(fiction(1), True), (fiction(1), False)]
    world.marta.phone.refresh_from_db()
    assert not world.marta.phone.ccai_blocked_at


def test_nothing_is_owed_to_a_connection_that_is_off(world):
    Connection.objects.filter(vendor="ccai").update(is_on=False)
    entry = add_do_not_call(world.marta.phone, None, world.admin)
    assert told() == [] and entry.delivery is None


def test_ccai_is_looked_up_only_where_that_is_confirmed(world, sandbox):
    with pytest.raises(Rejected):
        do_not_call.look_up_at_ccai(world.marta.phone, world.admin)
    options(dnc_check=True)
    assert do_not_call.look_up_at_ccai(world.marta.phone, world.admin) is False
    add_do_not_call(world.marta.phone, None, world.admin)
    outbox.deliver_due()
    PhoneNumber.objects.update(ccai_blocked_at=None)
    assert do_not_call.look_up_at_ccai(world.marta.phone, world.admin) is True
    world.marta.phone.refresh_from_db()
    assert world.marta.phone.ccai_blocked_at


def test_a_dial_that_ccai_refuses_for_its_list_teaches_us_and_is_not_tried_again(world, sandbox):
    world.agent.ccai_email = "agent@demo.test"
    world.agent.save()
    add_do_not_call(world.marta.phone, None, world.admin)
    outbox.deliver_due()
    DoNotCall.objects.all().delete()
    PhoneNumber.objects.update(ccai_blocked_at=None)
    call = place(world.agent, intent="one", customer=world.marta)
    world.marta.phone.refresh_from_db()
    assert call.status == CallStatus.REFUSED and world.marta.phone.ccai_blocked_at, call.why


def test_many_are_put_on_at_once_and_counted_once(world):
    numbers = [fiction(number) for number in range(60, 65)]
    add_do_not_call(make_number(fiction(60)), None, world.admin)
    assert do_not_call.add_many(numbers, None, world.admin, "the list of May") == 4
    assert DoNotCall.objects.count() == 5 and len(told()) == 5
    assert do_not_call.add_many(numbers, None, world.admin, "the list of May") == 0
