"""The forms of an answer: the page prints status and error strings and no body, so clients must read them all."""

from integrations.sandbox.wire import answer

_ACCEPTED = "dial_accepted"


def error(world, status, word):
    """An error string, in the form that the setting names."""
    return answer(_ERROR[world.setting("telesign_errors")](word), status)


_ERROR = {
    "error": lambda word: {"error": word},
    "errors": lambda word: {"errors": [{"code": word, "description": "Action rejected."}]},
    "status": lambda word: {"status": {"code": word, "description": "Action rejected."}},
    "rpc": lambda word: {"jsonrpc": "2.0", "id": "1", "error": {"code": -32000, "message": word}},
}


def accepted(reference_id, how):
    """202, with its string as text, in an object, as JSON-RPC, or (`how` "bare") without the id."""
    return answer(_ACCEPTANCE[how](reference_id), 202)


_ACCEPTANCE = {
    "text": lambda reference: {"reference_id": reference, "status": _ACCEPTED},
    "object": lambda reference: {
        "reference_id": reference,
        "status": {"code": _ACCEPTED, "description": "The dial action was completed successfully."},
    },
    "rpc": lambda reference: {
        "jsonrpc": "2.0",
        "id": "1",
        "result": {"reference_id": reference, "status": _ACCEPTED},
    },
    "bare": lambda reference: {"status": _ACCEPTED},
}
