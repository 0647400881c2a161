"""A request's arguments: JSON as the page's words want it, or a form as its curl lines send it."""

from urllib.parse import parse_qsl

from integrations.sandbox.feedbackapi.refusals import Refused, missing
from integrations.sandbox.wire import json_body

_FORM = "application/x-www-form-urlencoded"
_JSON = ("application/vnd.api+json", "application/json", "")


def arguments(request):
    """The body as a dict; `key[]` of a form becomes a list under `key`. Raises Refused."""
    if request.mimetype == _FORM:
        return _form(request.get_data().decode("utf-8", "replace"))
    if request.mimetype not in _JSON:
        raise Refused(400, "Send the parameters as application/vnd.api+json or application/json.")
    body = json_body(request)
    if not isinstance(body, dict):
        raise Refused(400, "The request body is not a JSON object.")
    return body


def _form(text):
    found = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        if key.endswith("[]"):
            found.setdefault(key[:-2], []).append(value)
        else:
            found[key] = value
    return found


def read(given, readers):
    """The known arguments among those given, each through its reader; others have no effect. Raises Refused."""
    return {name: one(name, given[name], reader) for name, reader in readers.items() if name in given}


def one(name, value, reader):
    """One argument through its reader. Raises Refused naming it."""
    try:
        return reader(value)
    except ValueError as error:
        raise Refused(400, f"{name} {error}", name) from None


def require(given, *names):
    """Raises Refused for the first of `names` that is missing, null or empty."""
    for name in names:
        if given.get(name) in (None, ""):
            raise missing(name)
