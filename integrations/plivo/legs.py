"""What Plivo's callbacks of a call that we placed say about its two sides (FACTS 2, Callbacks; Dial XML).

    ring, hangup        the agent's side: CallStatus, and at its end times, cause, source
    answer, fallback    the agent has picked up
    customer            the customer's side while it happens: DialAction answer, connected, hangup
    dialled             how the customer's side ended: DialStatus

Plivo documents no callback for the customer's phone ringing: where it says so all the same, it is read.
"""

import re

from integrations import reading
from integrations.contracts import LegReport
from integrations.errors import SetAside
from integrations.plivo import addresses, causes
from integrations.plivo.grammar import CALL_UUID, call_uuid, number

KNOWN_FIELDS = frozenset(
    {  # fmt: skip
        "ALegRequestUUID",
        "ALegUUID",
        "AnswerTime",
        "BillDuration",
        "BillRate",
        "CallStatus",
        "CallUUID",
        "DialALegUUID",
        "DialAction",
        "DialBLegBillDuration",
        "DialBLegBillRate",
        "DialBLegDuration",
        "DialBLegFrom",
        "DialBLegHangupCause",
        "DialBLegHangupCauseCode",
        "DialBLegHangupCauseName",
        "DialBLegHangupSource",
        "DialBLegPosition",
        "DialBLegStatus",
        "DialBLegTo",
        "DialBLegTotalCost",
        "DialBLegUUID",
        "DialHangupCause",
        "DialRingStatus",
        "DialStatus",
        "Direction",
        "Duration",
        "EndTime",
        "Event",
        "From",
        "HangupCause",
        "HangupCauseCode",
        "HangupCauseName",
        "HangupSource",
        "RequestUUID",
        "SessionStart",
        "StartTime",
        "To",
        "TotalCost",
    }
)
_WORD = re.compile(r"[a-z]+([-_ ][a-z]+)*")
_LONGEST_WORD = 30  # characters
_ANSWERED = ("answer", "answered", "connected", "in-progress")


def parse(which, params, time_zone="UTC"):
    """A LegReport from the fields of a callback to the address `which` (each a text or a list; the last counts).

    `time_zone` is the account's. Raises SetAside for a body that names no call, or whose status is not a word.
    """
    said = {key: _last(value) for key, value in params.items() if key in KNOWN_FIELDS}
    read = {addresses.CUSTOMER: _customer, addresses.DIALLED: _dialled}.get(which, _agent)
    raw = {key: value if isinstance(value, str) else list(value) for key, value in params.items()}
    return read(said, time_zone, {"raw": raw, "request_uuid": _request(said)})


def _agent(said, zone, facts):
    uuid = _named(said, "CallUUID")
    return LegReport(
        side="agent",
        word=_word(said, "CallStatus"),
        call_uuid=uuid,
        parent_uuid=uuid,
        from_number=number(said.get("From")),
        to_number=number(said.get("To")),
        started_at=reading.moment(said.get("SessionStart")) or reading.moment(said.get("StartTime"), zone),
        answered_at=reading.moment(said.get("AnswerTime"), zone),
        ended_at=reading.moment(said.get("EndTime"), zone),
        seconds=reading.whole(said.get("Duration")),
        billed_seconds=reading.whole(said.get("BillDuration")),
        cause_code=reading.text(said.get("HangupCauseCode"), 10),
        cause=reading.text(said.get("HangupCauseName") or said.get("HangupCause"), 60),
        source=reading.text(said.get("HangupSource"), 30),
        **facts,
    )


def _customer(said, zone, facts):
    """News of the customer's side. `DialAction` says what happened; digits pressed are no news of ours."""
    happened = (_word(said, "DialAction"), said.get("DialBLegStatus", "").lower())
    code, name = said.get("DialBLegHangupCauseCode", ""), said.get("DialBLegHangupCause", "")
    seconds = reading.whole(said.get("DialBLegDuration"))
    word = ""
    if "hangup" in happened:
        word = causes.word_of(code, name, answered=bool(seconds))
    elif any(one in _ANSWERED for one in happened):
        word = "in_progress"
    elif "ringing" in happened:
        word = "ringing"
    return LegReport(
        side="customer",
        word=word,
        call_uuid=call_uuid(said.get("DialBLegUUID")),
        parent_uuid=_parent(said),
        from_number=number(said.get("DialBLegFrom")),
        to_number=number(said.get("DialBLegTo")),
        seconds=seconds if "hangup" in happened else None,
        billed_seconds=reading.whole(said.get("DialBLegBillDuration")),
        cause_code=reading.text(code, 10),
        cause=reading.text(said.get("DialBLegHangupCauseName") or name, 60),
        source=reading.text(said.get("DialBLegHangupSource"), 30),
        **facts,
    )


def _dialled(said, zone, facts):
    """How dialling ended. The UUID is empty when nobody answered; code and source come to `customer` only."""
    return LegReport(
        side="customer",
        word=_word(said, "DialStatus"),
        call_uuid=call_uuid(said.get("DialBLegUUID")),
        parent_uuid=_parent(said),
        cause=reading.text(said.get("DialHangupCause"), 60),
        **facts,
    )


def _named(said, field):
    uuid = said.get(field, "")
    if not CALL_UUID.fullmatch(uuid):
        raise SetAside(f"No {field} in it." if not uuid else f"Its {field} is not one.")
    return uuid


def _parent(said):
    return _named(said, "CallUUID" if said.get("CallUUID") else "DialALegUUID")


def _request(said):
    return call_uuid(said.get("RequestUUID")) or call_uuid(said.get("ALegRequestUUID"))


def _word(said, field):
    """A status as a word of ours; unknown words are kept, what is no word is refused (FACTS 2)."""
    word = said.get(field, "").lower()
    if len(word) > _LONGEST_WORD or not _WORD.fullmatch(word):
        raise SetAside(f"No {field} in it." if not word else f"Its {field} is not one.")
    return word.replace("-", "_").replace(" ", "_")


def _last(value):
    return value if isinstance(value, str) else next(reversed(list(value)), "")
