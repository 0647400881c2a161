"""Feedback requests: made, sent when due, then opened, clicked, answered as the address decides."""

from integrations.sandbox.feedbackapi import accounts, tables
from integrations.sandbox.feedbackapi.body import arguments, read, require
from integrations.sandbox.feedbackapi.fates import TEMPLATES
from integrations.sandbox.feedbackapi.reading import retrieve
from integrations.sandbox.feedbackapi.refusals import Refused, missing
from integrations.sandbox.feedbackapi.shapes import CUSTOMERS, LOCATIONS, REQUESTS
from integrations.sandbox.feedbackapi.values import flag, moment, nullable, text

_ARGUMENTS = {
    "subscriber": text, "template": text, "location": nullable(text), "due": nullable(moment),
    "suppress_message": nullable(flag),
}  # fmt: skip
ADDRESS = {"email": "email", "sms": "mobile_number"}


def create(world, request):
    """A new request, always: the same one twice sends two messages."""
    given = read(arguments(request), _ARGUMENTS)
    require(given, "subscriber", "template")
    customer = tables.by_id(world.store, CUSTOMERS, given["subscriber"])
    if customer is None:
        raise Refused(400, f"No such subscriber: {given['subscriber']}", "subscriber")
    if given["template"] not in TEMPLATES:
        raise Refused(400, f"No such template: {given['template']}", "template")
    given["location"] = _location(world, given.get("location"), customer)
    channel = "suppressed" if given.get("suppress_message") else TEMPLATES[given["template"]][0]
    accounts.home(world)
    _sendable(world, customer, channel)
    return retrieve(world, request, _keep(world, given, channel), REQUESTS.name)


def _location(world, number, customer):
    """The location; required in the page's words, missing in its sample, where the customer's first one is taken."""
    number = number or next(iter(customer["locations"]), None)
    if number is None:
        raise missing("location")
    if tables.by_id(world.store, LOCATIONS, number) is None:
        raise Refused(400, f"No such location: {number}", "location")
    return number


def _sendable(world, customer, channel):
    """Raises Refused (402) where a message must not or cannot be sent; a link alone always can."""
    if channel == "suppressed":
        return
    if customer["opt_out"]:
        raise Refused(402, "The subscriber has opted out", "subscriber")
    if customer["invalid"]:
        raise Refused(402, "The subscriber is marked as invalid", "subscriber")
    if not customer[ADDRESS[channel]]:
        raise Refused(402, f"The subscriber has no {ADDRESS[channel]}", "subscriber")
    if channel == "sms" and not accounts.sms_left(world):
        raise Refused(402, "The account's monthly SMS allowance is used up", "sms_allowance")


def _keep(world, given, channel):
    now, code = int(world.now().timestamp()), tables.new_id()
    due = given.get("due") or now
    message = {
        "id": tables.new_id(), "created": now, "due": due, "updated": now, "subscriber": given["subscriber"],
        "template": given["template"], "location": given["location"], "type": channel, "message_opened": False,
        "message_clicked": False, "message_bounced": False, "bounce_reason": None, "spam_complaint": False,
        "full_url": f"https://feedback-url.com/{code}/", "branded_url": f"https://your-domain.com/fb/{code}/",
    }  # fmt: skip
    tables.insert(world.store, REQUESTS, [message])
    # A link is there at once; it is passed on by us, so nothing waits for its due time.
    tables.plan(world.store, now if channel == "suppressed" else max(due, now), message["id"], "send")
    return message["id"]
