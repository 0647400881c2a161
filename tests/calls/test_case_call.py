"""One click on a case rings its customer, over a real socket."""

import pytest
from django.urls import reverse

from calls.models import Call
from feedback.models import CaseCall
from tests.feedback.cased import case_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("agent")]


def press(client, case, key="one"):
    return client.post(reverse("feedback:case_call", args=[case.pk]), {"intent": key})


def test_one_click_calls_the_customer_and_the_call_knows_its_case(as_agent, world, sandbox, dials):
    case = case_of(world.riverside, world.marta, owner=world.agent)
    answer = press(as_agent, case)
    call = Call.objects.get()
    assert answer["Location"] == reverse("calls:detail", args=[call.pk])
    assert (call.customer, call.number, call.location) == (world.marta, world.marta.phone, world.riverside)
    assert CaseCall.objects.get(call=call).case == case
    assert press(as_agent, case)["Location"] == answer["Location"], "pressed twice is one call"
    assert len(dials()) == Call.objects.count() == 1


def test_a_refused_call_is_kept_with_the_case_and_says_why(as_agent, world, sandbox):
    case = case_of(world.riverside, world.marta, owner=world.agent)
    sandbox.answer("ccai", status=400, body={"message": "no"})
    press(as_agent, case)
    call = Call.objects.get()
    assert call.status == "refused" and call.case_call.case == case
    assert call.get_status_display() in as_agent.get(reverse("feedback:case", args=[case.pk])).content.decode()
