"""Phone numbers as typed, kept as E.164."""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError


def e164(typed):
    """ "(212) 555-0100" → "+12125550100", read in the region of the settings. Raises ValidationError.

    Possible is enough: lists of what is valid age.
    """
    try:
        number = phonenumbers.parse(typed, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        raise ValidationError("This is not a phone number. Write it like +1 212 555 0100.", code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
