"""Reading an action: every printed refusal, in the page's own words and order of its parameters."""

import re

# Numbers this account leases: +1 212 555 0180 to 0189, and the one CCAI's page shows.
LEASED = re.compile(r"1212555018\d|13392195276")
NUMBER = re.compile(r"[1-9][0-9]{7,14}")  # country code and digits, no plus
PRINTED = (
    ("an action that is no dial", "unsupported_call_state"),
    ("no to", "to_number_not_provided"),
    ("to with a plus, spaces or letters", "invalid_phone_number"),
    ("no caller_id_number", "caller_id_number_not_provided"),
    ("caller_id_number other than 12125550180 to …89 and 13392195276", "caller_id_number_not_owned"),
    ("no customer id or API key (401)", "credentials_not_provided"),
    ("a wrong one (401)", "not_authorized"),
    ("POST /settings telesign_rate, then more a second (429)", "rate_limit_exceeded"),
)


def refusal(body):
    """The error string of a request's body (parsed JSON), or "" when it is a dial TeleSign takes."""
    body = body if isinstance(body, dict) else {}
    params = body.get("params") if isinstance(body.get("params"), dict) else {}
    to, caller_id = params.get("to"), params.get("caller_id_number")
    if body.get("method") != "dial":
        return "unsupported_call_state"
    if not to:
        return "to_number_not_provided"
    if not (isinstance(to, str) and NUMBER.fullmatch(to)):
        return "invalid_phone_number"
    if not caller_id:
        return "caller_id_number_not_provided"
    return "" if isinstance(caller_id, str) and LEASED.fullmatch(caller_id) else "caller_id_number_not_owned"
