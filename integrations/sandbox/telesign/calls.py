"""`POST /v2/voice`: the call is kept and its first event owed before the answer goes out."""

import secrets

from integrations.sandbox.clock import iso
from integrations.sandbox.life import after
from integrations.sandbox.telesign import asked, events, shapes
from integrations.sandbox.telesign.script import line_of
from integrations.sandbox.wire import json_body

KIND = "telesign call"
_BROKEN = {"lost": "reset", "silent": "hang", "refused": "reset"}


def act(world, request):
    """202 with an id in one of several forms, or a printed 400; some numbers lose the answer."""
    body = json_body(request)
    word = asked.refusal(body)
    if word:
        return shapes.error(world, 400, word)
    line, params = line_of(body["params"]["to"]), body["params"]
    call = None
    if line.answer != "refused":
        with world.store.together():
            call = _dial(world, params["to"], params["caller_id_number"], line)
    response = shapes.accepted(call and call["reference_id"], line.answer if line.answer not in _BROKEN else "text")
    if line.answer in _BROKEN:
        response.fault = {"kind": _BROKEN[line.answer], "seconds": 30}  # longer than any client should wait
    return response


def _dial(world, to, caller_id, line):
    call = keep(world, "outbound", to=to, caller=caller_id)
    if line.events != "none":
        due = after(world.now(), line.rings, world.speed)
        events.dial_completed(world, call, to, line.status, due)
    return call


def keep(world, direction, to, caller):
    """A new call of this account."""
    reference_id = secrets.token_hex(16).upper()
    call = {
        "reference_id": reference_id,
        "direction": direction,
        "to": to,
        "from": caller,
        "created": iso(world.now()),
        "answered": None,
        "ended": None,
        "done": [],  # the events whose answers were carried out
        "told": [],  # the commands that were
    }
    return world.store.put(KIND, reference_id, call)
