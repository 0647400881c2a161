"""What may be sent to FeedbackAPI: exactly the arguments its page documents, each checked before it leaves.

A body is a table of checks by name; what is required to create stands first. Both lists are the page's, but
for `country_code` of a new customer, which only its sample shows (FACTS 6.5-8).
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from integrations.errors import Rejected
from integrations.text import clean

CUSTOMERS, LOCATIONS, ACCOUNTS, USERS = "customers", "locations", "accounts", "users"
REVIEWS, FEEDBACK, REQUESTS = "reviews", "feedback", "feedback-request"
RESOURCES = (CUSTOMERS, LOCATIONS, REVIEWS, FEEDBACK, REQUESTS, ACCOUNTS, USERS)
VERBS = ("use", "visit")
E164 = re.compile(r"\+[1-9][0-9]{7,14}")  # the page's own sample is shorter and would not be dialled
UNIX, ISO = "unix", "iso"


class _Wrong(ValueError):
    """What is wrong with a value, as a sentence."""


def _words(value):
    text = clean(value).strip() if isinstance(value, str) else ""
    if not text:
        raise _Wrong("This must not be empty.")
    return text


def _line(value):
    """A text that may be emptied: null."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Wrong("This must be a text.")
    return clean(value).strip() or None


def _email(value):
    text = _words(value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise _Wrong("This is not an e-mail address.")
    return text


def _mobile(value):
    text = _words(value)
    if not E164.fullmatch(text):
        raise _Wrong("A mobile number is written like +12125550123.")
    return text


def _country(value):
    text = _words(value).upper()
    if not re.fullmatch(r"[A-Z]{2}", text):
        raise _Wrong("A country is two letters, like US.")
    return text


def _id(value):
    text = _words(value)
    if not is_id(text):
        raise _Wrong("This is not an id of FeedbackAPI.")
    return text


def _ids(value):
    if not isinstance(value, (list, tuple)):
        raise _Wrong("This must be a list of ids.")
    return [_id(item) for item in value]


def _addresses(value):
    if not isinstance(value, (list, tuple)):
        raise _Wrong("This must be a list of addresses.")
    return [_address(item) for item in value]


def _address(value):
    text = _words(value)
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise _Wrong("A review profile is an address that begins with https://.")
    return text


def _truth(value):
    if not isinstance(value, bool):
        raise _Wrong("This is yes or no.")
    return value


def _limit(value):
    """A whole number from 0 on, or None for unlimited."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise _Wrong("A limit is a whole number, or empty for unlimited.")
    return value


def _verb(value):
    if value not in VERBS:
        raise _Wrong("People “use” or “visit” a company.")
    return value


def _moment(value):
    """An aware time, from a datetime or the ISO text a delivery keeps."""
    try:
        stamp = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(stamp, datetime) and stamp.tzinfo:
            return stamp.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _Wrong("This is not a time with its zone.")


_PERSON = {"email": _email, "mobile_number": _mobile, "fname": _line, "sname": _line, "country_code": _country}
_PLACE = {
    "address_line_1": _line,
    "address_line_2": _line,
    "address_line_3": _line,
    "postal_code": _line,
    "review_profile": _addresses,
}
_LIMITS = {"max_locations": _limit, "max_users": _limit, "max_campaigns": _limit, "sms_allowance": _limit}
# resource -> (required to create, optional to create). Reviews and feedback are only read.
CREATE = {
    CUSTOMERS: ({"location": _id}, _PERSON),
    LOCATIONS: ({"name": _words, "country_code": _country}, _PLACE),
    ACCOUNTS: ({"name": _words, "active": _truth, "verb": _verb}, {"account_template": _id, **_LIMITS}),
    USERS: ({"email": _email}, {"send_invite": _truth}),
    REQUESTS: (
        {"subscriber": _id, "template": _id, "location": _id},
        {"due": _moment, "suppress_message": _truth},
    ),
}
UPDATE = {
    CUSTOMERS: {**_PERSON, "opt_out": _truth, "location_add": _ids, "location_remove": _ids},
    LOCATIONS: {"name": _words, "country_code": _country, **_PLACE},
    ACCOUNTS: {"name": _words, "active": _truth, **_LIMITS},
}
DELETE = (CUSTOMERS, LOCATIONS, ACCOUNTS, USERS)


def creation(resource, values):
    """The body that creates one, from its arguments by name. Raises Rejected, naming the field, for a wrong one."""
    if resource not in CREATE:
        raise Rejected(f"FeedbackAPI cannot create {resource}.")
    required, optional = CREATE[resource]
    body = _checked({**required, **optional}, values)
    for name in required:
        if name not in body:
            raise Rejected("This is needed.", param=name)
    if resource == CUSTOMERS and not (body.get("email") or body.get("mobile_number")):
        raise Rejected("A customer needs an e-mail address or a mobile number.", param="email")
    return body


def change(resource, values):
    """The body that changes one: only what is in `values` is sent, the rest stays. Raises Rejected."""
    if resource not in UPDATE:
        raise Rejected(f"FeedbackAPI cannot change {resource}.")
    body = _checked(UPDATE[resource], values)
    if not body:
        raise Rejected("There is nothing to change.")
    return body


def is_id(value):
    """Whether it can stand in a path: ids are short and of plain characters, and case matters."""
    return isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z_-]{1,100}", value) is not None


def _checked(checks, values):
    body = {}
    for name, value in values.items():
        if name not in checks:
            raise Rejected("FeedbackAPI does not take this.", param=name)
        try:
            body[name] = checks[name](value)
        except _Wrong as wrong:
            raise Rejected(str(wrong), param=name) from wrong
    return body


# --- How values are written -------------------------------------------------------------------


def written(value, times=UNIX):
    """A value as JSON takes it; a time as unix seconds, which every sample shows, or as ISO (FACTS 6.5-3)."""
    if isinstance(value, datetime):
        return int(value.timestamp()) if times == UNIX else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def form(body):
    """A JSON body as the (name, text) pairs of a form: lists as `name[]`, as the page's curls write them."""
    return [
        (f"{name}[]" if isinstance(value, list) else name, text(item))
        for name, value in body.items()
        for item in (value if isinstance(value, list) else [value])
    ]


def text(value):
    """A value as a query or a form takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
