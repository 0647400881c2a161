"""`GET` and `PATCH /apps/api/v1/calls/:id/customer_flag`, during a call only."""

from integrations.sandbox.ccai import objects
from integrations.sandbox.clock import iso
from integrations.sandbox.script import ENDINGS
from integrations.sandbox.wire import answer, json_body

# PATCH prints `repeat_customers`, GET `repeat_customer`: the same flag.
_KEYS = {
    "verified_customer": "verified_customer",
    "bad_actor": "bad_actor",
    "repeat_customers": "repeat_customer",
    "repeat_customer": "repeat_customer",
}


def _during(world, number):
    """The call, or None and the answer that says why there is none to flag."""
    call = world.store.get("call", number)
    if call is None or call["created_at"] > iso(world.now()):
        return None, answer({"message": "Resource not found"}, 404)
    end = objects.ended_at(call)
    if end is not None and end <= world.now():
        return None, answer({"message": "Call is already ended"}, 400)
    return call, None


def read(world, request, number):
    """The three flags as real booleans, with the key `repeat_customer`."""
    call, problem = _during(world, number)
    return problem or answer(call["flags"])


def change(world, request, number):
    """Sets the flags given and answers all three; the page prints no answer for it."""
    asked = json_body(request)
    if not isinstance(asked, dict) or not all(isinstance(v, bool) for k, v in asked.items() if k in _KEYS):
        return answer({"message": "Flags must be booleans"}, 400)
    with world.store.lock:
        call, problem = _during(world, number)
        return problem or answer(_set(world, call, asked))


def _set(world, call, asked):
    only = ENDINGS[call["ending"]].flag_key
    taken = {
        _KEYS[key]: value
        for key, value in asked.items()
        if key in _KEYS and not (_KEYS[key] == "repeat_customer" and only not in ("any", key))
    }
    flags = call["flags"] | taken
    world.store.put("call", call["id"], call | {"flags": flags, "flags_at": iso(world.now())})
    return flags
