"""CCAI Platform: the Apps API's calls and do-not-call list, and the Manager API beside it."""

from hmac import compare_digest

from integrations.sandbox.ccai import create, dnc, events, flags, manager
from integrations.sandbox.wire import answer

NAME = "ccai"
MOUNTS = ("/ccai",)
_APPS, _MANAGER = "/ccai/apps/api/v1", "/ccai/manager/api/v1"
ROUTES = (
    ("POST", f"{_APPS}/calls", create.create),
    ("GET", f"{_APPS}/calls/<int:number>/customer_flag", flags.read),
    ("PATCH", f"{_APPS}/calls/<int:number>/customer_flag", flags.change),
    ("POST", f"{_APPS}/outbound_dialer/dnc", dnc.add),
    ("POST", f"{_APPS}/outbound_dialer/dnc/remove", dnc.remove),
    ("GET", f"{_APPS}/outbound_dialer/dnc/check", dnc.check),
    ("GET", f"{_MANAGER}/calls", manager.calls),
    ("GET", f"{_MANAGER}/calls/<int:number>", manager.call),
    ("GET", f"{_MANAGER}/agents", manager.agents),
    ("GET", f"{_MANAGER}/menus", manager.menus),
    ("GET", f"{_MANAGER}/menus/tree", manager.menu_tree),
    ("GET", f"{_MANAGER}/user_statuses", manager.statuses),
    ("GET", f"{_MANAGER}/settings/organization", manager.organization),
)
sign_hook = events.sign_hook
_WORDS = {429: "Too many requests", 401: "Unauthorized", 404: "Resource not found - Please check your subdomain"}


def problem(status):
    """The body of an error answer: `{"message": …}` everywhere."""
    return {"message": _WORDS.get(status, "Something went wrong")}


def not_found(world, request):
    return answer(problem(404), 404)


def wrong_method(world, request):
    return answer(problem(404), 404)


def gate(world, request):
    """The tenant's rate limit, one for both APIs, and HTTP Basic (subdomain, token); None lets the request in."""
    if world.paces[NAME].exceeded(world.setting("ccai_rate")):
        return answer(problem(429), 429)
    shown, wanted = request.authorization, world.credentials
    good = (
        shown is not None
        and shown.type == "basic"
        and compare_digest((shown.username or "").encode(), wanted.ccai_subdomain.encode())
        and compare_digest((shown.password or "").encode(), wanted.ccai_token.encode())
    )
    return None if good else answer(problem(401), 401)
