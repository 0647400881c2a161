"""The tenant's do-not-call list: add (as printed), remove and check (documented to exist, their form is ours).

Always 200, each row with its own status. What is on it is not dialled, neither outbound nor at a time.
"""

import re

from integrations.sandbox.clock import iso, parse
from integrations.sandbox.wire import answer, json_body

KIND = "ccai dnc"
EMERGENCY = ("911", "112", "999")
# No page prints what a listed number is refused with.
REFUSED = "end_user_number is on the Do Not Call list"


def add(world, request):
    """`{"contacts": [{"phone_number", "expires_at"?}]}` → one row each, in their order."""
    body = json_body(request)
    contacts = body.get("contacts") if isinstance(body, dict) else None
    if not isinstance(contacts, list) or not all(isinstance(contact, dict) for contact in contacts):
        return answer({"message": "param is missing or the value is empty: contacts"}, 400)
    return answer([_added(world, contact) for contact in contacts])


def _added(world, contact):
    shown = {key: contact[key] for key in ("phone_number", "expires_at") if key in contact}
    number, problem = _number(contact.get("phone_number"))
    until = None
    if not problem and contact.get("expires_at"):
        until, problem = _until(contact["expires_at"], world.now())
    if problem:
        return shown | {"error": problem, "status": "failed"}
    known = world.store.get(KIND, number) is not None
    world.store.put(KIND, number, {"phone_number": number, "expires_at": until})
    return shown | {"status": "updated" if known else "created"}


def _number(text):
    """(+digits, no problem) or (nothing, the printed problem)."""
    text = text if isinstance(text, str) else ""
    if text.strip() in EMERGENCY:
        return "", "emergency phone number is not allowed"
    digits = re.sub(r"[\s().-]", "", text)
    return (digits, "") if re.fullmatch(r"\+[0-9]{8,15}", digits) else ("", "phone_number is invalid")


def _until(text, now):
    try:
        moment = parse(str(text).removesuffix(" UTC"))
    except ValueError:
        return None, "expires_at is invalid"
    return (iso(moment), "") if moment > now else (None, "expires_at cannot be past date/time")


def remove(world, request):
    """`{"phone_numbers": [...]}` → one row each."""
    body = json_body(request)
    numbers = body.get("phone_numbers") if isinstance(body, dict) else None
    if not isinstance(numbers, list):
        return answer({"message": "param is missing or the value is empty: phone_numbers"}, 400)
    return answer([_removed(world, number) for number in numbers])


def _removed(world, text):
    number, problem = _number(text)
    if not problem and world.store.get(KIND, number) is None:
        problem = "phone_number is not in the list"
    if problem:
        return {"phone_number": text, "error": problem, "status": "failed"}
    world.store.drop(KIND, number)
    return {"phone_number": text, "status": "removed"}


def check(world, request):
    """`?phone_number=` → whether it is on the list now."""
    number, problem = _number(request.args.get("phone_number"))
    if problem:
        return answer({"message": problem}, 400)
    return answer({"phone_number": number, "exists": blocks(world, number)})


def blocks(world, number):
    """Whether `number` (E.164) may not be dialled now."""
    kept = world.store.get(KIND, number)
    return kept is not None and (kept["expires_at"] is None or kept["expires_at"] > iso(world.now()))
