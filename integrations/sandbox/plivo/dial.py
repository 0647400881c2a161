"""`POST …/Call/`: a call that rings one phone, asks us what then, and joins a second one where we say so.

The first phone (the agent's) goes by its last two digits as the second does, on the front page's table: picked up
after two seconds, unless the table says that Plivo's callback is a failure. Where our instructions cannot be had at
the answer address, the fallback address is asked; where that fails too, the call ends.
"""

import re
import uuid
from datetime import timedelta
from xml.etree import ElementTree as xml

from integrations.sandbox import life as lives
from integrations.sandbox.clock import iso, parse
from integrations.sandbox.plivo import callbacks
from integrations.sandbox.plivo.feedback import error
from integrations.sandbox.script import NORMAL, Cause, ending_of
from integrations.sandbox.wire import answer, json_body

PICKED_UP_AFTER = 2.0  # seconds the first phone rings
RING_TIMEOUT = 120  # seconds, Plivo's default
BARRED = "53"  # a country this account may not call
NO_INSTRUCTIONS = Cause("completed", "NORMAL_CLEARING", 7011, "Answer URL error", "Error")
BAD_INSTRUCTIONS = Cause("completed", "NORMAL_CLEARING", 8011, "XML error", "Answer XML")
NOTHING_LEFT = Cause("completed", "NORMAL_CLEARING", 4010, "End Of XML Instructions", "Plivo")
RANG_OUT = Cause("no-answer", "NO_ANSWER", 6010, "Ring Timeout Reached", "Plivo")
COUNTRY_BARRED = Cause("failed", "CALL_REJECTED", 2030, "Country Barred", "Plivo")
_NUMBER = re.compile(r"\+?[0-9]{6,15}")


def make(world, request, auth_id):
    """201 "call fired"; 400 and 403 as the official package knows them."""
    if auth_id != world.credentials.plivo_auth_id:
        return error(404, "not found")
    body = json_body(request)
    body = body if isinstance(body, dict) else request.form.to_dict()
    wrong = _wrong(body)
    if wrong:
        return error(*wrong)
    number = str(uuid.uuid4())
    _ring(world, number, body)
    return answer({"api_id": str(uuid.uuid4()), "message": "call fired", "request_uuid": number}, 201)


def _wrong(body):
    """(status, words) of what is wrong with a request, or None."""
    for name in ("from", "to", "answer_url"):
        if not isinstance(body.get(name), str) or not body[name]:
            return 400, f"{name} is a mandatory parameter"
    if not all(_NUMBER.fullmatch(body[name]) for name in ("from", "to")):
        return 400, "to and from must be phone numbers"
    if not str(body["answer_url"]).startswith(("http://", "https://")):
        return 400, "answer_url is not a valid URL"
    if body["from"].lstrip("+") == body["to"].lstrip("+"):
        return 400, "src and destination cannot overlap"
    if body["to"].lstrip("+").startswith(BARRED):
        return 403, "Geo permission is not enabled for this destination"
    return None


# --- The first phone ----------------------------------------------------------------------------


def _ring(world, number, body):
    begin = world.now()
    cause = ending_of(body["to"]).carrier or RANG_OUT
    timeout = float(body.get("ring_timeout") or RING_TIMEOUT)
    leg = _leg(world, number, body["from"], body["to"], begin, parent=None, asked=body)
    callbacks.owe(world, body.get("ring_url"), callbacks.ring(leg), lives.after(begin, 0.5, world.speed))
    if cause.status == "completed":
        at = lives.after(begin, PICKED_UP_AFTER, world.speed)
        leg = world.store.put("plivo call", number, {**leg, "answer": iso(at)})
        callbacks.owe(world, body["answer_url"], callbacks.answered(leg), at, then="instructions")
    else:
        after, cause = _gives_up(body["to"], cause, timeout)
        end(world, leg, cause, lives.after(begin, after, world.speed))


def _gives_up(number, cause, timeout):
    """(seconds, Cause): how long a phone that is not picked up rings, at most the time it may."""
    life = lives.schedule(ending_of(number).stages, parse("2026-01-01T00:00:00Z"), 1)
    start, stop = lives.moment_of(life, "connecting"), lives.end_of(life)
    rings = (stop - start).total_seconds() if start and stop else timeout
    return (timeout, RANG_OUT) if rings >= timeout else (rings, cause)


def _leg(world, number, caller, called, begin, parent, asked):
    leg = {
        "call_uuid": number,
        "call_id": None,
        "parent": parent,
        "asked": asked,
        "from": caller,
        "to": called.lstrip("+"),
        "start": iso(begin),
        "answer": None,
        "end": None,
        "seconds": 0,
        **_words(NORMAL),
    }
    return world.store.put("plivo call", number, leg)


def _words(cause):
    return {
        "status": cause.status,
        "cause": cause.cause,
        "code": cause.code,
        "name": cause.name,
        "source": cause.source,
    }


def end(world, leg, cause, at):
    """The first side is over at `at`: its record is complete, and the hangup callback is owed."""
    leg = _closed(world, leg, cause, at)
    ways = callbacks.ways_of(leg["to"] if not leg.get("customer") else leg["customer"])
    for due in ways.dues(at, world.speed):
        callbacks.owe(world, leg["asked"].get("hangup_url"), callbacks.hangup(world, leg), due)


def _closed(world, leg, cause, at):
    seconds = max(0, int((at - parse(leg["answer"])).total_seconds())) if leg["answer"] else 0
    return world.store.put("plivo call", leg["call_uuid"], {**leg, "end": iso(at), "seconds": seconds, **_words(cause)})


# --- What we answered ----------------------------------------------------------------------------


def hear(world, hook, text):
    """Our answer to a callback: where instructions were asked for, they are followed. None: it was given up."""
    then = hook["form"].get("CallUUID") and callbacks.then_of(world, hook)
    if not then:
        return
    leg, now = world.store.get("plivo call", hook["form"]["CallUUID"]), parse(hook["due"])
    if text is None and then == "instructions" and leg["asked"].get("fallback_url"):
        callbacks.owe(world, leg["asked"]["fallback_url"], callbacks.answered(leg), now, then="last instructions")
    elif text is None:
        end(world, leg, NO_INSTRUCTIONS, now)
    else:
        _follow(world, leg, text, now)


def _follow(world, leg, text, now):
    try:
        dial = xml.fromstring(text).find("Dial")  # noqa: S314 what we ourselves answered
    except xml.ParseError:
        return end(world, leg, BAD_INSTRUCTIONS, now)
    number = dial.findtext("Number", "").strip() if dial is not None else ""
    if not number:
        return end(world, leg, NOTHING_LEFT, now)
    return _join(world, leg, dial.attrib, number, now)


# --- The second phone ----------------------------------------------------------------------------


def _join(world, leg, how, number, now):
    """Ring the second phone and play all of its life, which is known from here on."""
    leg = world.store.put("plivo call", leg["call_uuid"], {**leg, "customer": number})
    answered, stop, cause = _life(world, number, now, float(how.get("timeout") or RING_TIMEOUT))
    second = _leg(world, str(uuid.uuid4()), how.get("callerId", ""), number, now, leg["call_uuid"], asked={})
    second = _closed(world, {**second, "answer": iso(answered)}, cause, stop)
    told, ways = how.get("callbackUrl"), callbacks.ways_of(number)
    if answered:
        callbacks.owe(world, told, callbacks.customer(second, "answer"), answered)
        callbacks.owe(world, told, callbacks.customer(second, "connected"), answered)
    for due in ways.dues(stop, world.speed):
        callbacks.owe(world, told, callbacks.customer(second, "hangup"), due)
        callbacks.owe(world, how.get("action"), callbacks.dialled(second), due)
    by = {"Callee": "Callee", "Caller": "Caller"}.get(cause.source, "Plivo")
    end(world, leg, Cause(*_ENDED, by), stop + timedelta(milliseconds=1))


_ENDED = ("completed", "NORMAL_CLEARING", 4000, "Normal Hangup")


def _life(world, number, now, timeout):
    """(answered or None, over, Cause) of the second phone."""
    if number.lstrip("+").startswith(BARRED):
        return None, lives.after(now, 1, world.speed), COUNTRY_BARRED
    ending = ending_of(number)
    life = lives.schedule(ending.stages, parse("2026-01-01T00:00:00Z"), 1)
    start, stop = lives.moment_of(life, "connecting"), lives.end_of(life)
    picked_up = lives.moment_of(life, "connected", "deflected")
    if ending.carrier is None or ending.carrier.status != "completed" or not (start and picked_up and stop):
        after, cause = _gives_up(number, ending.carrier or RANG_OUT, timeout)
        return None, lives.after(now, after, world.speed), cause
    at = (picked_up - start).total_seconds(), (stop - start).total_seconds()
    return *(lives.after(now, seconds, world.speed) for seconds in at), ending.carrier
