"""What an event is answered with: an action as JSON-RPC, which TeleSign carries out (FACTS 3, events).

Which one it is, is decided by the app on the right that knows the call.
"""

import logging

from integrations.telesign.client import digits

log = logging.getLogger(__name__)
_deciders = []


def on(decide):
    """Registers `decide(event) -> command` for a stored HookEvent; called after it was applied. In `ready()`.

    It answers from what is stored, the same for the same event however often it comes, and quickly.
    """
    _deciders[:] = [decide]


def decide(event):
    """The command for a stored HookEvent: hang up where nobody can say better, which leaves nobody on a line."""
    for decider in _deciders:
        return decider(event)
    return hangup()


def hangup():
    """End the call."""
    return _command("hangup", {})


def speak(message, language, most_digits=0):
    """Say a sentence; with `most_digits` listen for that many keys, which `speak_completed` then tells."""
    params = {"tts": {"message": message, "language": language}}
    if most_digits:
        params["collect_digits"] = {"max": most_digits}
    return _command("speak", params)


def dial(to, caller_id):
    """Join the call with another phone. Documented as the answer to `incoming_call` only (FACTS 3).

    caller_id   a leased number, or the `from` of the incoming call
    """
    return _command("dial", {"to": digits(to), "caller_id_number": digits(caller_id)})


def _command(method, params):
    return {"jsonrpc": "2.0", "method": method, "params": params}
