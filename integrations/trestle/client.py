"""Trestle's phone look-up 3.0 and phone feedback 1.0 (trestle_phone_feedback.txt, FACTS 4)."""

import re

from integrations import credentials, http, reading
from integrations.contracts import Check, Delivered, PhoneLookup
from integrations.errors import Rejected, VendorError
from integrations.text import clean, cut
from integrations.trestle.refusals import forbidden, too_many

LOOK_UP, FEEDBACK = "/3.0/phone_intel", "/1.0/phone_feedback"
# No field is documented to carry it; this is what it looks like (FACTS 4).
RESPONSE_ID = re.compile(r"T_[0-9a-f-]{36}")
RESPONSE_ID_KEYS = ("response_id", "transaction_id", "request_id")
NAME_LIMIT = 200  # no limit is printed; longer is not a name
STATUSES = {"connected": "Connected", "disconnected": "Disconnected"}
_OWN_JUDGEMENT = (429,)  # its quota is not a speed


class Client:
    """One Trestle account, by the header `x-api-key`."""

    def __init__(self, connection):
        base_url, key = credentials.read(connection, "base_url", "api_key")
        self._door = credentials.door(connection, base_url, headers={"x-api-key": key})

    def look_up(self, phone):
        """What Trestle knows of a number (E.164), as a PhoneLookup. It costs: never repeat it lightly."""
        answer = self._request("GET", LOOK_UP, params={"phone": phone})
        if answer.status != 200 or not isinstance(answer.body, dict):
            raise http.unexpected(answer)
        return lookup_of(phone, answer)

    def post_feedback(self, feedback):
        """Tell Trestle a PhoneFeedback: Delivered, with a note when it was accepted in part.

        Raises Rejected (400, or what could not be right), Misconfigured (403, quota), RateLimited and
        the door's errors. A repeat is harmless, but may count double.
        """
        answer = self._request("POST", FEEDBACK, json=feedback_body(feedback))
        body = reading.mapping(answer.body)
        if answer.status > 202 or reading.text(body.get("status")).lower() != "success":
            raise http.unexpected(answer)
        return Delivered(
            status=answer.status,
            words=http.words(answer) if body.get("error") else "",
            note=_partial(body.get("error")),
            request_id=answer.request_id,
            duration_ms=answer.duration_ms,
        )

    def check(self):
        """A look-up without a number, as a Check: Trestle has no free request, but refuses this one (400)
        only after it has accepted the key, and has then looked up nothing."""
        try:
            self._request("GET", LOOK_UP)
        except Rejected as refused:
            if refused.status == 400:
                return Check(True, "Trestle accepts the key (asked without a number, so nothing was looked up).")
            return Check(False, refused.sentence, refused.words)
        except VendorError as error:
            return Check(False, error.sentence, error.words)
        return Check(False, "Trestle answered a question without a number: this is not its look-up address.")

    def _request(self, method, path, **what):
        answer = self._door.request(method, path, accept=_OWN_JUDGEMENT, **what)
        if answer.status == 403:
            raise forbidden(answer)
        if answer.status == 429:
            raise too_many(answer)
        if answer.status >= 400:
            raise Rejected("Trestle does not take this request.", param=_field(answer), **http.facts(answer))
        return answer


def feedback_body(feedback):
    """The JSON of Trestle's page: four fields and, where there is one, the name.

    Raises Rejected for what may not be sent, naming the field. "Unknown" is not a right party: it is not sent.
    """
    status = STATUSES.get(str(feedback.phone_status).strip().lower())
    if not str(feedback.response_id).strip():
        raise Rejected("No response id of a Trestle look-up.", param="response_id")
    if not feedback.phone:
        raise Rejected("No number.", param="phone")
    if status is None:
        raise Rejected("The number is either connected or disconnected.", param="phone_status")
    if not isinstance(feedback.right_party, bool):
        raise Rejected("Right party is yes or no; unknown is not sent.", param="phone_right_party_contact")
    body = {
        "response_id": str(feedback.response_id).strip(),
        "phone": feedback.phone,
        "phone_status": status,
        "phone_right_party_contact": feedback.right_party,
    }
    name = cut(clean(feedback.name).strip(), NAME_LIMIT)
    return {**body, "name": name} if name else body


def lookup_of(phone, answer):
    """A PhoneLookup from an answer. Every field may be null; `warnings` a list or a text."""
    body = answer.body
    score = reading.whole(body.get("activity_score"))
    return PhoneLookup(
        phone=phone,
        response_id=response_id(answer),
        is_valid=reading.truth(body.get("is_valid")),
        activity_score=score if score is not None and score <= 100 else None,
        line_type=reading.text(body.get("line_type"), 40),
        carrier=reading.text(body.get("carrier")),
        warnings=(*_texts(body.get("warnings")), *_texts(_partial_words(body.get("error")))),
        raw=body,
    )


def response_id(answer):
    """The response id where one is found, in a body key or any header; "" else. Never invented."""
    values = [reading.mapping(answer.body).get(key) for key in RESPONSE_ID_KEYS]
    found = (value for value in (*values, *answer.headers.values()) if isinstance(value, str))
    return next((value for value in found if RESPONSE_ID.fullmatch(value)), "")


def _texts(value):
    items = value if isinstance(value, list) else [value]
    return tuple(text for text in map(reading.text, items) if text)


def _partial(error):
    """The note of a success that carries an error, as the page's own sample does."""
    if error in (None, "", {}, []):
        return ""
    return f"Accepted, partial: {_partial_words(error) or 'Trestle names an error'}"


def _partial_words(error):
    found = reading.mapping(error)
    return reading.text(found.get("message")) or reading.text(found.get("name")) or reading.text(error)


def _field(answer):
    """Trestle's field at fault, where its message ends with it ("Missing required field: phone_status")."""
    found = re.search(r"(?:field|parameter):\s*([a-z_]{1,60})", http.words(answer))
    return found.group(1) if found else ""
