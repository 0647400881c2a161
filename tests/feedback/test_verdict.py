"""May this customer be asked? One sentence for each reason, and "link only" as the way out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from customers.models import ClientAccount, Customer, Location, PhoneNumber
from feedback import survey_facts, verdict
from feedback.cases import stages
from feedback.choices import RequestOrigin
from feedback.models import FeedbackRequest
from integrations.choices import DeliveryState
from integrations.models import Delivery
from tests.feedback.asked import ask, at_vendor, fresh, make_template, no_quiet_hours, surveys_work
from tests.feedback.cased import case_of
from tests.world import fiction, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.both]
DAY = timedelta(days=1)


@pytest.fixture
def template(world):
    return surveys_work(world)


def judge(world, template, customer=None, due=None, suppress=False, location=None):
    customer = fresh(customer or world.marta)
    location = fresh(location or world.riverside)
    return survey_facts.judge(verdict.Ask(customer, template, location, due or timezone.now(), suppress))


def codes(judged):
    return [reason.code for reason in judged.refusals]


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def test_nothing_stands_in_the_way(world, template):
    judged = judge(world, template)
    assert judged.may_send and judged.sentence == "" and not judged.is_delayed


@pytest.mark.parametrize(
    ("model", "fields", "code", "says"),
    [
        (Customer, {"opted_out_at": datetime(2026, 11, 3, 12, tzinfo=UTC)}, "opted_out", "Opted out on 3 November"),
        (Customer, {"is_invalid": True}, "invalid", "Marked invalid"),
        (Customer, {"email": ""}, "no_address", "No e-mail address"),
        (Customer, {"gone_at": datetime(2026, 11, 3, 12, tzinfo=UTC)}, "gone", "Inactive at FeedbackAPI"),
        (PhoneNumber, {"wrong_party_at": datetime(2026, 11, 3, 12, tzinfo=UTC)}, "wrong_party", "Somebody else"),
        (Location, {"vendor_id": None}, "location", "Riverside is not at FeedbackAPI yet."),
        (Location, {"is_active": False}, "location", "Riverside is not active."),
    ],
)
def test_each_reason_has_a_code_and_a_sentence(world, template, model, fields, code, says):
    rows = {Customer: world.marta, PhoneNumber: world.marta.phone, Location: world.riverside}
    change(rows[model], **fields)
    judged = judge(world, template)
    assert codes(judged) == [code]
    assert says in judged.sentence


def test_a_right_person_after_the_wrong_one_opens_the_way_again(world, template):
    now = timezone.now()
    change(world.marta.phone, wrong_party_at=now - DAY, right_party_at=now)
    assert judge(world, template).may_send
    change(world.marta.phone, wrong_party_at=now, right_party_at=now - DAY)
    assert codes(judge(world, template)) == ["wrong_party"]


def test_a_text_message_needs_a_line_that_takes_it(world, template):
    sms = make_template("sms1", channel="sms")
    assert judge(world, sms).may_send
    change(world.marta.phone, line_type="Landline")
    assert codes(judge(world, sms)) == ["no_address"]
    change(world.marta, phone=None)
    assert "No mobile number" in judge(world, sms).sentence


def test_whose_case_is_open_is_not_asked_until_it_is_closed(world, template):
    case_of(world.riverside, world.jon)
    assert judge(world, template).may_send
    case = case_of(world.riverside, world.marta)
    judged = judge(world, template)
    assert codes(judged) == ["open_case"] and judged.sentence.startswith(f"Case {case.pk} of theirs is open since ")
    stages.drop(case, world.supervisor, "A slip of the finger")
    assert judge(world, template).may_send


def test_the_cool_down_counts_our_requests_and_what_the_vendor_says(world, template):
    now = timezone.now()
    no_quiet_hours(cool_down_days=30)
    change(world.marta, last_sms_at=now - 29 * DAY)
    judged = judge(world, template)
    again = timezone.localdate() + DAY
    assert codes(judged) == ["cool_down"]
    assert f"again from {again.day} {again:%B}" in judged.sentence
    assert judge(world, template, due=now + DAY).may_send
    change(world.marta, last_sms_at=now - 30 * DAY, last_email_at=now - 2 * DAY)
    assert codes(judge(world, template)) == ["cool_down"]
    change(world.marta, last_email_at=None)
    row = ask(world)
    assert "Asked on" in judge(world, template).sentence
    Delivery.objects.filter(pk=row.delivery_id).update(state=DeliveryState.PARKED)
    assert judge(world, template).may_send
    Delivery.objects.filter(pk=row.delivery_id).update(maybe_double=True)
    assert codes(judge(world, template)) == ["cool_down"]


def test_a_link_is_no_message_and_does_not_count(world, template):
    ask(world, suppress=True)
    assert judge(world, template).may_send


def test_quiet_hours_delay_and_do_not_refuse(world, template):
    no_quiet_hours(quiet_from="21:00", quiet_until="09:00")
    judged = judge(world, template, due=datetime(2026, 11, 26, 3, 40, tzinfo=UTC))  # 22:40 in New York
    assert judged.may_send and judged.is_delayed
    assert judged.goes_at == datetime(2026, 11, 26, 14, tzinfo=UTC)
    assert judged.delay == "It would be 22:40 where they are; it goes 26 November, 09:00 there."


def test_the_allowance_is_counted_from_what_we_know_and_says_so(world, template):
    sms = make_template("sms1", channel="sms")
    ClientAccount.objects.update(sms_allowance=2)
    ask(world, make_customer("Ida", world.riverside, fiction(7)), sms)
    assert "at least 1 of 2 this month, campaigns not visible" in judge(world, sms).notes[0].sentence
    ask(world, make_customer("Ola", world.riverside, fiction(8)), sms)
    judged = judge(world, sms)
    assert codes(judged) == ["allowance"]
    assert "at least 2 of 2 this month, campaigns not visible" in judged.sentence
    assert judge(world, template).may_send  # an e-mail
    assert judge(world, sms, due=timezone.now() + 32 * DAY).may_send  # another month


def test_a_location_of_another_client_account_is_refused(world, template):
    at_vendor(world.oak_street, "oak")
    judged = judge(world, template, location=world.oak_street)
    assert codes(judged) == ["other_account"]
    assert "Blue Oak Vets" in judged.sentence and "Northwind Dental" in judged.sentence


def test_a_template_out_of_use_or_of_another_account_is_refused(world, template):
    theirs = make_template("t2", account=world.blue_oak)
    gone = make_template("t3", is_active=False)
    for one in (theirs, gone, None):
        assert codes(judge(world, one)) == ["template"]
        assert codes(judge(world, one, suppress=True)) == ["template"]


def test_link_only_is_the_way_out_of_all_that_is_about_disturbing_somebody(world, template):
    now = timezone.now()
    change(world.marta, opted_out_at=now, is_invalid=True, last_sms_at=now)
    change(world.marta.phone, wrong_party_at=now)
    case_of(world.riverside, world.marta)
    assert len(codes(judge(world, template))) == 5
    judged = judge(world, template, suppress=True)
    assert judged.may_send and not judged.is_delayed


def test_a_link_still_needs_a_customer_that_can_be_there(world, template):
    assert codes(judge(world, template, world.numberless, suppress=True)) == ["no_address"]
    at_vendor(world.numberless, "other")
    assert judge(world, template, world.numberless, suppress=True).may_send
    change(world.numberless, gone_at=timezone.now())
    assert codes(judge(world, template, world.numberless, suppress=True)) == ["gone"]


def test_do_not_call_is_about_calls(world, template):
    from customers.services import add_do_not_call

    add_do_not_call(world.marta.phone, world.northwind, world.agent)
    assert judge(world, template).may_send


def test_facts_cost_the_same_for_one_and_for_twenty(world, template, django_assert_num_queries):
    many = [make_customer(f"Person {n}", world.riverside, email=f"p{n}@example.test") for n in range(20)]
    for one in many:
        case_of(world.riverside, one)
        FeedbackRequest.objects.create(customer=one, location=world.riverside, origin=RequestOrigin.VENDOR)
    related = Customer.objects.select_related("phone", "location__account")
    for ids in ([many[0].pk], [one.pk for one in many]):
        customers = list(related.filter(pk__in=ids))
        with django_assert_num_queries(4):  # rules, requests, cases, text messages
            book = survey_facts.FactBook(customers, timezone.now())
            assert all(
                book.of(one, one.location).asked_at and book.of(one, one.location).open_case for one in customers
            )
