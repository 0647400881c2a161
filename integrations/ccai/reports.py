"""CCAI's JSON as our contracts. Every key is optional, every word may be new (the vendor says so)."""

import logging
from dataclasses import replace

from integrations import reading
from integrations.contracts import AgentReport, CallReport, MenuReport

logger = logging.getLogger(__name__)

FLAGS = ("verified_customer", "bad_actor", "repeat_customer")
_PREFIX = "disconnected_by_"
DEEPEST = 20  # menus in menus: nobody listens to more, and a list that holds itself must end


def one(body):
    """The call object of an answer: an object, or an array of one (the page prints both); else {}."""
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    return reading.mapping(body)


def vendor_id(row):
    """A call's or an agent's id as text; "" when there is none. It may become a word one day (`call_uuid`)."""
    value = row.get("id")
    return "" if isinstance(value, float) else reading.text(value, 64)


def call_report(row, zone="UTC"):
    """A CallReport from one call object. Raises ValueError for a row that is no call (no id)."""
    row = reading.mapping(row)
    if not vendor_id(row):
        raise ValueError("A call without an id.")
    agent, end_user = reading.mapping(row.get("agent_info")), reading.mapping(row.get("end_user"))
    menu = reading.mapping(row.get("selected_menu"))
    times = {key: reading.moment(row.get(key), zone) for key in _TIMES}
    wait = row.get("queue_duration", row.get("wait_duration"))  # the first replaces the second (Manager API)
    return CallReport(
        vendor_id=vendor_id(row),
        status=_status_of(row),
        at=times.pop("updated_at") or reading.latest(*times.values()),
        call_type=reading.text(row.get("call_type")),
        created_at=times["created_at"],
        queued_at=times["queued_at"],
        assigned_at=times["assigned_at"],
        connected_at=times["connected_at"],
        ended_at=times["ends_at"],
        wait_seconds=reading.whole(wait),
        talk_seconds=reading.whole(row.get("call_duration")),
        hold_seconds=reading.whole(row.get("hold_duration")),
        agent_id=vendor_id(agent),
        agent_name=_name(agent),
        outbound_number=reading.text(row.get("outbound_number"), 40),
        out_ticket_id=reading.text(row.get("out_ticket_id"), 100),
        out_contact_id=reading.text(end_user.get("out_contact_id"), 100),
        parent_id=reading.text(row.get("parent_id"), 64),
        fail_reason=_fail_reason(row.get("fail_reason")),
        disconnected_by=reading.text(row.get("disconnected_by"), 64).removeprefix(_PREFIX),
        scheduled_at=reading.moment(row.get("scheduled_at"), zone),
        menu_id=vendor_id(menu),
        menu_name=reading.text(menu.get("name")),
        end_user_identifier=reading.text(end_user.get("identifier"), 100),
        raw=row,
    )


_TIMES = ("updated_at", "created_at", "queued_at", "assigned_at", "connected_at", "ends_at")


def status(word):
    """The vendor's word in lower case with underscores: "Action Only" and action_only are one."""
    return "_".join(reading.text(word, 60).lower().split())


def _status_of(row):
    """A scheduled call is printed as "queued" that was never queued (FACTS 6.1-5): it waits for its time."""
    word = status(row.get("status"))
    waits = word == "queued" and row.get("scheduled_at") and not row.get("queued_at")
    return "scheduled" if waits else word


def _fail_reason(word):
    reason = reading.text(word, 100)
    return "" if reason == "nothing" else reason


def _name(agent):
    """The whole name, or put together from its parts."""
    parts = (reading.text(agent.get("first_name")), reading.text(agent.get("last_name")))
    return reading.text(agent.get("name")) or " ".join(part for part in parts if part)


def agent_report(row):
    """An AgentReport from one row of the Manager list. Raises ValueError for a row without an id."""
    row = reading.mapping(row)
    if not vendor_id(row):
        raise ValueError("An agent without an id.")
    availability = row.get("status")
    return AgentReport(
        vendor_id=vendor_id(row),
        email=reading.text(row.get("email")).lower(),
        name=_name(row),
        availability=reading.text(reading.mapping(availability).get("name") or availability) or _presence(row),
        raw=row,
    )


def _presence(row):
    return "Offline" if reading.truth(row.get("online")) is False else ""


def menu_report(row):
    """A MenuReport from one row of either list, its path its name alone. Raises ValueError for a row without an id."""
    row = reading.mapping(row)
    if not vendor_id(row):
        raise ValueError("A menu without an id.")
    name = reading.text(row.get("name")) or f"Menu {vendor_id(row)}"
    return MenuReport(
        vendor_id=vendor_id(row),
        name=name,
        path=name,
        menu_type=status(row.get("menu_type")),
        parent_id=reading.text(row.get("parent_id"), 64),
        is_hidden=reading.truth(row.get("hidden")) is True,
        is_deleted=reading.truth(row.get("deleted")) is True,
        raw=row,
    )


def flat(rows, parent_id=None, depth=0):
    """The rows of `menus/tree`, children after their parents, each told who its parent is."""
    for row in rows if isinstance(rows, list) and depth < DEEPEST else []:
        row = reading.mapping(row)
        own = {key: value for key, value in row.items() if key != "children"}
        yield own if parent_id is None else {"parent_id": parent_id} | own
        yield from flat(row.get("children"), row.get("id"), depth + 1)


def with_paths(menus):
    """The MenuReports with their parents' names before their own."""
    by_id = {menu.vendor_id: menu for menu in menus}
    return [replace(menu, path=" / ".join(_names(menu, by_id))) for menu in menus]


def _names(menu, by_id):
    """From the top down; a circle of parents ends where it closes."""
    names, seen = [menu.name], {menu.vendor_id}
    while (menu := by_id.get(menu.parent_id)) and menu.vendor_id not in seen:
        names.insert(0, menu.name)
        seen.add(menu.vendor_id)
    return names


def each(rows, read):
    """`read` of every row that can be read. A bad row is set aside and counted in the log; the rest go on."""
    good = []
    for row in rows:
        try:
            good.append(read(row))
        except ValueError as error:
            logger.warning("CCAI row set aside: %s", error)
    return good


def flags(body):
    """The three flags by name, each True, False or None. Either spelling of "repeat" is read."""
    row = one(body)
    found = {name: reading.truth(row.get(name)) for name in FLAGS}
    if found["repeat_customer"] is None:
        found["repeat_customer"] = reading.truth(row.get("repeat_customers"))
    return found
