"""Phone numbers of the people we call: what time it is where they ring, and the one row of each.

Reading and writing a number as text is `accounts.phones`, where a caller id needs it too.
"""

import zoneinfo

import phonenumbers
from django.db import IntegrityError, transaction
from django.utils import timezone
from phonenumbers import NumberParseException
from phonenumbers.timezone import TIMEZONE_DATA, UNKNOWN_TIMEZONE, time_zones_for_number

from accounts.phones import PhoneProblem, digits_of, display, parse, region_of
from customers.models import Customer, PhoneNumber

__all__ = ["PhoneProblem", "digits_of", "display", "get_number", "local_time", "parse", "zone", "zones"]

# --- Where the other end is -------------------------------------------------------------------


def zones(e164):
    """IANA names of the time zones the number may ring in; [] when nothing tells."""
    try:
        found = time_zones_for_number(phonenumbers.parse(e164))
    except NumberParseException:
        return []
    return [name for name in found if name != UNKNOWN_TIMEZONE and zone(name)]


def local_time(subject):
    """(aware datetime there, zone name, certain) of a Customer, PhoneNumber or E.164 text.

    Certain: the customer's own zone is on file, or the number's whole country shares one clock. A number
    that may ring in several zones takes the customer's location's, where that is one of them.
    (None, "", False) when nothing tells.
    """
    own, number, here = _told(subject)
    if zone(own):
        return _now_in(own), own, True
    candidates = zones(number) if number else []
    if candidates and _one_clock(candidates):
        return _now_in(candidates[0]), candidates[0], _one_clock(_country_zones(number))
    if zone(here) and (here in candidates or not number):
        return _now_in(here), here, False
    return None, "", False


def _told(subject):
    """(the person's own zone, number, zone of their location), each "" when unknown."""
    if isinstance(subject, Customer):
        place = subject.location.time_zone if subject.location else ""
        return subject.time_zone, subject.phone.e164 if subject.phone else "", place
    return "", subject.e164 if isinstance(subject, PhoneNumber) else str(subject or ""), ""


def _country_zones(e164):
    return TIMEZONE_DATA.get(str(phonenumbers.parse(e164).country_code), ())


def _one_clock(names):
    return len({_now_in(name).utcoffset() for name in names if zone(name)}) == 1


def _now_in(name):
    return timezone.now().astimezone(zone(name))


def zone(name):
    """The ZoneInfo of an IANA name, None where it names none."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None


# --- The row ----------------------------------------------------------------------------------


def get_number(e164):
    """The one row of a number, made when it is new; two makers at once get the same row."""
    row = PhoneNumber.objects.filter(e164=e164).first()
    return row or _new_number(e164)


def _new_number(e164):
    try:
        with transaction.atomic():
            return PhoneNumber.objects.create(e164=e164, region=region_of(e164))
    except IntegrityError:
        return PhoneNumber.objects.get(e164=e164)
