"""TeleSign's events, read leniently (FACTS 3): `{event, reference_id, external_id?, data{…}}`, all sets open."""

from dataclasses import dataclass, field

from integrations import reading
from integrations.contracts import CallReport
from integrations.errors import SetAside
from integrations.http import DECODER
from integrations.telesign.client import digits
from integrations.telesign.words import UNSUPPORTED, said
from integrations.text import clean_deep

ANSWERED = "answered"
INCOMING, DIALLED, LEG_OVER, OVER = "incoming_call", "dial_completed", "call_leg_completed", "call_completed"
_NAME = 60  # characters of an event's name that are kept; TeleSign's longest has 18


@dataclass(frozen=True)
class Event:
    """One event. Numbers as `+digits`, "" where none is told; the reference id in lower case.

    status    `data.status` in lower case ("answered", "hangup", "speak_successful")
    pressed   the keys that were pressed after a sentence; None where the event is not about keys
    refused   "unsupported_call_state" where the event says that it could not do what it was told, else ""
    """

    name: str
    reference_id: str
    to_number: str = ""
    from_number: str = ""
    direction: str = ""
    status: str = ""
    pressed: str | None = None
    refused: str = ""
    created_at: object = None
    answered_at: object = None
    ended_at: object = None
    tells_answer: bool = False  # whether it says when it was answered, or that it was not
    raw: dict = field(default_factory=dict)

    @property
    def is_incoming(self):
        return self.name == INCOMING or self.direction in ("inbound", "incoming")

    @property
    def is_answer(self):
        """Whether it says that the phone that was dialled was picked up."""
        return self.name == DIALLED and self.status == ANSWERED


def parse(text):
    """The Event in a body (text). Raises SetAside for what is no event of a call."""
    body = _json(text)
    name = reading.text(body.get("event"), _NAME).lower()
    reference_id = reading.text(body.get("reference_id"), 100).lower()
    if not name:
        raise SetAside("No event in it.")
    if not 0 < len(reference_id) <= 64:
        raise SetAside("No reference_id in it." if not reference_id else "Its reference_id is longer than one is.")
    # One demo has `to` at the top level, all others in `data` (FACTS 6.3-6).
    data = {**body, **reading.mapping(body.get("data"))}
    return Event(
        name=name,
        reference_id=reference_id,
        to_number=_number(data.get("to")),
        from_number=_number(data.get("from")),
        direction=reading.text(data.get("direction"), 20).lower(),
        status=reading.text(data.get("status"), 40).lower(),
        pressed=reading.text(data.get("collected_digits"), 20) if "collected_digits" in data else None,
        refused=UNSUPPORTED if UNSUPPORTED in map(str.lower, [name, *said(body)]) else "",
        created_at=reading.moment(data.get("created_on_utc")),
        answered_at=reading.moment(data.get("answered_on_utc")),
        ended_at=reading.moment(data.get("ended_on_utc")),
        tells_answer="answered_on_utc" in data,
        raw=body,
    )


def _json(text):
    try:
        body = clean_deep(DECODER.decode(text.strip()))  # a number past all others is in no database
    except (ValueError, RecursionError) as error:
        raise SetAside("It is no JSON.") from error
    if not isinstance(body, dict):
        raise SetAside("It is no JSON object.")
    return body


def _number(value):
    """`+digits` of a number with or without the plus; "" for a SIP address or nothing."""
    text = reading.text(value, 40)
    plain = digits(text)
    return f"+{plain}" if 3 <= len(plain) <= 15 and not any(char.isalpha() for char in text) else ""


def report(event, received_at, is_leg=False):
    """What an Event says of its call, as a CallReport; its words stand in calls/status/telesign.py.

    received_at   aware: events but the last carry no stamp of their own
    is_leg        whether a `dial_completed` is about the phone that was joined, not about the customer's
    """
    connected = received_at if event.is_answer and not is_leg else None
    talked = _seconds(event.answered_at, event.ended_at)
    return CallReport(
        vendor_id=event.reference_id,
        status=_word(event, is_leg),
        at=received_at,
        created_at=event.created_at,
        connected_at=event.answered_at or connected,
        ended_at=event.ended_at,
        # `duration` counts from the first ring (its sample: 6 s, of which 4 answered), so talk is taken from stamps.
        wait_seconds=_seconds(event.created_at, event.answered_at),
        talk_seconds=talked,
        fail_reason=event.status if event.name == DIALLED and not event.is_answer and not is_leg else "",
        raw=event.raw,
    )


def _word(event, is_leg):
    if event.name == DIALLED:
        which = "leg" if is_leg else "dial"
        return f"{which}_answered" if event.is_answer else ("leg_unanswered" if is_leg else DIALLED)
    if event.name == OVER and not event.answered_at:
        return "call_unanswered" if event.tells_answer else "call_ended"
    return event.name


def _seconds(start, end):
    return max(int((end - start).total_seconds()), 0) if start and end else None
