"""The reserved data properties of a call: read, set, and looked at again (ccai_calls.txt, customer_flag).

PATCH prints `repeat_customers`, GET `repeat_customer`: where the first changes nothing the second is sent
once, and `learned` remembers it.
"""

import re

from integrations import http
from integrations.ccai import answers, reports
from integrations.ccai.refusals import GENERIC, refusal
from integrations.contracts import Delivered
from integrations.errors import Rejected, VendorError


def read(client, call_id):
    """The three flags by name: True, False or None where CCAI shows nothing."""
    answer = client.request("GET", _path(call_id))
    if answer.status >= 300:
        _refuse(answer)
    if not reports.one(answer.body):
        raise http.unexpected(answer)
    return reports.flags(answer.body)


def change(client, wish, repeat_key):
    """Tell CCAI a CustomerFlags and look whether it took them: Delivered. `repeat_key` is the spelling that worked."""
    wanted = {name: getattr(wish, name) for name in reports.FLAGS if getattr(wish, name) is not None}
    if not wanted:
        raise Rejected("No flag to set.")
    answer = _patch(client, wish.call_id, wanted, repeat_key)
    shown, learned = _look(client, wish.call_id), {}
    if shown and shown["repeat_customer"] != wanted.get("repeat_customer", shown["repeat_customer"]):
        answer, shown, learned = _other_key(client, wish.call_id, wanted, repeat_key, answer, shown)
    return Delivered(
        status=answer.status,
        note=_compared(wanted, shown),
        request_id=answer.request_id,
        duration_ms=answer.duration_ms,
        learned=learned,
    )


def _patch(client, call_id, wanted, repeat_key):
    body = {repeat_key if name == "repeat_customer" else name: value for name, value in wanted.items()}
    answer = client.request("PATCH", _path(call_id), json=body)
    if answer.status >= 300:
        _refuse(answer)
    if answer.text.lstrip().startswith("<"):  # a maintenance page; else any 2xx, also an empty one, is success
        raise http.unexpected(answer)
    return answer


def _other_key(client, call_id, wanted, key, answer, shown):
    other = "repeat_customer" if key == "repeat_customers" else "repeat_customers"
    try:
        again = _patch(client, call_id, {"repeat_customer": wanted["repeat_customer"]}, other)
    except VendorError:
        return answer, shown, {}  # the first one stands, and its note says what is missing
    seen = _look(client, call_id)
    took = bool(seen) and seen["repeat_customer"] == wanted["repeat_customer"]
    return again, seen or shown, {"repeat_key": other} if took else {}


def _look(client, call_id):
    """The flags as CCAI shows them; None when it cannot be asked just now. The PATCH was accepted anyway."""
    try:
        return read(client, call_id)
    except VendorError:
        return None


def _path(call_id):
    """The page wants an integer; a word from elsewhere must not become another path."""
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", str(call_id)):
        raise Rejected("This call has no id that CCAI could know.", param="call_id")
    return f"{answers.APPS}/calls/{call_id}/customer_flag"


def _refuse(answer):
    """As elsewhere, but 404 is about one call: it must not stop the whole connection."""
    if answer.status == 404:
        raise Rejected("CCAI does not know this call (or the subdomain is wrong).", **http.facts(answer))
    found = refusal(http.words(answer))
    if found is GENERIC and answer.status != 403:
        raise Rejected("CCAI refused the flags.", **http.facts(answer))
    answers.refuse(answer)


def _compared(wanted, shown):
    """A note where CCAI shows something else than was asked; "" where all is as wished."""
    if shown is None:
        return "Accepted; CCAI could not be asked whether it shows the flags."
    missed = [name.replace("_", " ") for name, value in wanted.items() if shown[name] != value]
    return f"Accepted, but CCAI does not show the change of: {', '.join(missed)}." if missed else ""
