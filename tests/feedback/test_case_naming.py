"""Who a case is about may become known later: the case says so, or joins the one that is open about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import keypad
from feedback.cases import naming, opening, stages
from feedback.choices import ContactHow
from feedback.models import Case, Feedback
from tests.feedback.cased import at_hour, case_of, contacted, low_review, unhappy
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


def test_a_case_keeps_its_own_customer_and_is_known_by_them(world):
    """Whose the answer is was corrected in the meantime; whom the case is about stands on the case."""
    case = case_of(None, world.marta)
    Feedback.objects.update(customer=world.jon, location=world.riverside)
    assert naming.name() == 1
    case.refresh_from_db()
    assert (case.customer, case.location) == (world.marta, world.riverside)
    assert case.key == f"customer:{world.marta.pk}@{world.riverside.pk}"


def test_a_case_joins_the_open_one_of_its_own_customer(world):
    jons, martas = case_of(world.riverside, world.jon), case_of(world.riverside, world.marta)
    stray = case_of(None, world.marta)
    stray.sources.get().answer.__class__.objects.filter(case_source__case=stray).update(
        customer=world.jon, location=world.riverside
    )
    assert naming.name() == 1
    stray.refresh_from_db()
    assert stray.drop_reason == f"The same customer’s: {martas}"
    assert (martas.sources.count(), jons.sources.count()) == (2, 1)


def test_what_several_know_of_one_case_is_put_together(world):
    case = case_of(None, None, vendor_customer="c9")
    second = unhappy(None, None, vendor_customer="c9")
    opening.sweep()
    Feedback.objects.filter(pk=second.pk).update(customer=world.marta)
    Feedback.objects.exclude(pk=second.pk).update(location=world.riverside)
    naming.name()
    case.refresh_from_db()
    assert case.key == f"customer:{world.marta.pk}@{world.riverside.pk}"


def test_who_was_reached_about_the_one_was_reached_about_the_other(world):
    martas = case_of(world.riverside, world.marta)
    stray = case_of(None, world.marta, owner=world.agent)
    contact = contacted(stray, world.agent).noted
    Feedback.objects.filter(case_source__case=stray).update(location=world.riverside)
    assert naming.name() == 1
    martas.refresh_from_db()
    assert (martas.stage, martas.owner, martas.contacted_at) == ("contacted", world.agent, contact.at)
    assert all(source.contacted_at == contact.at for source in martas.sources.all())
    stray.refresh_from_db()
    assert stray.stage == "dropped"


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


@pytest.mark.parametrize(("contacted_ago", "is_new"), [(timedelta(hours=1), True), (timedelta(minutes=1), False)])
def test_what_was_said_after_the_contact_sets_the_clock_anew_where_it_is_known_later_too(world, contacted_ago, is_new):
    open_one = at_hour(case_of(world.riverside, world.marta, ago=timedelta(hours=30)), 30)
    stages.contact(open_one, world.agent, ContactHow.EMAIL, at=timezone.now() - contacted_ago)
    stray = case_of(None, world.marta)
    Feedback.objects.filter(case_source__case=stray).update(location=world.riverside)
    assert naming.name() == 1
    open_one.refresh_from_db()
    assert open_one.sources.count() == 2
    assert (open_one.contacted_at is None, open_one.reopened_at is not None) == (is_new, is_new)
    assert open_one.owner == world.agent
