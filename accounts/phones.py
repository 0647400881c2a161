"""Phone numbers: read from any spelling, kept as E.164, shown as people write them.

Only what is *possible* is dialled (right length for its country): validity lists age, and numbers
reserved for fiction are not "valid".
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from phonenumbers import NumberParseException, ValidationResult

LONGEST = 15  # digits, country code included (E.164)
LONGEST_TEXT = 250  # what the library reads at most; nobody types more
EMERGENCY = {"000", "110", "111", "112", "118", "119", "911", "999"}  # answered in many countries, whatever ours is

EMPTY = "Type a phone number."
LETTERS = "A phone number has no letters: write its digits."
EXTENSION = "CCAI cannot dial an extension: leave it out and ask for it on the call."
TOO_SHORT = "This number is too short: write it with its area code, or with + and its country code."
TOO_LONG = "This number is too long: check its digits."
UNKNOWN_COUNTRY = "No country has this code: check the digits after the +."
NOT_POSSIBLE = "No number in this country has that many digits."
NOT_A_NUMBER = "This is not a phone number."
NO_EMERGENCY = "Emergency and short numbers cannot be dialled from here."

_REASONS = {
    ValidationResult.TOO_SHORT: TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: TOO_SHORT,
    ValidationResult.TOO_LONG: TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: UNKNOWN_COUNTRY,
}
_PARSE_REASONS = {
    NumberParseException.INVALID_COUNTRY_CODE: UNKNOWN_COUNTRY,
    NumberParseException.TOO_SHORT_NSN: TOO_SHORT,
    NumberParseException.TOO_SHORT_AFTER_IDD: TOO_SHORT,
    NumberParseException.TOO_LONG: TOO_LONG,
}
_EXTENSION = re.compile(r"\d[\s,;.]*(ext(ensio)?n?|x|#)\.?[\s:]*\d+\s*$", re.IGNORECASE)


class PhoneProblem(ValueError):
    """Why a text is no number we can dial; `str()` is the sentence for people."""


@dataclass(frozen=True)
class ParsedNumber:
    """`e164` "+12125550123"; `region` "US", or "" for +800 and the like; `display` "+1 212-555-0123"."""

    e164: str
    region: str
    display: str


def parse(text, region=None):
    """A ParsedNumber from any spelling, also with 00 before the country code or in another script's digits.

    A number without a country code is read in `region` (ISO; settings.PHONE_REGION).
    Raises PhoneProblem with one of the sentences above.
    """
    plain = _plain(text)
    region = region or settings.PHONE_REGION
    _refuse_by_looks(plain, region)
    try:
        number = phonenumbers.parse(plain, region)
    except NumberParseException as error:
        raise PhoneProblem(_PARSE_REASONS.get(error.error_type, NOT_A_NUMBER)) from error
    _refuse_impossible(number)
    return _parsed(number)


def _plain(text):
    """Digits in ASCII, no invisible marks (copied from an address book), no spreadsheet's apostrophe."""
    shown = [char for char in str(text or "")[:LONGEST_TEXT] if unicodedata.category(char) not in ("Cf", "Cc", "Cs")]
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in shown)
    plain = plain.replace("\uff0b", "+").strip().lstrip("'").strip()
    plain = re.sub(r"^tel:", "", plain, flags=re.IGNORECASE)
    return re.sub(r"^00(?=[\s\d(])", "+", plain)


def _refuse_by_looks(plain, region):
    digits = re.sub(r"\D", "", plain)
    if not plain:
        raise PhoneProblem(EMPTY)
    if _EXTENSION.search(plain):
        raise PhoneProblem(EXTENSION)
    if any(char.isalpha() for char in plain):
        raise PhoneProblem(LETTERS)
    if not digits:
        raise PhoneProblem(NOT_A_NUMBER)
    if digits in EMERGENCY or _is_short(digits, region):
        raise PhoneProblem(NO_EMERGENCY)
    if len(digits) > LONGEST + 4:  # four more: an exit code such as 011, and a trunk 0
        raise PhoneProblem(TOO_LONG)


def _is_short(digits, region):
    """Whether a phone of `region` would reach a service by these few digits: help, police, a crisis line."""
    if len(digits) > 6:  # no country's short numbers are longer
        return False
    if phonenumbers.connects_to_emergency_number(digits, region):
        return True
    country = phonenumbers.country_code_for_region(region)
    number = phonenumbers.PhoneNumber(country_code=country, national_number=int(digits))
    return phonenumbers.is_valid_short_number_for_region(number, region)


def _reaches_help(national, country_code):
    """Whether these digits behind a country code would be taken for an emergency; other short ones are too short."""
    region = phonenumbers.region_code_for_country_code(country_code)
    return len(national) <= 6 and phonenumbers.connects_to_emergency_number(national, region)


def _refuse_impossible(number):
    national = phonenumbers.national_significant_number(number)
    if national in EMERGENCY or _reaches_help(national, number.country_code):
        raise PhoneProblem(NO_EMERGENCY)
    if number.extension:
        raise PhoneProblem(EXTENSION)
    if len(str(number.country_code) + national) > LONGEST:
        raise PhoneProblem(TOO_LONG)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE:
        raise PhoneProblem(_REASONS.get(reason, NOT_POSSIBLE))


def _parsed(number):
    main = phonenumbers.region_code_for_country_code(number.country_code)  # of numbers for fiction, in no list
    region = phonenumbers.region_code_for_number(number) or main
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ParsedNumber(e164, "" if region in ("001", "ZZ") else region, display(e164))


def display(e164):
    """The international way of writing it; a text that is no number comes back as it is."""
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def digits_of(text):
    """The ASCII digits in a text, from any script's."""
    return re.sub(r"\D", "", _plain(text).lstrip("+"))


def region_of(e164):
    """The ISO country of an E.164 text; "" for +800 and the like, and for what is no number."""
    try:
        return _parsed(phonenumbers.parse(e164)).region
    except NumberParseException:
        return ""
