"""External session events in the documented order (docs/vendor-facts.md 1): planned with the call, posted when due.

1 start        connected      external connected
2 routing      connected      + queue_path_names, initiator
3 assigned     connected      agent accepted
4 active       connected      agent connected
5 end          disconnected   both disconnected, ends_at
6 final        disconnected   agent dispositionSubmitted, dispositions
"""

import base64
import json
import uuid
from datetime import timedelta

from integrations.sandbox import life as lives
from integrations.sandbox.ccai import people
from integrations.sandbox.clock import iso

HOOK_PATH = "/hooks/ccai/"
_WRAPPED_UP = 3  # seconds of script after the end until the agent has chosen a code


def owe(world, call, life):
    """Owe us the events of a kept call, the way the setting `ccai_events` says."""
    how = world.setting("ccai_events")
    if how == "off":
        return
    told = _events(call, life)
    if how == "together":
        _plan(world, [event for _, event in told], told[-1][0])
    elif how == "backwards":
        for n, (_, event) in enumerate(reversed(told)):
            _plan(world, [event], told[-1][0] + timedelta(milliseconds=n))
    else:
        for due, event in told:
            for _ in range(2 if how == "twice" else 1):
                _plan(world, [event], due)


def _plan(world, events, due):
    world.hooks.plan("ccai", HOOK_PATH, json.dumps({"count": len(events), "events": events}), due)


def sign_hook(world, url, body):
    """The headers of a post: JSON, and HTTP Basic with the name and password entered at CCAI."""
    shown = f"{world.credentials.ccai_hook_user}:{world.credentials.ccai_hook_password}".encode()
    return {"Content-Type": "application/json", "Authorization": f"Basic {base64.b64encode(shown).decode()}"}


def _events(call, life):
    """[(when it is due, the event)], each with all that was known by then."""
    item, told = _start(call), []
    for at, changes in _steps(call, life):
        item = item | changes
        told.append((at, _event(item, at)))
    return told


def _event(item, at):
    return {"event_id": str(uuid.uuid4()), "timestamp": int(at.timestamp() * 1000), "item": item}


def _start(call):
    return {
        "call_id": call["id"],
        "direction": "outgoing" if call["kind"] == "outbound" else "incoming",
        "state": "connected",
        "participants": [_external(call, "connected")],
    }


def _external(call, status):
    return {"type": "external", "status": status, "dn": call["number"]}


def _agent(call, status):
    number, first, last = people.agent(call["agent"])
    return {"type": "agent", "status": status, "id": number, "name": f"{first} {last}"}


def _steps(call, life):
    """(moment, what the item gains) in order."""
    # A scheduled call begins when it rings, not when it was asked for.
    begins = next(at for word, at in life if word != "scheduled")
    assigned = lives.moment_of(life, "assigned")
    connected, end = lives.moment_of(life, "connected", "action_only"), lives.end_of(life)
    yield begins, {}
    if call["menu_id"]:
        path = {"queue_path_names": people.MENUS[call["menu_id"]][0], "initiator": "virtual_agent_15"}
        yield begins, path
    if assigned:
        yield assigned, {"participants": _both(call, "connected", "accepted"), "initiator": _initiator(call)}
    if connected:
        yield connected, {"participants": _both(call, "connected", "connected"), "connected_at": iso(connected)}
    if end:
        yield from _end(call, end, bool(assigned))


def _end(call, end, had_agent):
    over = {"state": "disconnected", "ends_at": iso(end)}
    if not had_agent:
        yield end, over | {"participants": [_external(call, "disconnected")]}
        return
    yield end, over | {"participants": _both(call, "disconnected", "disconnected")}
    dispositions = {"code": "resolved", "custom_code_id": 7, "note": "Done on the phone."}
    wrapped_up = lives.after(end, _WRAPPED_UP, call["speed"])
    submitted = _both(call, "disconnected", "dispositionSubmitted")
    yield wrapped_up, {"participants": submitted, "dispositions": dispositions}


def _both(call, external, agent):
    return [_external(call, external), _agent(call, agent)]


def _initiator(call):
    return f"agent_{people.agent(call['agent'])[0]}"
