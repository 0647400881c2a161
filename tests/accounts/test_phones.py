"""Every spelling of a number that people type, and every sentence for what is none."""

import pytest

from accounts import phones


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
