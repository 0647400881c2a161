"""External session events (docs/vendor-facts.md 1, route 2): several in one body, each kept by itself.

They are hints. Their states are not the Apps API's, so nothing here becomes a call's status; what they are good
for is asking the list of calls at once, and the agent's disposition, which the list does not have.
"""

import hashlib
import json
import re
from datetime import UTC, datetime

from integrations import reading
from integrations.contracts import SessionEvent
from integrations.errors import SetAside
from integrations.http import DECODER
from integrations.text import clean_deep

MOST = 1000  # events in one body; the page names no number, and one session has six
_LONGEST_ID = 200  # characters; the page says UUID


class Unreadable(Exception):
    """A body that is no list of events; `str()` says why."""


def split(text):
    """[(id, the event as JSON text)] of a body. Raises Unreadable. Events without an id get one of their content."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Not JSON.") from error
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list):
        raise Unreadable("No list of events in it.")
    if len(events) > MOST:
        raise Unreadable(f"More than {MOST} events in one body.")
    return [_with_id(event) for event in events]


def id_of(text):
    """An id for what carries none: the same text has the same."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _with_id(event):
    text = json.dumps(event, ensure_ascii=False)
    event_id = reading.text(event.get("event_id"), _LONGEST_ID + 1) if isinstance(event, dict) else ""
    return (event_id if 0 < len(event_id) <= _LONGEST_ID else id_of(text)), text


def parse(text):
    """A SessionEvent of one kept event. Raises SetAside for what is about no call."""
    try:
        event = clean_deep(DECODER.decode(text))  # an escape or a number may be one that no database holds
    except (ValueError, RecursionError) as error:
        raise SetAside("Not JSON.") from error
    item = reading.mapping(reading.mapping(event).get("item"))
    if not item:
        raise SetAside(_why_none(text, event))
    call_ids = _call_ids(item)
    if not call_ids:
        raise SetAside("It is about a chat, not a call." if item.get("chat_id") else "No call's id in it.")
    people = [row for row in _list(item.get("participants")) if isinstance(row, dict)]
    return SessionEvent(
        event_id=reading.text(event.get("event_id")),
        call_ids=call_ids,
        at=_moment(event.get("timestamp")),
        state=reading.text(item.get("state"), 40),
        steps=tuple(_step(row) for row in people),
        number=_number(item, people),
        disposition=_disposition(item.get("dispositions")),
        raw=event,
    )


def _why_none(text, event):
    """A whole body that was kept because it could not be split says why; an event has no session in it."""
    if isinstance(event, dict) and "events" in event:
        try:
            split(text)
        except Unreadable as error:
            return str(error)
    return "No session in it."


def _list(value):
    return value if isinstance(value, list) else []


def _call_ids(item):
    """The forms an id is seen in: 515, "515", call_515, a UUID. The first is what the list calls it."""
    found = [reading.text(item.get(key), 64) for key in ("call_id", "call_uuid", "id")]
    plain = [re.sub(r"^call_(?=[0-9]+$)", "", text) for text in found]
    return tuple(dict.fromkeys(text for text in [*plain, *found] if text))


def _moment(value):
    """Epoch milliseconds as an aware time in UTC, None for what is none."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not 0 < value < reading.LATEST_STAMP * 1000:
        return None
    return datetime.fromtimestamp(value / 1000, UTC)


def _step(row):
    """ "agent accepted": whose it is and how far; the page says status, its neighbour's samples state."""
    part = reading.text(row.get("type"), 40)
    return f"{part} {reading.text(row.get('status') or row.get('state'), 40)}".strip()


def _number(item, people):
    """The customer's number: `dn` of the outside participant, or beside the participants."""
    outside = [row for row in people if reading.text(row.get("type")) in ("external", "end_user")]
    found = (reading.text(row.get("dn"), 40) for row in [*outside, item])
    return next(filter(None, found), "")


def _disposition(value):
    """The agent's wrap-up at CCAI in one line; "" for none."""
    row = reading.mapping(value[0] if isinstance(value, list) and value else value)
    found = [reading.text(row.get("code"), 100), reading.text(row.get("custom_code_id"), 100)]
    note = reading.text(row.get("note"), 300)
    return ": ".join(filter(None, (" ".join(filter(None, found)), note)))
