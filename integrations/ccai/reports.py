"""CCAI's JSON as our contracts. Every key is optional, every word may be new (the vendor says so)."""

import logging

from integrations import reading
from integrations.contracts import AgentReport, CallReport

logger = logging.getLogger(__name__)

FLAGS = ("verified_customer", "bad_actor", "repeat_customer")
_PREFIX = "disconnected_by_"


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
    times = {key: reading.moment(row.get(key), zone) for key in _TIMES}
    wait = row.get("queue_duration", row.get("wait_duration"))  # the first replaces the second (Manager API)
    return CallReport(
        vendor_id=vendor_id(row),
        status=status(row.get("status")),
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
        raw=row,
    )


_TIMES = ("updated_at", "created_at", "queued_at", "assigned_at", "connected_at", "ends_at")


def status(word):
    """The vendor's word in lower case with underscores: "Action Only" and action_only are one."""
    return "_".join(reading.text(word, 60).lower().split())


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
        availability=reading.text(reading.mapping(availability).get("name") or availability),
        raw=row,
    )


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
