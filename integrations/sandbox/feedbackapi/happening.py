"""What has come due by the sandbox's clock: messages go out, are opened, clicked, answered, bounce."""

from integrations.sandbox.feedbackapi import accounts, tables
from integrations.sandbox.feedbackapi.fates import ANSWERS, TEMPLATES, complaint_of, fate_of, metric_of
from integrations.sandbox.feedbackapi.messages import ADDRESS
from integrations.sandbox.feedbackapi.refusals import Refused
from integrations.sandbox.feedbackapi.shapes import CUSTOMERS, FEEDBACK, REQUESTS


def settle(world):
    """Let everything happen that is due, in its order; each deed at its own time, not at ours."""
    now = world.now().timestamp()
    while due := tables.next_due(world.store, now):
        at, number, deed = due
        message = tables.by_id(world.store, REQUESTS, number)
        if message is not None:
            _DEEDS[deed](world, message, int(at))


def _send(world, message, at):
    """The message goes out, if it still may, and the customer's steps are planned."""
    customer = tables.by_id(world.store, CUSTOMERS, message["subscriber"])
    if customer is None:
        return
    if message["type"] != "suppressed":
        if not _may_go(world, message, customer):
            return
        _sent(world, message, customer, at)
    for seconds, deed in _steps(message, customer):
        tables.plan(world.store, at + seconds / world.speed, message["id"], deed)


def _may_go(world, message, customer):
    """Whether a message that waited may be sent now: people opt out and accounts run empty meanwhile."""
    try:
        left = accounts.home(world) is None or message["type"] != "sms" or accounts.sms_left(world)
    except Refused:  # the account was made inactive
        return False
    return left and not customer["opt_out"] and not customer["invalid"] and bool(customer[ADDRESS[message["type"]]])


def _sent(world, message, customer, at):
    tables.update(world.store, REQUESTS, message["id"], {"sent": at, "updated": at})
    tables.update(world.store, CUSTOMERS, customer["id"], {f"last_{message['type']}": at})


def _fate(message, customer):
    channel = TEMPLATES[message["template"]][0] if message["type"] == "suppressed" else message["type"]
    address = customer[ADDRESS[channel]] or customer["email"] or customer["mobile_number"]
    return fate_of("email" if "@" in address else "sms", address)


def _steps(message, customer):
    fate = _fate(message, customer)
    if message["type"] == "suppressed":  # a link we pass on: what follows a click is all there is
        return [step for step in fate.sms if step[1] in ("click", "answer")]
    return fate.sms if message["type"] == "sms" else fate.email


def _mark(**columns):
    def deed(world, message, at):
        tables.update(world.store, REQUESTS, message["id"], columns | {"updated": at})

    return deed


def _bounce(world, message, at):
    _mark(message_bounced=True, bounce_reason="mailbox unavailable")(world, message, at)
    _fail(world, message, at)


def _fail(world, message, at):
    """The page has no word for an SMS that fails but the customer's mark."""
    tables.update(world.store, CUSTOMERS, message["subscriber"], {"invalid": True})


def _spam(world, message, at):
    _mark(spam_complaint=True)(world, message, at)
    tables.update(world.store, CUSTOMERS, message["subscriber"], {"opt_out": True})


def _answer(world, message, at):
    customer = tables.by_id(world.store, CUSTOMERS, message["subscriber"])
    if customer is not None:
        mood = _fate(message, customer).mood
        happy, nps, stars, platform = ANSWERS[mood]
        comments = complaint_of(mood, customer["email"] or customer["mobile_number"])
        scores = {"happy": happy, "nps": nps, "star-rating": stars}
        answered(world, message, at, scores[metric_of(message["template"])], comments, platform)


def answered(world, message, at, score, comments=None, platform=None):
    """Keep the feedback a request brought and tie it to the request; returns its id."""
    customer = tables.find(world.store, CUSTOMERS, "id = ?", message["subscriber"]) or {}
    metric = metric_of(message["template"])
    column = {"happy": "happy", "nps": "nps-score", "star-rating": "star-rating"}[metric]
    number = tables.new_id()
    tables.insert(world.store, FEEDBACK, [{
        "id": number, "created": at, "type": metric, column: score, "comments": comments, "platform_name": platform,
        "subscriber": message["subscriber"], "subscriber_name": full_name(customer),
        "subscriber_email": customer.get("email"), "location": message["location"],
    }])  # fmt: skip
    tables.update(world.store, REQUESTS, message["id"], {"feedback": number, "message_clicked": True, "updated": at})
    return number


def full_name(customer):
    """First and last name as far as known, or None."""
    return " ".join(filter(None, (customer.get("fname"), customer.get("sname")))) or None


_DEEDS = {
    "send": _send,
    "open": _mark(message_opened=True),
    "click": _mark(message_clicked=True),
    "bounce": _bounce,
    "fail": _fail,
    "spam": _spam,
    "answer": _answer,
}
