"""TeleSign's printed strings (telesign_voice.txt), and finding one in an answer whose form is nowhere printed."""

from dataclasses import dataclass

ACCEPTED = "dial_accepted"
UNSUPPORTED = "unsupported_call_state"


@dataclass(frozen=True)
class Refusal:
    """Our sentence for an error string, and TeleSign's name of the field at fault."""

    sentence: str
    param: str = ""


REFUSALS = {
    "caller_id_number_not_owned": Refusal(
        "TeleSign does not lease this caller id to you: choose another.", "caller_id_number"
    ),
    "caller_id_number_not_provided": Refusal("TeleSign needs a caller id.", "caller_id_number"),
    "invalid_phone_number": Refusal("TeleSign cannot dial this number.", "to"),
    "to_number_not_provided": Refusal("TeleSign needs the number to call.", "to"),
    UNSUPPORTED: Refusal("TeleSign does not do this at this point of a call: tell an admin."),
}
GENERIC = Refusal("TeleSign refused the call.")
# Of the 401s, which say what to do about the key.
UNAUTHORIZED = ("credentials_not_provided", "not_authorized")
TOO_FAST = "rate_limit_exceeded"

# Where a word may stand: the page prints "Status string" and "Error string" and no body (FACTS 6.3-2).
_KEYS = ("status", "error", "errors", "code", "message", "description", "result", "data")
_DEEPEST = 4  # {"error": {"data": {"errors": [{"code": …}]}}}
_MOST = 20  # entries of a list that are looked at


def said(value, depth=0):
    """Every text under the keys that may hold TeleSign's word, in their order."""
    if isinstance(value, str):
        return [value.strip()]
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [text for item in value[:_MOST] for text in said(item, depth + 1)]
    if isinstance(value, dict):
        return [text for key in _KEYS for text in said(value.get(key), depth + 1)]
    return []


def refusal_in(body):
    """The first printed error string in a body, "" where there is none."""
    return next((word for word in map(str.lower, said(body)) if word in REFUSALS), "")


def reference_in(body):
    """The `reference_id` of an answer, opaque text up to 64 characters whose case says nothing (FACTS 6.3-4).

    In lower case; "" without one.
    """
    if not isinstance(body, dict):
        return ""
    places = [body, body.get("result"), body.get("data")]
    found = (place.get("reference_id") for place in places if isinstance(place, dict))
    ids = (text.strip().lower() for text in found if isinstance(text, str))
    return next((text for text in ids if 0 < len(text) <= 64), "")
