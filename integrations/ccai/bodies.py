"""What `POST calls` is sent: the documented keys of each kind of call and no others (ccai_calls.txt).

Optional ones that are empty stay at home. Numbers go out as `+digits`, tickets as text, menus and parent calls
as whole numbers, a time in UTC with a Z.
"""

import re
from datetime import UTC

from integrations.contracts import IncomingCall, OutboundCall, ScheduledCall
from integrations.errors import Rejected

# The older names OutboundCall, IncomingCall and ScheduledCall are deprecated.
CALL_TYPES = {
    OutboundCall: "Voice Outbound (API)",
    IncomingCall: "Voice Inbound (API)",
    ScheduledCall: "Voice Scheduled (API)",
}
_ALSO_WITH_A_TICKET = "CCAI needs the number to call, also beside a ticket."


def of(call):
    """The JSON of an OutboundCall, IncomingCall or ScheduledCall. Raises Rejected for what CCAI cannot be asked."""
    body = {"call_type": CALL_TYPES[type(call)], **_BODIES[type(call)](call)}
    return {key: value for key, value in body.items() if value not in ("", None)}


def number(text):
    """`+digits` from any spelling ("+1 760-867-5309"); "" from none."""
    digits = re.sub(r"[^0-9]", "", text) if isinstance(text, str) else ""
    return f"+{digits}" if digits else ""


def _outbound(call):
    """One of number and ticket is needed. With both, CCAI dials the ticket's."""
    if not (call.ticket_id or call.end_user_number):
        raise Rejected("A call needs a number or a ticket id.", param="end_user_number")
    return {
        "agent_email": call.agent_email,
        "ticket_id": str(call.ticket_id),
        "end_user_number": number(call.end_user_number),
        "outbound_number": number(call.outbound_number),
        "lang": call.lang,
    }


def _incoming(call):
    return {
        "menu_id": _whole(call.menu_id, "menu_id", "Choose a menu."),
        "end_user_number": _needed_number(call),
        "lang": call.lang,
        "ticket_id": str(call.ticket_id),
        "outbound_number": number(call.outbound_number),
        "recording_permission": _permission(call),
    }


def _scheduled(call):
    """A menu, or the id of the call it follows; with that one the menu may be left out."""
    return {
        "menu_id": None if call.parent_id and not call.menu_id else _whole(call.menu_id, "menu_id", "Choose a menu."),
        "call_id": _whole(call.parent_id, "call_id", "") if call.parent_id else None,
        "end_user_number": _needed_number(call),
        "lang": call.lang,
        "ticket_id": str(call.ticket_id),
        "scheduled_at": _moment(call.at),
        "recording_permission": _permission(call),
    }


_BODIES = {OutboundCall: _outbound, IncomingCall: _incoming, ScheduledCall: _scheduled}


def _needed_number(call):
    if not number(call.end_user_number):
        raise Rejected(_ALSO_WITH_A_TICKET, param="end_user_number")
    return number(call.end_user_number)


def _whole(text, param, missing):
    """An id as the Integer that the page wants."""
    text = str(text or "").strip()
    if not text:
        raise Rejected(missing, param=param)
    if not re.fullmatch(r"[0-9]{1,18}", text):  # what a vendor's 64-bit id can have
        raise Rejected("CCAI's ids of menus and calls are whole numbers.", param=param)
    return int(text)


def _moment(at):
    if at is None:
        raise Rejected("Choose a time in the future.", param="scheduled_at")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _permission(call):
    """Requests write it with a prefix, answers without (FACTS 6.1-6)."""
    return f"recording_permission_{call.recording_permission}" if call.recording_permission else ""
