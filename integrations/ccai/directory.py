"""Who and what a tenant has, for forms and for finding whose call it is: its menus, its agents and their states.

Kept per connection with the moment it was read, so that nobody waits for CCAI: what is known is given at once,
and where it is old a worker reads it anew. Only what was never read is asked for on the spot, for a second.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from zlib import crc32

from django.core.cache import cache
from django.utils import timezone

from integrations import doorbell
from integrations.ccai.client import Client
from integrations.contracts import AgentReport, MenuReport
from integrations.errors import VendorError

KEPT = 24 * 3600  # seconds; a tenant's menus and people are much the same tomorrow
FRESH = {"menus": timedelta(minutes=10), "agents": timedelta(seconds=15)}  # agents' states change by the minute
HURRY = 1.0  # seconds a form waits for what was never read
ASK_EVERY = 10  # seconds between two tries of that kind, and between two rings for a worker
MISSED_EVERY = 60  # seconds between two looks for an agent who is missing from the list

# Which menus take which kind of call. CCAI's page says two things of incoming calls (docs/vendor-facts.md 6.1-10),
# so this only orders and warns; CCAI decides.
_INCOMING = {
    "ivr_menu": "",
    "mobile_menu": "CCAI’s page says both that mobile menus take incoming calls and that they do not.",
    "web_menu": "CCAI’s page says both that web menus take incoming calls and that they do not.",
}
_SCHEDULED = {
    "mobile_menu": "",
    "web_menu": "",
    "ivr_menu": "CCAI’s page says that only mobile and web menus take scheduled calls.",
}
_TAKES = {"incoming": _INCOMING, "scheduled": _SCHEDULED}
_NO_OWN_QUEUE = "Other menus lie below this one, so it may have no queue of its own."


@dataclass(frozen=True)
class Listed:
    """What is known of one list: its rows, when they were read (None: never), and why a later try failed."""

    rows: tuple = ()
    at: datetime | None = None
    problem: str = ""

    @property
    def is_known(self):
        return self.at is not None


# Part of the cache's keys: what an older version kept in another form is not read.
_SHAPE = crc32(repr([field.name for kind in (Listed, MenuReport, AgentReport) for field in fields(kind)]).encode())


@dataclass(frozen=True)
class MenuChoice:
    """A MenuReport with what speaks against it; "" where nothing does."""

    menu: MenuReport
    warning: str = ""


def menus(connection):
    """The tenant's menus: a Listed of MenuReports."""
    return _known(connection, "menus")


def agents(connection):
    """The tenant's agents and their states: a Listed of AgentReports."""
    return _known(connection, "agents")


def refresh(connection):
    """Read both lists now, with the usual deadlines; for workers. Says in the Listed what could not be read."""
    for name in FRESH:
        _read(connection, name)


def choices(listed, kind):
    """[MenuChoice] for a form, kind "incoming" or "scheduled": what fits first, then what CCAI may refuse."""
    parents = {menu.parent_id for menu in listed.rows}
    found = [MenuChoice(menu, _warning(menu, kind, parents)) for menu in listed.rows if not menu.is_deleted]
    return sorted(found, key=lambda choice: (bool(choice.warning), choice.menu.path.lower()))


def agent(connection, *, email="", vendor_id=""):
    """The AgentReport with this e-mail or this id, else None. Missing ones are looked for once a minute."""
    found = _find(agents(connection), email.lower(), vendor_id)
    if found is None and cache.add(_key(connection, "agents-missed"), True, MISSED_EVERY):
        found = _find(_read(connection, "agents"), email.lower(), vendor_id)
    return found


def agents_at_hand(connection, rings=False):
    """The Listed of agents as it is kept: never asked for on the spot. With `rings` a worker reads it anew where it
    is old."""
    kept = cache.get(_key(connection, "agents")) or Listed()
    if rings:
        _ring_if_old(connection, "agents", kept)
    return kept


def agents_kept(connection):
    """{id: AgentReport} of what is kept: nothing is asked, so it may be called in a transaction."""
    return {row.vendor_id: row for row in (cache.get(_key(connection, "agents")) or Listed()).rows}


def _find(listed, email, vendor_id):
    wanted = (
        row for row in listed.rows if (email and row.email == email) or (vendor_id and row.vendor_id == vendor_id)
    )
    return next(wanted, None)


def _known(connection, name):
    kept = cache.get(_key(connection, name)) or Listed()
    if not kept.is_known:
        may_ask = cache.add(_key(connection, f"{name}-asked"), True, ASK_EVERY)
        return _read(connection, name, HURRY) if may_ask else kept
    _ring_if_old(connection, name, kept)
    return kept


def _ring_if_old(connection, name, kept):
    is_old = not kept.is_known or kept.at + FRESH[name] < timezone.now()
    if is_old and cache.add(_key(connection, f"{name}-rung"), True, ASK_EVERY):
        doorbell.read_directories()


def _read(connection, name, deadline=None):
    """Ask, keep and give the Listed; on failure the old rows with the reason."""
    kept = cache.get(_key(connection, name)) or Listed()
    try:
        found = getattr(Client(connection, deadline=deadline), name)()
    except VendorError as error:
        kept = replace(kept, problem=error.sentence)
    else:
        kept = Listed(tuple(replace(row, raw={}) for row in found), timezone.now())
    cache.set(_key(connection, name), kept, KEPT)
    return kept


def _key(connection, name):
    return f"ccai-directory-{_SHAPE}-{connection.pk}-{name}"


def _warning(menu, kind, parents):
    if menu.vendor_id in parents:
        return _NO_OWN_QUEUE
    if menu.is_hidden:
        return "Hidden from customers."
    return _TAKES[kind].get(menu.menu_type, "CCAI does not say what kind of menu this is.")
