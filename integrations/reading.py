"""Values out of a vendor's JSON, whatever it put there: the wanted kind, or nothing. Never raises."""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

LONGEST_SECONDS = 2_147_483_647  # what a whole-number column holds; no call is longer
LATEST_STAMP = 253_402_300_800  # unix seconds of the year 10000, which no database stores


def mapping(value):
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value, limit=200):
    """A text or a number as text, stripped and cut; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, int) and value.bit_length() > 256:  # Python refuses to print what no vendor means
        return ""
    return str(value).strip()[:limit]


def whole(value):
    """Seconds or counts: a whole number from 0 on, from a number or its text; else None."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,15}(\.[0-9]{0,9})?\s*", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value <= LONGEST_SECONDS else None


def truth(value):
    """True or False, also from the texts "true" and "false"; else None."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def moment(value, zone=UTC):
    """An ISO stamp as an aware time in UTC; one without an offset is read in `zone`. None when it is no time."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        stamp = parse_datetime(value.strip())
        stamp = stamp if stamp is None or stamp.tzinfo else stamp.replace(tzinfo=zone_of(zone))
        return stamp and stamp.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(value):
    """A time in any form a vendor mixes: unix seconds as number or digits, or ISO; aware, in UTC. Else None."""
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", value.strip()):
            return moment(value)
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < LATEST_STAMP:
        return None  # also NaN, and 0 and False for "never"
    return datetime.fromtimestamp(value, UTC)


def zone_of(name):
    """A time zone from its name; UTC when there is no such zone. A zone is handed back as it is."""
    if isinstance(name, tzinfo):
        return name
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, TypeError, KeyError):
        return UTC


def latest(*moments: datetime | None):
    """The last of the times that are there, or None."""
    return max((stamp for stamp in moments if stamp), default=None)
