"""From what is kept to what is printed: the nested feedback, the counts of an account, the kind of time."""

from integrations.sandbox.feedbackapi import tables
from integrations.sandbox.feedbackapi.shapes import ACCOUNTS, FEEDBACK, LOCATIONS, REQUESTS, TIME, TIME_OR_FALSE, USERS
from integrations.sandbox.feedbackapi.values import iso


def printed(world, shape, records):
    """The records (as `tables.select` gives them) as a reply prints them."""
    if shape is REQUESTS:
        _nest_feedback(world, records)
    if shape is ACCOUNTS:
        _count_used(world, records)
    return _timed(world, shape, records)


def one(world, shape, record):
    """A record with or without its hidden columns, as a reply prints it."""
    known = {key: value for key, value in record.items() if key not in shape.hidden}
    return printed(world, shape, [known])[0]


def _nest_feedback(world, records):
    wanted = [record["feedback"] for record in records if isinstance(record["feedback"], str)]
    marks = ", ".join("?" * len(wanted))
    found = tables.select(world.store, FEEDBACK, f"id IN ({marks})", wanted) if wanted else []
    by_id = {row["id"]: row for row in _timed(world, FEEDBACK, found)}
    for record in records:
        if not isinstance(record["feedback"], dict):  # an object was planted as it is
            record["feedback"] = by_id.get(record["feedback"])


def used(world, shape, account):
    """How many active locations (or users) are attached to an account."""
    return tables.count(world.store, shape, "listed = 1 AND account = ?", [account])


def _count_used(world, records):
    for record in records:
        record["active_locations"] = used(world, LOCATIONS, record["id"])
        record["active_users"] = used(world, USERS, record["id"])


def _timed(world, shape, records):
    if world.setting("feedbackapi_times") == "unix":
        return records
    stamps = [name for name, kind in shape.columns.items() if kind in (TIME, TIME_OR_FALSE)]
    for record in records:
        record |= {name: iso(record[name]) for name in stamps if type(record[name]) is int}
    return records
