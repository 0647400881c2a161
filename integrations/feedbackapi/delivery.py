"""Deliveries to FeedbackAPI: a frozen payload back into a deed, and off it goes.

Payloads are {"values"} to create, {"id", "values"} to change and {"id"} to delete, values by the page's names
with times as ISO texts. What may not be done twice has a `find_…`: it looks whether an earlier, unclear try
was done after all (ARCHITECTURE, the table of repeats).
"""

from datetime import timedelta
from functools import partial

from integrations import reading
from integrations.contracts import Delivered
from integrations.errors import Rejected
from integrations.feedbackapi import bodies
from integrations.feedbackapi.client import PER_PAGE, Client

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
# Their clock may be behind ours, and a request may have been made a little before we wrote it down.
CLOCKS_DIFFER = timedelta(minutes=5)
MOST_PAGES = 20  # 2,000 rows since the attempt; more would be somebody's import, and a person looks


def creation(values):
    """The payload that creates one. Raises Rejected in the delivery, not here: forms check before."""
    return {"values": _plain(values)}


def change(vendor_id, values):
    """The payload that changes one: only what is in `values`."""
    return {"id": vendor_id, "values": _plain(values)}


def removal(vendor_id):
    """The payload that deletes one."""
    return {"id": vendor_id}


def create(resource, connection, payload):
    """Create one from a kept payload; `vendor_ref` is its id, and of an invited user the link to accept it.

    Gives Delivered; raises the errors of `Client.create`.
    """
    row, answer = Client(connection).create(resource, _part(payload, "values", dict))
    return _delivered(answer, row.vendor_id or getattr(row, "invite_url", ""))


def update(resource, connection, payload):
    """Change one; gives Delivered. Raises the errors of `Client.update`."""
    row, answer = Client(connection).update(resource, _part(payload, "id", str), _part(payload, "values", dict))
    return _delivered(answer, row.vendor_id)


def delete(resource, connection, payload):
    """Delete one; gives Delivered. One that is gone already is what was wanted. Raises those of `Client.delete`."""
    vendor_id = _part(payload, "id", str)
    try:
        return _delivered(Client(connection).delete(resource, vendor_id), vendor_id)
    except Rejected as refused:
        if refused.status != 404:
            raise
        return Delivered(
            status=404,
            words=refused.words,
            vendor_ref=vendor_id,
            note="FeedbackAPI does not have it any more.",
            request_id=refused.request_id,
            duration_ms=refused.duration_ms,
        )


def find_request(connection, payload, since):
    """The FeedbackRequestRow an unclear try made, or None. `since` (aware) is when the first try began.

    The same subscriber, template and location since then; raises as `Client.list`.
    """
    values = _part(payload, "values", dict)
    same = {name: values.get(name) for name in ("subscriber", "template", "location")}
    return _newest(connection, bodies.REQUESTS, same, since)


def find_location(connection, payload, since):
    """As `find_request`, a LocationRow of that name and country."""
    values = _part(payload, "values", dict)
    same = {name: values.get(name) for name in ("name", "country_code")}
    return _newest(connection, bodies.LOCATIONS, same, since)


def find_account(connection, payload, since):
    """As `find_request`, an AccountRow of that name."""
    return _newest(connection, bodies.ACCOUNTS, {"name": _part(payload, "values", dict).get("name")}, since)


def find_user(connection, payload, since):
    """As `find_request`, a UserRow of that address. Lists leave out who has not accepted yet, so None says little."""
    email = str(_part(payload, "values", dict).get("email")).strip().lower()
    return _newest(connection, bodies.USERS, {}, since, lambda row: row.email.lower() == email)


def _newest(connection, resource, same, since, fits=None):
    """The newest row created since then with these values. The list's own filter may be a looser one."""
    fits = fits or (lambda row: all(getattr(row, name) == (value or "").strip() for name, value in same.items()))
    asked = {**same, "created_after": since - CLOCKS_DIFFER}
    client, best = Client(connection), None
    for page in range(MOST_PAGES):
        found = client.list(resource, filters=asked, sort_by="created-desc", page=page, limit=PER_PAGE)
        rows = (row for row in found.rows if fits(row) and _is_since(row, since))
        best = best or next(rows, None)
        if best or found.returned < PER_PAGE:
            break
    return best


def _is_since(row, since):
    return row.created_at is None or row.created_at >= since - CLOCKS_DIFFER


def _plain(values):
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _part(payload, name, kind):
    value = payload.get(name)
    if not isinstance(value, kind):
        raise Rejected("This delivery's content cannot be read.")
    return value


def _delivered(answer, vendor_ref):
    return Delivered(
        status=answer.status,
        words=reading.text(reading.mapping(answer.body).get("message"), 2000),
        vendor_ref=vendor_ref,
        request_id=answer.request_id,
        duration_ms=answer.duration_ms,
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
    USER_INVITE: partial(create, bodies.USERS),
    USER_DELETE: partial(delete, bodies.USERS),
    FEEDBACK_REQUEST: partial(create, bodies.REQUESTS),
}
FIND = {
    LOCATION_CREATE: find_location,
    ACCOUNT_CREATE: find_account,
    USER_INVITE: find_user,
    FEEDBACK_REQUEST: find_request,
}
