"""Why Trestle says 403 or 429, in sentences of ours.

Two shapes are in use: `{"errorCode", "message", "hint"}` and the older `{"error", "message"}`. The
page prints five causes of a 403 but the codes are three, and one of them misleads (MISSING_API_KEY
is a wrong path), so causes that share a code are shown together.
"""

from integrations import http, reading
from integrations.errors import Misconfigured

_KEY = ("the key is wrong or was revoked", "the key did not arrive")
_PATH = ("the address or its version is wrong", "the key did not arrive")
_ACCESS = (
    "the key is switched off (or the wallet is empty)",
    "the key has expired",
    "the key may not use this product or version",
)
# By code first; then by what a message says, where the code is missing or new.
CAUSES = {"invalid_api_key": _KEY, "missing_api_key": _PATH, "forbidden": _ACCESS}
_IN_WORDS = {
    "invalid": _KEY,
    "revoked": _KEY,
    "missing": _PATH,
    "does not exist": _PATH,
    "disabled": _ACCESS,
    "expired": _ACCESS,
    "access": _ACCESS,
    "denied": _ACCESS,
}


def code_of(answer):
    """The error's code in lower case ("quota_exceeded"), from either shape; "" when there is none."""
    body = reading.mapping(answer.body)
    error = body.get("error")
    named = reading.text(reading.mapping(error).get("name")) or reading.text(error)
    code = reading.text(body.get("errorCode")) or named
    return "_".join(code.lower().split())


def forbidden(answer):
    """The Misconfigured error of a 403, naming every cause that its code or words leave possible."""
    said = http.words(answer).lower()
    causes = CAUSES.get(code_of(answer)) or next((why for word, why in _IN_WORDS.items() if word in said), ())
    why = f" Possible: {'; '.join(causes)}." if causes else ""
    return Misconfigured(f"Trestle refuses this key.{why}", **http.facts(answer))


def too_many(answer):
    """The error of a 429: a quota that is used up needs a person, a speed limit only time."""
    if "quota" in code_of(answer) or "quota" in http.words(answer).lower():
        return Misconfigured("Trestle's quota is used up for this billing period.", **http.facts(answer))
    return http.rate_limited(answer)
