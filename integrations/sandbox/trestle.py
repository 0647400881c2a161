"""Trestle: phone look-up 3.0 and phone feedback 1.0, with every error its pages describe."""

import re
import uuid

from integrations.sandbox.clock import iso
from integrations.sandbox.script import digits_of
from integrations.sandbox.wire import answer, json_body

NAME = "trestle"
MOUNTS = ("/trestle",)

_PARTIAL = {"name": "InternalError", "message": "Could not retrieve entire response"}
# Number endings with a part of their own; the rest of the table is in script.py.
PARTIAL_FEEDBACK, NEWER_400, NOT_VALID, PARTIAL_LOOKUP, NO_RESPONSE_ID = 95, 96, 97, 98, 99
# By the last digit, but for 97. 70 and more: likely connected; 30 and less: likely disconnected; 50: unknown.
SCORES = (95, 90, 85, 80, 75, 70, 50, 50, 30, 10)
LINE_TYPES = (
    "Mobile", "Mobile", "Mobile", "Landline", "NonFixedVOIP",
    "FixedVOIP", "Mobile", "TollFree", "Other", "Mobile",
)  # fmt: skip

# (status, errorCode, message, hint), and the word of the older shape.
_INVALID = (
    403, "INVALID_API_KEY", "The API key provided is invalid or has been revoked.",
    "Verify your x-api-key header value or contact support.",
)  # fmt: skip
_FORBIDDEN = (
    403, "FORBIDDEN", "Access denied. Your API key may be disabled, expired, or not authorized for this product.",
    "Contact support with your API key reference.",
)  # fmt: skip
_WRONG_PATH = (
    403, "MISSING_API_KEY", "The requested endpoint does not exist or the method is not supported.",
    "Check the endpoint URL and API version against the API reference.",
)  # fmt: skip
_RATE = (
    429, "RATE_LIMIT_EXCEEDED", "You are sending requests too quickly.",
    "Implement exponential backoff and retry.",
)  # fmt: skip
_QUOTA = (
    429, "QUOTA_EXCEEDED", "Your API quota for this billing period has been exhausted.",
    "Upgrade your plan or wait for the next billing cycle.",
)  # fmt: skip
# Keys that are known, and refused. Any other key than the right one is invalid.
KEYS = {
    "disabled-key": _FORBIDDEN,
    "expired-key": _FORBIDDEN,
    "no-access-key": _FORBIDDEN,
    "rate-key": _RATE,
    "quota-key": _QUOTA,
}


def _newer(code, message, hint):
    return {"errorCode": code, "message": message, "hint": hint}


def _refusal(world, error):
    status, code, message, hint = error
    if world.setting("trestle_errors") == "older":
        return answer({"error": code.lower(), "message": message}, status)
    return answer(_newer(code, message, hint), status)


def problem(status):
    """The body of an error answer, in the current shape."""
    for error in (_FORBIDDEN, _RATE):
        if error[0] == status:
            return _newer(*error[1:])
    return {"error": "internal_server_error", "message": "An unexpected error occurred on the server side."}


def not_found(world, request):
    """A wrong path or method is a 403 with the misleading code MISSING_API_KEY: documented so."""
    return _refusal(world, _WRONG_PATH)


wrong_method = not_found


def gate(world, request):
    """The `x-api-key` header; None lets the request in."""
    key = request.headers.get("x-api-key", "")
    if key in KEYS:
        return _refusal(world, KEYS[key])
    return None if key == world.credentials.trestle_api_key else _refusal(world, _INVALID)


def _bad(digits, message):
    """400, in the fixture's shape or (for one ending) in the newer one."""
    if digits == NEWER_400:
        return answer(_newer("BAD_REQUEST", message, "Check the request parameters and try again."), 400)
    return answer({"error": "bad_request", "message": message}, 400)


def _is_phone(text):
    return isinstance(text, str) and re.fullmatch(r"\+?[0-9]{10,15}", re.sub(r"[\s().-]", "", text)) is not None


def lookup(world, request):
    """`GET /3.0/phone_intel?phone=`: the printed shape, and a response id where there is one."""
    phone = request.args.get("phone", "")
    if not phone:
        return _bad(None, "Missing required parameter: phone")
    digits = digits_of(phone)
    known = _is_phone(phone)
    body = _intel(phone, digits, known and digits != NOT_VALID)
    if digits == PARTIAL_LOOKUP:
        body["error"] = _PARTIAL
    if digits != NO_RESPONSE_ID:
        body["response_id"] = f"T_{uuid.uuid4()}"
        world.store.put("trestle lookup", body["response_id"], {"phone": phone, "time": iso(world.now())})
    return answer(body)


def _intel(phone, digits, valid):
    plain = re.sub(r"\D", "", phone)
    return {
        # Persistent: the same number has the same id.
        "id": f"Phone.{uuid.uuid5(uuid.NAMESPACE_URL, f'tel:{plain}')}",
        "phone_number": phone,
        "is_valid": valid,
        "activity_score": SCORES[digits % 10] if valid else 5,
        "country_calling_code": "1",
        "country_code": "US",
        "country_name": "United States",
        "line_type": LINE_TYPES[digits % 10] if valid else None,
        "carrier": "Level 3 Communications, LLC" if valid else None,
        "is_prepaid": False if valid else None,
        "add_ons": None,
        "error": None,
        "warnings": [] if valid else ["Invalid Phone"],
    }


_REQUIRED = ("response_id", "phone", "phone_status", "phone_right_party_contact")
_VALID = {
    "response_id": lambda v: isinstance(v, str) and re.fullmatch(r"T_[0-9a-f-]{36}", v) is not None,
    "phone": _is_phone,
    "phone_status": lambda v: v in ("Connected", "Disconnected"),
    "phone_right_party_contact": lambda v: isinstance(v, bool),
    "name": lambda v: v is None or isinstance(v, str),
}


def feedback(world, request):
    """`POST /1.0/phone_feedback`: kept and 200, or 400 for a field that is missing or wrong."""
    body = json_body(request)
    if not isinstance(body, dict):
        return _bad(None, "Malformed JSON")
    digits = digits_of(str(body.get("phone", "")))
    for name in _REQUIRED:
        if body.get(name) in (None, ""):
            return _bad(digits, f"Missing required field: {name}")
    for name, good in _VALID.items():
        if name in body and not good(body[name]):
            return _bad(digits, f"Invalid value for field: {name}")
    if digits == NEWER_400:
        return _bad(digits, "The server cannot process the request due to client-side errors.")
    world.store.put("trestle feedback", world.store.next("trestle feedback"), body | {"time": iso(world.now())})
    return answer({"status": "success", "error": _PARTIAL if digits == PARTIAL_FEEDBACK else None})


ROUTES = (
    ("GET", "/trestle/3.0/phone_intel", lookup),
    ("POST", "/trestle/1.0/phone_feedback", feedback),
)
