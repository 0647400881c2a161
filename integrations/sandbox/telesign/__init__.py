"""TeleSign Voice: `POST /v2/voice` with every printed string, events signed and sent, their answers carried out."""

from hmac import compare_digest

from integrations.sandbox.telesign import calls, shapes
from integrations.sandbox.telesign.events import heard, sign_hook

__all__ = ["NAME", "heard", "sign_hook"]
NAME = "telesign"
MOUNTS = ("/telesign",)
ROUTES = (("POST", "/telesign/v2/voice", calls.act),)


def problem(status):
    """The body of an error answer; the page prints strings only, so this form is one of several that fit."""
    return {"error": {401: "not_authorized", 429: "rate_limit_exceeded"}.get(status, "internal_server_error")}


def not_found(world, request):
    return shapes.error(world, 404, "not_found")


def wrong_method(world, request):
    return shapes.error(world, 405, "method_not_allowed")


def gate(world, request):
    """The account's rate limit and HTTP Basic (customer id, API key); None lets the request in."""
    if world.paces[NAME].exceeded(world.setting("telesign_rate")):
        return shapes.error(world, 429, "rate_limit_exceeded")
    shown, wanted = request.authorization, world.credentials
    if shown is None or shown.type != "basic" or not (shown.username and shown.password):
        return shapes.error(world, 401, "credentials_not_provided")
    good = compare_digest(shown.username.encode(), wanted.telesign_customer_id.encode()) and compare_digest(
        shown.password.encode(), wanted.telesign_api_key.encode()
    )
    return None if good else shapes.error(world, 401, "not_authorized")
