"""Deliveries to FeedbackAPI: a frozen payload back into a deed, and off it goes.

Payloads are {"values"} to create, {"id", "values"} to change and {"id"} to delete, values by the page's names
with times as ISO texts. A change may say in "expects" what stands there now: it looks first, and one that
somebody else made meanwhile is not overwritten. A request may bring its "customer" instead of a subscriber.
What may not be done twice has a `find_…`: it looks whether an earlier, unclear try was done after all
(ARCHITECTURE, the table of repeats).

`Delivered.result` is {"row": the vendor's object}, and for a request also "customer", its object or None.
"""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

from integrations import reading
from integrations.contracts import Delivered
from integrations.errors import Rejected, Unavailable, Uncertain, VendorError
from integrations.feedbackapi import bodies, present
from integrations.feedbackapi.client import PER_PAGE, Client
from integrations.feedbackapi.filters import FILTERS

CUSTOMER_UPSERT, CUSTOMER_UPDATE, CUSTOMER_DELETE = (
    "feedbackapi.customer_upsert",
    "feedbackapi.customer_update",
    "feedbackapi.customer_delete",
)
LOCATION_CREATE, LOCATION_UPDATE, LOCATION_DELETE = (
    "feedbackapi.location_create",
    "feedbackapi.location_update",
    "feedbackapi.location_delete",
)
ACCOUNT_CREATE, ACCOUNT_UPDATE, ACCOUNT_DELETE = (
    "feedbackapi.account_create",
    "feedbackapi.account_update",
    "feedbackapi.account_delete",
)
USER_INVITE, USER_DELETE = "feedbackapi.user_invite", "feedbackapi.user_delete"
FEEDBACK_REQUEST = "feedbackapi.feedback_request"
GONE = "FeedbackAPI does not have it any more."
# Their clock may be behind ours, and a request may have been made a little before we wrote it down.
CLOCKS_DIFFER = timedelta(minutes=5)
_LINK = re.compile(r"https?:[^\s\"<>]+")  # slashes may be escaped, as JSON is printed
LONG = 200  # characters
MOST_PAGES = 20  # 2,000 rows since the attempt; more would be somebody's import, and a person looks


def creation(values, customer=None):
    """The payload that creates one. Raises Rejected in the delivery, not here: forms check before.

    customer   of a request whose `values` name no subscriber: a customer's arguments, made or updated first
    """
    return {"values": _plain(values)} | ({"customer": _plain(customer)} if customer is not None else {})


def change(vendor_id, values, expects=None):
    """The payload that changes one: only what is in `values`.

    expects   {field: [values that may stand there now]}; without it nobody looks first
    """
    return {"id": vendor_id, "values": _plain(values)} | ({"expects": expects} if expects is not None else {})


def removal(vendor_id):
    """The payload that deletes one."""
    return {"id": vendor_id}


def create(resource, connection, payload):
    """Create one from a kept payload; gives Delivered, whose `vendor_ref` is its id. An invited user has none.

    Raises the errors of `Client.create`.
    """
    row, answer = Client(connection).create(resource, _part(payload, "values", dict))
    return _delivered(answer, row.vendor_id, row=row.raw)


def invite(connection, payload):
    """Invite a user; as `create`. The link lets anybody in: it is in `result` alone, and in no words that are kept."""
    try:
        delivered = create(bodies.USERS, connection, payload)
    except VendorError as error:
        error.words = _LINK.sub("•••", error.words)
        raise
    return replace(delivered, words=_LINK.sub("•••", delivered.words))


def request(connection, payload):
    """Make a request, after its customer where the payload brings one; gives Delivered. Raises as `create`."""
    client = Client(connection)
    values, customer = _of_customer(client, payload)
    try:
        row, answer = client.create(bodies.REQUESTS, values)
    except VendorError as error:
        error.result = {"customer": customer}
        raise
    return _delivered(answer, row.vendor_id, row=row.raw, customer=customer)


def _of_customer(client, payload):
    """(the request's values with its subscriber, the customer's raw object or None).

    A customer is known by address or number, so to say it twice is harmless; and nothing was asked of anybody
    yet, so an unclear answer here leaves nothing unclear about the request.
    """
    values = _part(payload, "values", dict)
    if "customer" not in payload:
        return values, None
    try:
        row, _ = client.create(bodies.CUSTOMERS, _part(payload, "customer", dict))
    except Uncertain as error:
        raise Unavailable(error.sentence, **error.facts) from error
    return {**values, "subscriber": row.vendor_id}, row.raw


def update(resource, connection, payload):
    """Change one; gives Delivered. Raises the errors of `Client.update`, and Rejected, with `result["conflict"]`,
    where it is not as the payload expects; `result["gone"]` where the vendor has it no more."""
    client, vendor_id = Client(connection), _part(payload, "id", str)
    values = _part(payload, "values", dict)
    if "expects" in payload:
        _look_first(client, resource, vendor_id, values, _part(payload, "expects", dict))
    row, answer = client.update(resource, vendor_id, values)
    return _delivered(answer, row.vendor_id, row=row.raw)


def _look_first(client, resource, vendor_id, values, expects):
    row = client.find(resource, vendor_id)
    if row is None:
        raise Rejected(GONE, status=404, result={"gone": True})
    conflict = present.conflict(row.raw, values, expects)
    if conflict:
        names = ", ".join(name.replace("_", " ") for name in conflict)
        result = {"conflict": conflict, "row": row.raw}
        raise Rejected(f"Changed at FeedbackAPI meanwhile: {names}.", result=result)


def delete(resource, connection, payload):
    """Delete one; gives Delivered. One that is gone already is what was wanted. Raises those of `Client.delete`."""
    vendor_id = _part(payload, "id", str)
    try:
        answer = Client(connection).delete(resource, vendor_id)
        return _delivered(answer, vendor_id, row=reading.mapping(answer.body))
    except Rejected as refused:
        if refused.status != 404:
            raise
        return Delivered(
            status=404,
            words=refused.words,
            vendor_ref=vendor_id,
            note=GONE,
            request_id=refused.request_id,
            duration_ms=refused.duration_ms,
        )


def find_request(connection, payload, since, is_taken):
    """What an unclear try made, as a Delivered; None where it made nothing.

    A request to the same subscriber with the same template and location, made after `since` (aware: when the try
    began), whose id is not `is_taken(id)` by another delivery. Raises as `Client.list`, and Rejected where there are
    too many to look through.
    """
    client = Client(connection)
    values, customer = _of_customer(client, payload)
    same = {name: values.get(name) for name in ("subscriber", "template", "location")}
    found = _oldest(client, bodies.REQUESTS, same, since, is_taken)
    return found and replace(found, result={**found.result, "customer": customer})


def find_location(connection, payload, since, is_taken):
    """As `find_request`, a location of that name and country."""
    values = _part(payload, "values", dict)
    same = {name: values.get(name) for name in ("name", "country_code")}
    return _oldest(Client(connection), bodies.LOCATIONS, same, since, is_taken)


def find_account(connection, payload, since, is_taken):
    """As `find_request`, an account of that name."""
    same = {"name": _part(payload, "values", dict).get("name")}
    return _oldest(Client(connection), bodies.ACCOUNTS, same, since, is_taken)


def find_user(connection, payload, since, is_taken):
    """As `find_request`, a user of that address. Lists leave out who has not accepted yet, so None says little."""
    same = {"email": _part(payload, "values", dict).get("email")}
    return _oldest(Client(connection), bodies.USERS, same, since, is_taken)


def _oldest(client, resource, same, since, is_taken):
    """The oldest object with these values that is nobody's: of two tries alike, each then finds its own.

    The list's own filter may be a looser one, and a very long value is no filter: it would not fit an address.
    """
    wanted = {name: present.read(name, value) for name, value in same.items()}
    asked = {name: value for name, value in same.items() if name in FILTERS[resource] and len(wanted[name]) < LONG}
    asked["created_after"] = since - CLOCKS_DIFFER
    for page in range(MOST_PAGES):
        found = client.list(resource, filters=asked, sort_by="created-asc", page=page, limit=PER_PAGE)
        for row in found.rows:
            if _is_since(row, since) and _has(row, wanted) and not is_taken(row.vendor_id):
                return Delivered(status=200, vendor_ref=row.vendor_id, result={"row": row.raw})
        if found.returned < PER_PAGE:
            return None
    raise Rejected(f"FeedbackAPI lists more than {MOST_PAGES * PER_PAGE:,} since then.")


def _has(row, wanted):
    return all(present.read(name, getattr(row, name)) == value for name, value in wanted.items())


def _is_since(row, since):
    return row.created_at is None or row.created_at >= since - CLOCKS_DIFFER


def _plain(values):
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _part(payload, name, kind):
    value = payload.get(name)
    if not isinstance(value, kind):
        raise Rejected("This delivery's content cannot be read.")
    return value


def _delivered(answer, vendor_ref, **result):
    return Delivered(
        status=answer.status,
        words=reading.text(reading.mapping(answer.body).get("message"), 2000),
        vendor_ref=vendor_ref,
        request_id=answer.request_id,
        duration_ms=answer.duration_ms,
        result=result,
    )


# How each kind is delivered, and where it must not be repeated blindly, how it is looked for.
DELIVER = {
    CUSTOMER_UPSERT: partial(create, bodies.CUSTOMERS),
    CUSTOMER_UPDATE: partial(update, bodies.CUSTOMERS),
    CUSTOMER_DELETE: partial(delete, bodies.CUSTOMERS),
    LOCATION_CREATE: partial(create, bodies.LOCATIONS),
    LOCATION_UPDATE: partial(update, bodies.LOCATIONS),
    LOCATION_DELETE: partial(delete, bodies.LOCATIONS),
    ACCOUNT_CREATE: partial(create, bodies.ACCOUNTS),
    ACCOUNT_UPDATE: partial(update, bodies.ACCOUNTS),
    ACCOUNT_DELETE: partial(delete, bodies.ACCOUNTS),
    USER_INVITE: invite,
    USER_DELETE: partial(delete, bodies.USERS),
    FEEDBACK_REQUEST: request,
}
FIND = {
    LOCATION_CREATE: find_location,
    ACCOUNT_CREATE: find_account,
    USER_INVITE: find_user,
    FEEDBACK_REQUEST: find_request,
}
# Where a look that finds nothing proves nothing, a person decides.
UNKNOWN = {
    USER_INVITE: "We do not know whether the invitation was made: FeedbackAPI lists nobody who has not accepted yet.",
}


def policy(kind):
    """What may be done after an unclear try, as `vendors.Kind` names it."""
    return "ask" if kind in UNKNOWN else "find" if kind in FIND else "repeat"
