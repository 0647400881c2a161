"""Who a case is about may become known later: the case says so, or joins the one that is open about them."""

import pytest

from feedback import keypad
from feedback.cases import naming, opening
from feedback.models import Case, Feedback
from tests.feedback.cased import case_of, low_review, unhappy
from tests.feedback.rated import ended_call

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_the_customer_of_an_answer_appears_and_can_be_called(world):
    case = case_of(world.riverside, None, vendor_customer="c9", subscriber_name="M.")
    assert naming.name() == 0
    Feedback.objects.update(customer=world.marta)
    assert naming.name() == 1 and naming.name() == 0
    case.refresh_from_db()
    assert (case.customer, case.number, case.name) == (world.marta, world.marta.phone, "Marta Oliveira")
    assert case.events.last().text == "Marta Oliveira at Riverside"
    unhappy(world.riverside, world.marta)
    opening.sweep()
    assert Case.objects.count() == 1, "what comes next joins it"


def test_a_location_that_was_not_known_appears(world, as_supervisor):
    review = low_review(None)
    opening.sweep()
    assert not Case.objects.visible_to(world.supervisor).exists()
    type(review).objects.update(location=world.riverside)
    naming.name()
    assert Case.objects.visible_to(world.supervisor).get().key.endswith(f"@{world.riverside.pk}")


def test_one_that_turns_out_to_be_of_a_customer_with_an_open_case_joins_that(world):
    open_one = case_of(world.riverside, world.marta)
    call = ended_call(world.agent, None, number=world.jon.phone, location=world.riverside)
    pressed = {"source": "keypad", "kind": "stars", "nps_score": None, "star_rating": 1, "call": call}
    stray = case_of(world.riverside, None, connection=None, vendor_id=None, **pressed)
    call.customer = world.marta
    call.save()
    keypad.name(call)
    assert naming.name() == 1
    stray.refresh_from_db()
    assert (stray.stage, stray.drop_reason) == ("dropped", f"The same customer’s: Case {open_one.pk}")
    assert open_one.sources.count() == 2 and stray.sources.count() == 0
    assert open_one.events.last().text == f"Private answer: 1 of 5, of Case {stray.pk}"
    assert naming.name() == 0
