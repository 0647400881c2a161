"""Every spelling of a number that people type, and every sentence for what is none."""

import threading

import pytest
from django.db import connection

from customers import phones
from customers.models import PhoneNumber
from tests.world import make_customer


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("+12015550123", "US", "+12015550123"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("201.555.0123", "US", "+12015550123"),
        ("12015550123", "US", "+12015550123"),
        ("tel:+1-201-555-0123", "US", "+12015550123"),
        ("0012015550123", "DE", "+12015550123"),
        ("00 44 7700 900123", "US", "+447700900123"),
        ("01112015550123", "US", "+12015550123"),
        ("+1 212 555 0100", "US", "+12125550100"),
        ("07400 123456", "GB", "+447400123456"),
        ("081234 56789", "IN", "+918123456789"),
        ("+39 02 12345678", "US", "+390212345678"),
        ("+54 9 11 2345-6789", "US", "+5491123456789"),
        ("１２０１５５５０１２３", "US", "+12015550123"),
        ("+١٢١٢٥٥٥٠١٢٣", "US", "+12125550123"),
        ("٠٠١٢١٢٥٥٥٠١٢٣", "US", "+12125550123"),
        ("'+12015550123", "US", "+12015550123"),
        ("\u202a+1 201 555 0123\u202c", "US", "+12015550123"),
        ("+1 201\u00a0555\u00a00123\x00", "US", "+12015550123"),
    ],
)
def test_a_number_is_read_from_any_spelling(text, region, e164):
    assert phones.parse(text, region).e164 == e164


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", phones.EMPTY),
        ("   ", phones.EMPTY),
        (None, phones.EMPTY),
        ("anonymous", phones.LETTERS),
        ("1-800-FLOWERS", phones.LETTERS),
        ("1.20156E+10", phones.LETTERS),
        ("+", phones.NOT_A_NUMBER),
        ("()", phones.NOT_A_NUMBER),
        ("+12", phones.NOT_A_NUMBER),
        ("555-0123", phones.TOO_SHORT),
        ("+1813555555", phones.TOO_SHORT),
        ("2015550123.0", phones.TOO_LONG),
        ("+1 212 555 0123 4567", phones.TOO_LONG),
        ("1" * 200, phones.TOO_LONG),
        ("+49 123456789012345", phones.TOO_LONG),
        ("+999123456789", phones.UNKNOWN_COUNTRY),
        ("+1 201-555-0123 ext. 42", phones.EXTENSION),
        ("+1(201)555-0123 x7", phones.EXTENSION),
        ("201 555 0123 #7", phones.EXTENSION),
        ("911", phones.NO_EMERGENCY),
        ("+1911", phones.NO_EMERGENCY),
        ("٩١١", phones.NO_EMERGENCY),
        ("112", phones.NO_EMERGENCY),
        ("999", phones.NO_EMERGENCY),
        ("988", phones.NO_EMERGENCY),
    ],
)
def test_what_is_no_number_is_said_in_its_own_sentence(text, sentence):
    with pytest.raises(phones.PhoneProblem) as problem:
        phones.parse(text, "US")
    assert str(problem.value) == sentence


def test_each_trouble_has_a_sentence_of_its_own():
    said = [phones.EMPTY, phones.LETTERS, phones.EXTENSION, phones.TOO_SHORT, phones.TOO_LONG]
    said += [phones.UNKNOWN_COUNTRY, phones.NOT_POSSIBLE, phones.NOT_A_NUMBER, phones.NO_EMERGENCY]
    assert len(set(said)) == len(said)


def test_a_number_without_a_country_is_read_in_the_region_of_the_settings(settings):
    settings.PHONE_REGION = "GB"
    assert phones.parse("020 7946 0018").e164 == "+442079460018"


def test_a_number_carries_its_region_and_how_people_write_it():
    number = phones.parse("2125550123", "US")
    assert (number.region, number.display) == ("US", "+1 212-555-0123")
    assert phones.parse("+80012345678", "US").region == ""


def test_a_logged_number_is_masked():
    assert "555012" not in phones.mask("+12125550123") and phones.mask("+12125550123").endswith("23")


@pytest.mark.django_db
def test_the_customers_own_zone_is_certain(world):
    world.marta.time_zone = "Europe/Lisbon"
    when, zone, certain = phones.local_time(world.marta)
    assert (zone, certain) == ("Europe/Lisbon", True) and when.utcoffset() is not None


@pytest.mark.django_db
def test_a_zone_told_from_a_number_of_a_wide_country_is_not_certain(world):
    assert phones.local_time(world.marta)[1:] == ("America/New_York", False)


def test_a_country_with_one_clock_is_certain():
    assert phones.local_time("+821012345678")[1:] == ("Asia/Seoul", True)


@pytest.mark.django_db
def test_a_toll_free_number_takes_the_locations_zone(world):
    customer = make_customer("Toll Free", world.harbor, "+18005550123")
    assert phones.local_time(customer)[1:] == ("America/Los_Angeles", False)
    assert phones.local_time("+18005550123") == (None, "", False)


@pytest.mark.django_db
def test_a_zone_that_does_not_exist_is_no_zone(world):
    world.numberless.time_zone, world.numberless.location = "Mars/Olympus", None
    assert phones.local_time(world.numberless) == (None, "", False)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_makers_of_one_number_get_the_same_row():
    barrier, rows = threading.Barrier(2), []

    def make():
        barrier.wait(10)
        rows.append(phones.get_number("+12125550177").pk)
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert len(rows) == 2 and len(set(rows)) == 1 and PhoneNumber.objects.get().region == "US"
