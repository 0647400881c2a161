"""Plivo: feedback on the stats host, calls and their records on the API host, and the carrier's callbacks."""

from hmac import compare_digest

from integrations.sandbox.plivo import carrier, dial, feedback, records
from integrations.sandbox.plivo.carrier import carry

__all__ = ["carry"]

NAME = "plivo"
MOUNTS = ("/plivo-stats", "/plivo")
ROUTES = (
    ("POST", "/plivo-stats/v1/Call/<number>/Feedback/", feedback.post),
    ("GET", "/plivo/v1/Account/<auth_id>/", records.account),
    ("GET", "/plivo/v1/Account/<auth_id>/Call/", records.calls),
    ("POST", "/plivo/v1/Account/<auth_id>/Call/", dial.make),
    ("GET", "/plivo/v1/Account/<auth_id>/Call/<number>/", records.call),
)
_WORDS = {
    401: "Authentication failed",
    404: "Resource cannot be found",
    405: "HTTP method not allowed",
    500: "Server error",
}
sign_hook, hear = carrier.sign_hook, dial.hear


def problem(status):
    """The body of an error answer, without the request's id."""
    return {"error": _WORDS.get(status, "Server error")}


def not_found(world, request):
    return feedback.error(404, _WORDS[404])


def wrong_method(world, request):
    return feedback.error(405, _WORDS[405])


def gate(world, request):
    """HTTP Basic with auth id and token; None lets the request in."""
    shown, wanted = request.authorization, world.credentials
    good = (
        shown is not None
        and shown.type == "basic"
        and compare_digest((shown.username or "").encode(), wanted.plivo_auth_id.encode())
        and compare_digest((shown.password or "").encode(), wanted.plivo_auth_token.encode())
    )
    return None if good else feedback.error(401, _WORDS[401])
