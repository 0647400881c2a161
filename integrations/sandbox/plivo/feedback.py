"""`POST /v1/Call/{call_uuid}/Feedback/`, as the page documents it."""

import uuid
from decimal import Decimal, InvalidOperation

from integrations.sandbox.clock import iso
from integrations.sandbox.wire import answer, json_body

_ISSUES = (
    "AUDIO_LAG", "BROKEN_AUDIO", "DIGITS_NOT_CAPTURED", "ECHO", "HIGH_CONNECT_TIME",
    "LOW_AUDIO_LEVEL", "ONE_WAY_AUDIO", "OTHERS", "ROBOTIC_AUDIO",
)  # fmt: skip
# The page spells two of the eleven one way in the arguments and another way in the 422.
_ARGUMENTS, _MISPRINTED = ("CALL_DROPPED", "CALLERID_ISSUE"), ("CALL_DROPPPED", "CALLERID_ISSUES")
_SPELLINGS = {"both": _ARGUMENTS + _MISPRINTED, "arguments": _ARGUMENTS, "422": _MISPRINTED}

RATING_WRONG = "Rating has to be a float between 1 -5"
ISSUES_WRONG = (
    "Issues have to be an array of one or more than one of the following: AUDIO_LAG, BROKEN_AUDIO, "
    "CALL_DROPPPED, CALLERID_ISSUES, DIGITS_NOT_CAPTURED, ECHO, HIGH_CONNECT_TIME, LOW_AUDIO_LEVEL, "
    "ONE_WAY_AUDIO, OTHERS, ROBOTIC_AUDIO"
)
UUID_WRONG = "Please check the Call UUID"

# Calls that exist although this sandbox never played them: the page's own samples, and
# whatever begins like this (for seeded worlds and for typing one in by hand).
KNOWN_PREFIX = "00000000-0000-4000-8000-"
PRINTED = (
    "b38149eb-b8fe-45d5-85b2-78ee4424788f",
    "f28149eb-b8fe-45d5-85b2-78ee4424788f",
    "f18149eb-b8fe-45d5-85b2-78ee4424788f",
    "a18149eb-b8fe-45d5-85b2-78ee4424788f",
    "f6bf3c48-afdf-4e42-a30e-9e00fda351d",
    "f18149eb-b8fe-45d5-85b2-78ee442478",
)


def error(status, text):
    """An error answer: the id of the request and the words."""
    return answer({"api_id": str(uuid.uuid4()), "error": text}, status)


def post(world, request, number):
    """201 and kept, 404 for an unknown call, 422 for a rating or issues that are not allowed."""
    if not _known(world, number):
        return error(404, UUID_WRONG)
    body = json_body(request)
    body = body if isinstance(body, dict) else {}
    rating = _rating(body.get("rating"))
    if rating is None:
        return error(422, RATING_WRONG)
    if not _issues_good(body.get("issues"), rating, world.setting("plivo_spelling")):
        return error(422, ISSUES_WRONG)
    return answer(_keep(world, number, body), 201)


def _known(world, number):
    leg = world.store.get("plivo call", number)
    if leg is not None:
        return leg["start"] <= iso(world.now())
    return number in PRINTED or number.startswith(KNOWN_PREFIX)


def _rating(value):
    """A Decimal from 1 to 5 out of 4, 4.0, "4" or "4.0"; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        rating = Decimal(str(value))
    except InvalidOperation:
        return None
    return rating if rating.is_finite() and 1 <= rating <= 5 else None


def _issues_good(issues, rating, spelling):
    if issues is None or issues == []:
        return rating == 5
    allowed = _ISSUES + _SPELLINGS[spelling]
    return isinstance(issues, list) and all(isinstance(issue, str) and issue in allowed for issue in issues)


def _keep(world, number, body):
    api_id = str(uuid.uuid4())
    world.store.put(
        "plivo feedback",
        world.store.next("plivo feedback"),
        {
            "call_uuid": number,
            "rating": body["rating"],
            "issues": body.get("issues", []),
            "notes": body.get("notes"),
            "api_id": api_id,
            "time": iso(world.now()),
        },
    )
    return {"message": "Feedback has been posted", "api_id": api_id, "status": "success"}
