"""What a parameter may hold. Each reader returns the clean value, or raises ValueError with words for the client.

The same readers serve JSON, where a flag is a flag, and form or query, where all is text.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from integrations.sandbox.clock import parse

# ISO 3166-1 alpha-2.
_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_COUNTRIES.split())
_LATEST = 253_402_300_799  # the last second of the year 9999
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def text(value):
    """Text as it is; empty text is none."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value or None


def flag(value):
    """A boolean, or the words true and false in any case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _FLAGS:
        return _FLAGS[value.lower()]
    raise ValueError("must be a boolean")


def whole(low, high=None):
    """A reader of whole numbers from `low` (to `high`)."""

    def read(value):
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("must be an integer")
        if value < low or (high is not None and value > high):
            raise ValueError(f"must be {low} or more" if high is None else f"must be between {low} and {high}")
        return value

    return read


def decimal(value):
    """A number, as a float."""
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise ValueError("must be a decimal") from None
    if not number.is_finite():
        raise ValueError("must be a decimal")
    return float(number)


def moment(value):
    """Unix seconds from unix seconds (as every sample has) or ISO 8601 (as every sentence says)."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}(\.\d+)?", value):
        value = float(value)
    if isinstance(value, str):
        value = _iso(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LATEST:
        raise ValueError("must be an ISO 8601 timestamp")
    return int(value)


def _iso(value):
    try:
        # In a query an unescaped "+" of the offset has become a space.
        return parse(re.sub(r" (\d\d:?\d\d)$", r"+\1", value)).timestamp()
    except (ValueError, OverflowError):
        raise ValueError("must be an ISO 8601 timestamp") from None


def iso(seconds):
    """`2024-12-14T00:00:00Z` of unix seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def email(value):
    """An address with something on both sides of one @."""
    value = text(value)
    if value is not None and not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", value):
        raise ValueError("must be a valid email address")
    return value


def mobile(value):
    """A number in E.164 format. curl sends the page's own "+" as a form's space, so that is forgiven."""
    value = text(value)
    if value is None:
        return None
    value = re.sub(r"^ (?=\d)", "+", value)
    if not re.fullmatch(r"\+[1-9]\d{7,14}", value):
        raise ValueError("must be in E.164 format")
    return value


def country(value):
    """A 2 letter ISO country code, in capitals."""
    value = text(value)
    if value is not None and value.upper() not in COUNTRIES:
        raise ValueError("must be a 2 letter ISO country code")
    return value and value.upper()


def one_of(*words):
    """A reader of one of some words."""

    def read(value):
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return read


def texts(value):
    """A list of texts; in a form one alone is a list too."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be an array of strings")
    return value


def allowance(value):
    """A limit from 0, kept in the kind it came in: the page echoes the text "2000" as text."""
    whole(0)(value)
    return value


def nullable(read):
    """A reader that also takes null, and a form's empty text, for none."""

    def reader(value):
        return None if value is None or value == "" else read(value)

    return reader
