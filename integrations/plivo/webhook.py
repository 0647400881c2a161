"""Plivo's callbacks: whether Plivo signed them (V3), and what a hangup says.

The signature has neither a time nor separators between keys and values: a character moved over a
field's edge signs the same. So the nonce is the event's id, stored once;
unknown fields have no effect; and a body whose known fields are not well formed is set aside.
"""

import base64
import hmac
import re
from urllib.parse import parse_qs, urlsplit

from integrations import reading
from integrations.contracts import Hangup
from integrations.errors import SetAside
from integrations.plivo.grammar import CALL_UUID, number

# The second is signed with the main account's token, the first with that of the account owning the call.
SIGNATURE_HEADERS = ("X-Plivo-Signature-V3", "X-Plivo-Signature-Ma-V3")
NONCE_HEADER = "X-Plivo-Signature-V3-Nonce"
KNOWN_FIELDS = frozenset(
    {  # fmt: skip
        "ALegRequestUUID",
        "ALegUUID",
        "AnswerTime",
        "BillDuration",
        "BillRate",
        "CallStatus",
        "CallUUID",
        "Direction",
        "Duration",
        "EndTime",
        "Event",
        "ForwardedFrom",
        "From",
        "HangupCause",
        "HangupCauseCode",
        "HangupCauseName",
        "HangupSource",
        "ParentAuthID",
        "RequestUUID",
        "STIRAttestation",
        "STIRVerification",
        "SessionStart",
        "StartTime",
        "To",
        "TotalCost",
    }
)
# An open set of words (FACTS 2), but words: "completed", "no-answer".
_STATUS = re.compile(r"[a-z]+(-[a-z]+)*")
_LONGEST_STATUS = 30  # characters


def verify(method, url, params, signatures, nonce, tokens):
    """Whether one of `signatures` was made with one of `tokens`: True or False, in constant time.

    method      "GET" or "POST"
    url         `public_url` of the raw path and query
    params      the body's fields (POST), each with its value or list of values; for GET the
                query's fields may be given or left out
    signatures  the values of SIGNATURE_HEADERS, a text or several; each may hold several by comma
    tokens      the auth tokens that may sign, new and old; empty ones sign nothing
    """
    given = [signatures] if isinstance(signatures, str) else [value for value in signatures if value]
    shown = [one.strip().encode("utf-8", "replace") for value in given for one in value.split(",") if one.strip()]
    if not nonce or not shown:
        return False
    wanted = [signature(method, url, params, nonce, token) for token in tokens if token]
    # Every pair is compared, whatever the first ones gave: the time tells nothing.
    return any([hmac.compare_digest(mine, theirs) for mine in wanted for theirs in shown])


def signature(method, url, params, nonce, token):
    """Plivo's V3 signature, as bytes in base64."""
    text = f"{signed_text(method, url, params)}.{nonce}".encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(token.encode(), text, "sha256"))


def signed_text(method, url, params):
    """What Plivo signs before the nonce: see the vectors in the tests.

    GET: url?k=v&k=v of query and params together, sorted. POST: url?sorted-query, then, when there
    are params, a dot after a query that is not empty and `keyvalue` of the sorted params.
    """
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}{parts.path}"
    query = parse_qs(parts.query, keep_blank_values=True)
    if method.upper() == "GET":
        joined = _query({**params, **query})
        return f"{base}?{joined}" if joined else base
    joined = _query(query)
    if not params:
        return f"{base}?{joined}" if joined else base
    fields = "".join(f"{key}{value}" for key, value in _pairs(params))
    return f"{base}?{joined}{'.' if joined else ''}{fields}"


def _query(params):
    return "&".join(f"{key}={value}" for key, value in _pairs(params))


def _pairs(params):
    """(key, value) sorted by key and, under one key, by value; by code point, upper case first."""
    for key in sorted(params):
        values = params[key]
        for value in sorted(values) if isinstance(values, (list, tuple)) else [values]:
            yield key, value


def parse(params, time_zone="UTC"):
    """A Hangup from the fields of a callback (each a text or a list of texts; the last counts).

    `time_zone` is the account's, for the stamps that carry none; SessionStart is UTC.
    Raises SetAside for a body that names no call or whose status is not a word.
    """
    known = {key: _last(value) for key, value in params.items() if key in KNOWN_FIELDS}
    uuid, status = known.get("CallUUID", ""), known.get("CallStatus", "")
    if not CALL_UUID.fullmatch(uuid):
        raise SetAside("No CallUUID in it." if not uuid else "Its CallUUID is not one.")
    if len(status) > _LONGEST_STATUS or not _STATUS.fullmatch(status):
        raise SetAside("No CallStatus in it." if not status else "Its CallStatus is not one.")
    cause = known.get("HangupCauseName") or known.get("HangupCause")
    return Hangup(
        call_uuid=uuid,
        from_number=number(known.get("From")),
        to_number=number(known.get("To")),
        status=status,
        started_at=reading.moment(known.get("SessionStart")) or reading.moment(known.get("StartTime"), time_zone),
        answered_at=reading.moment(known.get("AnswerTime"), time_zone),
        ended_at=reading.moment(known.get("EndTime"), time_zone),
        seconds=reading.whole(known.get("Duration")),
        cause_code=reading.text(known.get("HangupCauseCode"), 20),
        cause=reading.text(cause, 100),
        source=reading.text(known.get("HangupSource"), 40),
        raw={key: value if isinstance(value, str) else list(value) for key, value in params.items()},
    )


def _last(value):
    """The text of a field; "" for an empty list."""
    return value if isinstance(value, str) else next(reversed(list(value)), "")
