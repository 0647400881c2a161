"""Client accounts: their limits, and what stops when one is removed.

No location, customer or user names its account. Here all that the API makes belongs to the
oldest account there is, and is bound by that one's limits; without any account nothing is bound.
"""

from datetime import UTC

from integrations.sandbox.feedbackapi import tables
from integrations.sandbox.feedbackapi.body import arguments, read, require
from integrations.sandbox.feedbackapi.printing import one, used
from integrations.sandbox.feedbackapi.reading import kept
from integrations.sandbox.feedbackapi.refusals import Refused
from integrations.sandbox.feedbackapi.shapes import ACCOUNTS, LOCATIONS, REQUESTS, USERS
from integrations.sandbox.feedbackapi.values import allowance, flag, nullable, one_of, text, whole

_LIMIT = nullable(whole(0))
_UPDATE = {
    "name": text, "active": flag, "max_locations": _LIMIT, "max_users": _LIMIT, "max_campaigns": _LIMIT,
    "sms_allowance": nullable(allowance),
}  # fmt: skip
_CREATE = _UPDATE | {"verb": one_of("use", "visit"), "account_template": nullable(text)}
_LIMITED = {"max_locations": LOCATIONS, "max_users": USERS}


def create(world, request):
    """A new account; never an update, so the same name twice makes two."""
    given = read(body := arguments(request), _CREATE)
    require(body, "name", "active", "verb")
    account = {"id": tables.new_id(), "created": int(world.now().timestamp())} | given
    tables.insert(world.store, ACCOUNTS, [account | {"sms_allowance": _number(given)}])
    return _echo(world, account["id"], given)


def update(world, request, number):
    """Set what was passed. A limit below what is in use is refused."""
    kept(world, ACCOUNTS, number)
    given = read(body := arguments(request), _UPDATE)
    if "name" in given:
        require(body, "name")
    for limit, shape in _LIMITED.items():
        if given.get(limit) is not None and given[limit] < used(world, shape, number):
            raise Refused(400, f"{limit} cannot be less than the {used(world, shape, number)} in use", limit)
    changes = given | ({"sms_allowance": _number(given)} if "sms_allowance" in given else {})
    tables.update(world.store, ACCOUNTS, number, changes)
    return _echo(world, number, given)


def _number(given):
    value = given.get("sms_allowance")
    return None if value is None else int(value)


def _echo(world, number, given):
    """The account as printed; an allowance sent as text comes back as text, as in the sample."""
    account = one(world, ACCOUNTS, kept(world, ACCOUNTS, number))
    return account | ({"sms_allowance": given["sms_allowance"]} if "sms_allowance" in given else {})


def delete(world, request, number):
    """Remove an account: its messages that still wait are never sent."""
    kept(world, ACCOUNTS, number)
    tables.delete(world.store, ACCOUNTS, number)
    places = f"SELECT id FROM {LOCATIONS.table} WHERE account = ?"
    requests = f"SELECT id FROM {REQUESTS.table} WHERE location IN ({places})"
    world.store.sql(f"DELETE FROM {tables.EVENTS} WHERE deed = 'send' AND request IN ({requests})", [number])
    return {"id": number, "deleted": True}


def home(world):
    """The account that what we make belongs to, or None. Raises Refused (402) while it is inactive."""
    found = tables.select(world.store, ACCOUNTS, limit=1)
    if found and found[0]["active"] is False:
        raise Refused(402, "The account is inactive", "active")
    return found[0] if found else None


def room(world, limit, waiting=0):
    """The id of the account a location or user may join. Raises Refused (402) when it is full."""
    account = home(world)
    if account is None:
        return None
    most = account[limit]
    if most is not None and used(world, _LIMITED[limit], account["id"]) + waiting >= most:
        what = limit.removeprefix("max_")
        raise Refused(402, f"The account has reached its limit of {most} {what}", limit)
    return account["id"]


def sms_left(world):
    """Whether the account may send one more SMS this month (UTC)."""
    account = home(world)
    if account is None or account["sms_allowance"] is None:
        return True
    month = world.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sent = tables.count(world.store, REQUESTS, "type = 'sms' AND sent >= ?", [int(month.timestamp())])
    return sent < account["sms_allowance"]
