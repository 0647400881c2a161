"""FeedbackAPI v1.3: customers, locations, reviews, feedback, feedback requests, accounts and users.

Records live in tables (`tables`), described by `shapes`. Every request first lets happen what the
clock has brought due (`happening`), then does its own work; both reach the file as one.
Layers: `values, refusals <- body, shapes <- tables <- printing <- reading <- the resources <-
happening <- fill <- change <- listing, desk <- counter`.
"""

from functools import partial
from hmac import compare_digest

from integrations.sandbox.feedbackapi import accounts, customers, locations, messages, reading, users
from integrations.sandbox.feedbackapi.happening import settle
from integrations.sandbox.feedbackapi.listing import answer_list
from integrations.sandbox.feedbackapi.refusals import Refused, problem, refuse
from integrations.sandbox.feedbackapi.tables import create as prepare
from integrations.sandbox.wire import answer

__all__ = ["prepare", "problem"]

NAME = "feedbackapi"
MOUNTS = ("/feedbackapi",)
_ROOT = "/feedbackapi/v1.3"
# The page uses three names for the first of them.
_NAMES = {"customers": ("customers", "subscribers", "subscriber")}
# resource: (create, update, delete); None where the page has none.
_DEEDS = {
    "customers": (customers.create, customers.update, partial(reading.delete, resource="customers")),
    "locations": (locations.create, locations.update, locations.delete),
    "reviews": (None, None, None),
    "feedback": (None, None, None),
    "feedback-request": (messages.create, None, None),
    "accounts": (accounts.create, accounts.update, accounts.delete),
    "users": (users.create, None, partial(reading.delete, resource="users")),
}


def _served(work):
    """A handler that settles what is due, does the work in one piece, and prints result or refusal."""

    def handler(world, request, **values):
        try:
            with world.store.undivided():
                settle(world)
                return answer(work(world, request, **values))
        except Refused as refused:
            return refuse(refused.status, refused.message, refused.param)

    return handler


def _routes():
    for resource, (create, update, delete) in _DEEDS.items():
        deeds = (
            ("GET", "", partial(answer_list, resource=resource)),
            ("POST", "", create),
            ("GET", "/<number>", partial(reading.retrieve, resource=resource)),
            ("POST", "/<number>", update),
            ("DELETE", "/<number>", delete),
        )
        for method, path, work in deeds:
            if work is not None:
                yield from _spelled(method, _NAMES.get(resource, (resource,)), path, _served(work))


def _spelled(method, names, path, handler):
    """The samples write some paths with a slash at the end and some without: both are the same."""
    for name in names:
        for slash in ("", "/"):
            yield method, f"{_ROOT}/{name}{path}{slash}", handler


ROUTES = tuple(_routes())


def not_found(world, request):
    return gate(world, request) or refuse(404)


wrong_method = not_found


def gate(world, request):
    """The rate limit, then HTTP Basic with the token as user name; None lets the request in."""
    if world.paces[NAME].exceeded(world.setting("feedbackapi_rate")):
        return refuse(429)
    shown = request.authorization
    good = (
        shown is not None
        and shown.type == "basic"
        and compare_digest((shown.username or "").encode(), world.credentials.feedbackapi_token.encode())
    )
    return None if good else refuse(401)
