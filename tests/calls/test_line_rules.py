"""The rules about a person and a line: the hour, do-not-call, dead and wrong numbers, called often enough."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from calls import rules
from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from customers.models import CallingRule, DoNotCall, PhoneNumber
from customers.services import add_do_not_call
from tests.world import connection, fiction, make_call, make_customer, make_location, make_number

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 26, 9, 11, tzinfo=UTC)  # 04:11 in New York


@pytest.fixture(autouse=True)
def ccai(db):
    return connection("ccai")


@pytest.fixture
def daytime(settings):
    """Eight to nine, and where the clocks of the cast stand it is night."""
    settings.CALLING_HOURS = ("08:00", "21:00")


def refusals(user, **what):
    return rules.may_dial(user, connection=connection("ccai"), **what)


def codes(user, **what):
    return [refusal.code for refusal in refusals(user, **what)]


def at_night(monkeypatch, moment=NIGHT):
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_nobody_is_rung_at_night_where_they_are(world, daytime, monkeypatch):
    at_night(monkeypatch)
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert refusal.code == "legal_hours" and not refusal.may_override
    assert refusal.sentence == (
        "It is 04:11 on Thursday where they are, outside the hours for calls. "
        "Callable from 08:00 their time (in 3 h 49 min)."
    )
    assert codes(world.agent, number=make_number("+815012345678")) == [], "18:11 in Tokyo"


def test_the_customers_own_zone_does_not_count_for_another_number(world, daytime, monkeypatch):
    at_night(monkeypatch)
    world.marta.time_zone = "Asia/Tokyo"
    assert codes(world.agent, customer=world.marta) == []
    assert codes(world.agent, customer=world.marta, number=make_number(fiction(30))) == ["legal_hours"]


def test_a_scheduled_call_is_judged_at_its_own_time(world, daytime, monkeypatch):
    at_night(monkeypatch)
    scheduled = {"customer": world.marta, "kind": Kind.SCHEDULED, "menu_id": "12"}
    assert codes(world.agent, scheduled_at=NIGHT + timedelta(hours=6), **scheduled) == []
    (refusal,) = refusals(world.agent, scheduled_at=NIGHT + timedelta(hours=20), **scheduled)
    assert refusal.code == "legal_hours" and refusal.sentence.startswith("Then it is 00:11 on Friday where they are")


def test_a_ticket_alone_goes_by_the_locations_clock(world, daytime, monkeypatch):
    at_night(monkeypatch)
    (refusal,) = refusals(world.agent, ticket_id="71450", location=world.riverside)
    assert "at Riverside (nothing else tells where they are)" in refusal.sentence
    assert codes(world.agent, ticket_id="71450") == []


def test_whether_a_supervisor_may_is_the_rules_word(world, daytime, monkeypatch):
    at_night(monkeypatch)
    CallingRule.objects.create(week=[["08:00", "21:00"]] * 7, country="US", supervisor_may=True)
    assert refusals(world.agent, customer=world.marta)[0].may_override


def test_an_entry_holds_until_its_day(world):
    entry = add_do_not_call(world.marta.phone, None, world.admin)
    DoNotCall.objects.filter(pk=entry.pk).update(until=timezone.now() - timedelta(minutes=1))
    assert codes(world.agent, customer=world.marta) == []
    DoNotCall.objects.filter(pk=entry.pk).update(until=timezone.now() + timedelta(days=1))
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert refusal.code == "do_not_call" and "until" in refusal.sentence and not refusal.may_override


def test_what_we_know_of_ccais_own_list_holds_too(world):
    PhoneNumber.objects.filter(pk=world.marta.phone_id).update(ccai_blocked_at=timezone.now())
    world.marta.phone.refresh_from_db()
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert (refusal.code, refusal.may_override) == ("do_not_call_vendor", False)
    add_do_not_call(world.marta.phone, None, world.admin)
    assert codes(world.agent, customer=world.marta) == ["do_not_call"], "said once, by our own"


def test_who_opted_out_where_no_account_is_set_is_not_called_there(world):
    nowhere = make_location("Synced", members=[world.agent])
    nowhere.account = None
    nowhere.save()
    number = make_number(fiction(31))
    make_customer("Who asked", nowhere, fiction(31), opted_out_at=timezone.now())
    assert codes(world.agent, number=number) == ["opted_out"]
    assert codes(world.agent, customer=make_customer("Their second row", nowhere, fiction(31))) == ["opted_out"]
    assert "opted_out" not in codes(world.elsewhere, number=number), "of another account"


def test_an_accounts_entry_holds_for_a_customer_of_no_location(world):
    number = make_number(fiction(32))
    add_do_not_call(number, world.northwind, world.admin)
    someone = make_customer("Kept without one", None, fiction(32))
    assert "do_not_call" in codes(world.admin, customer=someone)
    assert "do_not_call" not in codes(world.admin, customer=someone, location=world.oak_street), "for another account"


def known(number, **days_ago):
    facts = {f"{name}_at": timezone.now() - timedelta(days=days) for name, days in days_ago.items()}
    PhoneNumber.objects.filter(pk=number.pk).update(**facts)
    number.refresh_from_db()


def test_a_dead_number_is_said_and_a_supervisor_may(world):
    known(world.marta.phone, disconnected=3, reached=9)
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert refusal.code == "number_dead" and refusal.may_override and "was not in service on" in refusal.sentence
    known(world.marta.phone, reached=1)
    assert codes(world.agent, customer=world.marta) == []


def test_a_wrong_person_is_said_until_the_right_one_answers(world):
    known(world.marta.phone, wrong_party=3, reached=3, right_party=9)
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert refusal.code == "wrong_party" and refusal.may_override and "not Marta Oliveira" in refusal.sentence
    known(world.marta.phone, right_party=1)
    assert codes(world.agent, customer=world.marta) == []


def test_a_number_is_called_so_often_a_day_and_no_more(world, settings):
    settings.CALLS_A_DAY = 2
    make_call(world.agent, world.marta, status=CallStatus.NO_ANSWER)
    assert codes(world.agent, customer=world.marta) == []
    make_call(world.agent, world.marta, status=CallStatus.BUSY)
    (refusal,) = refusals(world.agent, customer=world.marta)
    assert refusal.code == "too_often" and refusal.may_override
    assert refusal.sentence == "+1 212-555-0101 was called twice today, and twice is the most."


def test_what_did_not_ring_or_rang_us_or_is_not_of_the_day_is_not_counted(world, settings):
    settings.CALLS_A_DAY = 1
    make_call(world.agent, world.marta, status=CallStatus.REFUSED)
    make_call(world.agent, world.marta, kind=Kind.INCOMING, provider=Provider.TELESIGN)
    make_call(None, world.marta, kind=Kind.INCOMING, status=CallStatus.VOICEMAIL)  # nobody asked CCAI for it
    make_call(world.agent, world.marta, created_at=timezone.now() - timedelta(days=2))
    assert codes(world.agent, customer=world.marta) == []
    asked = make_call(world.agent, world.marta, kind=Kind.INCOMING, asked_at=timezone.now())
    assert codes(world.agent, customer=world.marta) == ["too_often"], "CCAI rang them for a queue"
    asked.delete()
    ahead = timezone.now() + timedelta(days=3)
    make_call(None, world.marta, kind=Kind.SCHEDULED, status=CallStatus.SCHEDULED, scheduled_at=ahead)
    assert codes(world.agent, customer=world.marta) == []
    scheduled = {"customer": world.marta, "kind": Kind.SCHEDULED, "menu_id": "12", "scheduled_at": ahead}
    assert codes(world.agent, **scheduled) == ["too_often"]


def test_an_account_sets_its_own_number_of_calls(world, settings):
    settings.CALLS_A_DAY = 1
    CallingRule.objects.create(week=[["00:00", "00:00"]] * 7, account=world.northwind, most_a_day=2)
    make_call(world.agent, world.marta)
    assert codes(world.agent, customer=world.marta) == []
    assert Call.objects.count() == 1
