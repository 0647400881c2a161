"""TeleSign's events and what their answers make of a call. Our HTTP answer to an event is the next command.

Printed examples carry no time but for `call_completed`, whose stamps have no zone and are UTC. What it says when a
command does not fit the call's state is printed nowhere: here the call ends with that string as its status.
"""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from integrations.sandbox.clock import iso, parse
from integrations.sandbox.telesign.script import line_of

HOOK_PATH = "/hooks/telesign/"
_SPEAKS = 3  # seconds a sentence takes, keys included
_LATE = 60
_HANGS_UP = 5  # seconds after which a customer who is told nothing hangs up
_UNSUPPORTED = "unsupported_call_state"


def sign_hook(world, url, text):
    """The headers of an event: HMAC-SHA256 over the raw body with the base64-decoded key, where there is one."""
    headers = {"Content-Type": "application/json"}
    if world.credentials.telesign_hook_key:
        key = base64.b64decode(world.credentials.telesign_hook_key)
        signed = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
        headers["Authorization"] = f"TSA {world.credentials.telesign_customer_id}:{signed}"
    return headers


def _path(world):
    secret = world.credentials.telesign_hook_secret
    return HOOK_PATH if world.credentials.telesign_hook_key or not secret else f"{HOOK_PATH}{secret}/"


def _line(call):
    """How the customer of a call behaves."""
    return line_of(call["to"] if call["direction"] == "outbound" else call["from"])


# --- Telling ------------------------------------------------------------------------------------


def _owe(world, call, name, data, due, times=1):
    body = {"event": name, "reference_id": call["reference_id"], "data": data}
    for _ in range(times):
        world.hooks.plan("telesign", _path(world), json.dumps(body), due)


def _tell(world, call, name, data, due):
    _owe(world, call, name, data, due, times=2 if _line(call).events == "twice" else 1)


def dial_completed(world, call, to, status, due):
    """A phone was picked up, or not. Where the script says so, the end is told before."""
    data = {"to": to, "from": call["from"], "status": status}
    if to == call["to"] and _line(call).events == "early":
        ended = due + timedelta(seconds=_HANGS_UP / world.speed)
        end(world, _answered(world, call, due), ended)
        due = ended + timedelta(seconds=2 / world.speed)
    _tell(world, call, "dial_completed", data, due)


def incoming_call(world, call, due):
    _tell(world, call, "incoming_call", {"to": call["to"], "from": call["from"]}, due)


def end(world, call, at, status="hangup"):
    """The call is over, and `call_completed` owed."""
    call = _change(world, call, ended=iso(at))
    how = _line(call).events
    due = at + timedelta(seconds=_LATE / world.speed) if how == "late" else at
    if how != "half":
        _tell(world, call, "call_completed", _record(call, status), due)


def _record(call, status):
    created, ended = parse(call["created"]), parse(call["ended"])
    return {
        "duration": int((ended - created).total_seconds()),
        "created_on_utc": _stamp(call["created"]),
        "answered_on_utc": _stamp(call["answered"]),
        "ended_on_utc": _stamp(call["ended"]),
        "status": status,
        "audio_recording_file_name": None,
        "to": call["to"],
        "from": call["from"],
        "direction": "outbound" if call["direction"] == "outbound" else "inbound",
    }


def _stamp(text):
    return text and text.removesuffix("Z")


# --- Doing what it was answered -----------------------------------------------------------------


def heard(world, hook, reply):
    """Carry out our answer to an event (text, None where we gave none), once for each event."""
    event = json.loads(hook["form"])
    call = world.store.get("telesign call", event["reference_id"])
    key = hashlib.sha256(hook["form"].encode()).hexdigest()
    if call is None or call["ended"] or key in call["done"]:
        return
    command = _command(reply)
    call = _change(world, call, done=[*call["done"], key], told=[*call["told"], command])
    at = parse(hook["due"])
    if event["event"] == "dial_completed" and event["data"]["to"] == call["to"]:
        if event["data"]["status"] != "answered":
            return end(world, call, at, event["data"]["status"])
        call = _answered(world, call, at)
    _DEEDS.get(command["method"], _refuse)(world, call, command["params"], event["event"], at)


def _command(reply):
    """The command in our answer; what is none ends the call."""
    try:
        body = json.loads(reply or "")
        return {"method": str(body["method"]), "params": dict(body["params"])}
    except (ValueError, TypeError, KeyError):
        return {"method": "hangup", "params": {}}


def _hangup(world, call, params, event, at):
    end(world, call, at)


def _speak(world, call, params, event, at):
    call = _answered(world, call, at)
    data = {"to": call["to"], "from": call["from"], "status": "speak_successful"}
    if params.get("collect_digits"):
        data["collected_digits"] = _line(call).pressed
    _tell(world, call, "speak_completed", data, at + timedelta(seconds=_SPEAKS / world.speed))


def _play(world, call, params, event, at):
    call = _answered(world, call, at)
    data = {"to": call["to"], "from": call["from"], "status": "play_successful"}
    _tell(world, call, "play_completed", data, at + timedelta(seconds=_SPEAKS / world.speed))


def _dial(world, call, params, event, at):
    """Join another phone: documented after `incoming_call`; elsewhere only where the setting allows it."""
    if event != "incoming_call" and world.setting("telesign_bridge") != "allow":
        return _refuse(world, call, params, event, at)
    joined = line_of(str(params.get("to", "")))
    picked_up = at + timedelta(seconds=joined.rings / world.speed)
    if joined.status != "answered":
        return dial_completed(world, call, params["to"], joined.status, picked_up)
    call = _answered(world, call, picked_up)
    data = {"to": params["to"], "from": call["from"], "status": "hangup"}
    _tell(world, call, "call_leg_completed", data, picked_up + timedelta(seconds=joined.talks / world.speed))


def _refuse(world, call, params, event, at):
    end(world, call, at, _UNSUPPORTED)


_DEEDS = {"hangup": _hangup, "speak": _speak, "play": _play, "play_multiple": _play, "dial": _dial}


def _answered(world, call, at):
    return call if call["answered"] else _change(world, call, answered=iso(at))


def _change(world, call, **values):
    return world.store.put("telesign call", call["reference_id"], {**call, **values})
