"""May this person dial this now? Each rule refuses in one sentence and makes no row."""

import pytest
from django.utils import timezone

from calls import rules
from calls.choices import CallStatus
from calls.models import Call
from calls.services import DialRefused, place
from customers.services import add_do_not_call
from integrations.models import Connection
from tests.world import connection, fiction, make_call, make_customer, make_number

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ccai(db):
    return connection("ccai")


def refusals(user, **what):
    return rules.may_dial(user, connection=Connection.objects.of("ccai"), **what)


def codes(user, **what):
    return [refusal.code for refusal in refusals(user, **what)]


def test_nothing_stands_in_the_way_of_an_ordinary_call(world):
    assert codes(world.agent, customer=world.marta) == []
    assert codes(world.agent, number=make_number(fiction(30))) == []
    assert codes(world.agent, ticket_id="71450") == []


def test_somebody_must_be_called(world):
    assert codes(world.agent) == ["to"]
    (refusal,) = refusals(world.agent, customer=world.numberless)
    assert refusal.sentence == "Nora Numberless has no phone number."


def test_an_agent_needs_an_email_in_ccai(world):
    assert codes(world.stranger, number=make_number(fiction(30))) == ["no_ccai_email"]


def test_a_connection_that_is_off_or_paused_says_so(world, ccai):
    Connection.objects.filter(pk=ccai.pk).update(is_on=False)
    assert codes(world.agent, customer=world.marta) == ["connection_off"]
    Connection.objects.filter(pk=ccai.pk).update(is_on=True, paused_at=timezone.now(), paused_why="Wrong key.")
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert refusal.code == "connection_paused" and "Wrong key." in refusal.sentence


def test_only_the_connections_caller_ids_may_be_shown(world, ccai):
    Connection.objects.filter(pk=ccai.pk).update(caller_ids=["+13392195276"])
    assert codes(world.agent, customer=world.marta, outbound_number="+13392195276") == []
    assert codes(world.agent, customer=world.marta, outbound_number="+17608675309") == ["outbound_number"]


def test_do_not_call_holds_for_everybody_or_for_one_account(world):
    add_do_not_call(world.marta.phone, world.northwind, world.admin, "asked us to")
    assert codes(world.agent, customer=world.marta) == ["do_not_call"]
    assert codes(world.agent, number=world.marta.phone) == ["do_not_call"]
    same_line = make_customer("Marta at the vet", world.oak_street, fiction(1))
    assert codes(world.agent, customer=same_line) == []
    add_do_not_call(world.marta.phone, None, world.admin)
    assert codes(world.agent, customer=same_line) == ["do_not_call"]


def test_who_opted_out_is_not_dialled_under_another_row_either(world):
    world.marta.opted_out_at = timezone.now()
    world.marta.save()
    twin = make_customer("M. Oliveira", world.riverside, fiction(1))
    assert codes(world.agent, customer=world.marta) == codes(world.agent, customer=twin) == ["opted_out"]
    assert codes(world.agent, number=world.marta.phone) == ["opted_out"]


def test_a_colleague_on_the_number_is_named(world):
    call = make_call(world.colleague, world.marta, status=CallStatus.RINGING)
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert refusal.code == "number_busy" and "Cleo Colleague" in refusal.sentence and refusal.call == call


def test_an_agent_on_a_call_is_told_once_and_led_there(world):
    call = make_call(world.agent, world.marta, status=CallStatus.IN_PROGRESS)
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert (refusal.code, refusal.call) == ("agent_busy", call)


def test_an_uncertain_call_holds_its_number_only(world):
    call = make_call(world.agent, world.marta, status=CallStatus.UNCERTAIN)
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert (refusal.code, refusal.call) == ("number_busy", call)
    assert codes(world.agent, customer=world.jon) == []


@pytest.mark.parametrize("to", ["911", "hello", "555", "+999 1234567", "+1 212 555 0130 99999"])
def test_a_number_that_is_none_is_refused_before_any_row(world, to):
    with pytest.raises(DialRefused) as refused:
        place(world.agent, intent="one", to=to)
    assert refused.value.refusals[0].code == "to" and str(refused.value)
    assert not Call.objects.exists()


def test_every_reason_is_said_at_once(world, ccai):
    Connection.objects.filter(pk=ccai.pk).update(is_on=False)
    with pytest.raises(DialRefused) as refused:
        place(world.stranger, intent="one", to=fiction(30))
    assert [refusal.code for refusal in refused.value.refusals] == ["no_ccai_email", "connection_off"]
