"""Time zones as people look for them: their own continent, then a city, with today's offset."""

import zoneinfo
from datetime import datetime
from functools import cache

# What most of our readers are in, by the names they call them.
NEAR = (
    ("America/New_York", "Eastern, New York"),
    ("America/Chicago", "Central, Chicago"),
    ("America/Denver", "Mountain, Denver"),
    ("America/Phoenix", "Arizona, Phoenix"),
    ("America/Los_Angeles", "Pacific, Los Angeles"),
    ("America/Anchorage", "Alaska, Anchorage"),
    ("Pacific/Honolulu", "Hawaii, Honolulu"),
    ("UTC", "UTC"),
)
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def choices(chosen=""):
    """Grouped choices for a select. `chosen` is kept on the list even under an old name, like "US/Eastern"."""
    groups = [("Often used", [(name, _label(name, words)) for name, words in NEAR])]
    groups += [(region, _cities(region)) for region in REGIONS]
    known = {name for _, zones in groups for name, _ in zones}
    if chosen and chosen not in known and chosen in _names():
        groups.insert(0, ("Now", [(chosen, _label(chosen, chosen))]))
    return groups


def is_known(name):
    """Whether this machine knows a zone of that name."""
    return name in _names()


def _cities(region):
    often = {name for name, _ in NEAR}
    names = sorted(_names() - often)
    return [(name, _label(name, _city(name))) for name in names if name.startswith(f"{region}/")]


@cache
def _names():
    """Every zone this machine knows. Finding them opens some six hundred files: once a process is enough."""
    return frozenset(zoneinfo.available_timezones())


def _city(name):
    """ "America/Argentina/Buenos_Aires" gives "Buenos Aires, Argentina"."""
    return ", ".join(reversed(name.split("/")[1:])).replace("_", " ")


def _label(name, words):
    offset = datetime.now(zoneinfo.ZoneInfo(name)).strftime("%z")
    return f"{words} (UTC{offset[:3]}:{offset[3:5]})".replace("-", "−")
