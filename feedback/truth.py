"""The truth mapper: what a call taught about the number itself.

Two witnesses are heard: what the agent chose as outcome, and what the line said (hangup code of the
carrier, fail reason of CCAI, whether it was answered). One table decides; nothing else does.

    outcome                  line: answered    dead              rang only         says nothing
    a person was reached     connected         ask               connected         connected
    voicemail                connected         ask               connected         connected
    number not in service    ask               disconnected      ask               disconnected
    call failed              connected         disconnected      tell nothing      tell nothing (doubt: ask)
    no answer, busy          tell nothing, always: not feedback on a number

"ask" = the witnesses contradict each other, so the agent is asked and may leave it open.
"""

from dataclasses import dataclass
from enum import Enum

from feedback.choices import Outcome, PhoneStatus


class Line(Enum):
    """What the line itself said."""

    ANSWERED = "answered"
    DEAD = "dead"
    RANG = "rang"
    DOUBT = "doubt"
    SILENT = "silent"


# Plivo's hangup codes (docs/voice/troubleshooting/hangup-causes): invalid destination, destination out
# of service, unallocated number, user does not exist anywhere.
DEAD_CODES = {"2000", "2010", "3050", "3120"}
# No answer, busy, rejected, busy everywhere, declined, ring time-out: somebody's line, nobody's word.
RANG_CODES = {"3000", "3010", "3020", "3100", "3110", "6010"}
# The same in words, for hangups that carry no code.
DEAD_CAUSES = {
    "unallocated_number",
    "invalid_destination_address",
    "destination_out_of_service",
    "user_does_not_exist_anywhere",
}
RANG_CAUSES = {
    "no_answer",
    "user_busy",
    "busy_line",
    "rejected",
    "call_rejected",
    "busy_everywhere",
    "declined",
    "ring_timeout_reached",
}
# CCAI's fail reasons (Reason Codes and Statuses). A wrong number there may be ours to have mistyped.
RANG_REASONS = {"eu_busy", "eu_no_answer", "eu_rejected", "eu_canceled", "eu_abandoned"}
DOUBT_REASONS = {"eu_wrong_number"}


@dataclass(frozen=True)
class Verdict:
    """What may be told about a number: a status, or None; `ask` = only the agent can say; `why` for people."""

    phone_status: PhoneStatus | None
    ask: bool
    why: str


def verdict(outcome, hangup_code="", hangup_cause="", fail_reason="", answered=False):
    """The verdict on the number. `outcome` is one of Outcome; the rest as reported, empty when unknown."""
    outcome = Outcome(outcome)
    line = heard(hangup_code, hangup_cause, fail_reason, answered)
    if outcome in (Outcome.NO_ANSWER, Outcome.BUSY):
        return _nothing(f"{outcome.label}: not feedback on a number")
    if outcome is Outcome.DISCONNECTED_NUMBER:
        return _not_in_service(line)
    if outcome is Outcome.FAILED:
        return _failed(line)
    return _spoken_to(outcome, line)


def of_call(call, outcome):
    """The verdict for a call as it is known now."""
    return verdict(outcome, call.hangup_code, call.hangup_cause, call.fail_reason, call.was_connected)


def heard(hangup_code="", hangup_cause="", fail_reason="", answered=False):
    """What the line said. A dead line's word outweighs "answered": announcements are answered too."""
    code, cause, reason = str(hangup_code or "").strip(), _word(hangup_cause), _word(fail_reason)
    if code in DEAD_CODES or cause in DEAD_CAUSES:
        return Line.DEAD
    if answered:
        return Line.ANSWERED
    if code in RANG_CODES or cause in RANG_CAUSES or reason in RANG_REASONS:
        return Line.RANG
    return Line.DOUBT if reason in DOUBT_REASONS else Line.SILENT


def _word(text):
    return str(text or "").strip().lower().replace(" ", "_").replace("-", "_")


def _spoken_to(outcome, line):
    if line is Line.DEAD:
        return _ask("The carrier says the number is not in service, and somebody or something answered")
    return _connected("A mailbox answered" if outcome is Outcome.VOICEMAIL else "A person answered")


def _not_in_service(line):
    if line is Line.ANSWERED:
        return _ask("The call was answered, perhaps by an announcement")
    if line is Line.RANG:
        return _ask("The line rang or was busy, so the number seems to be in service")
    return Verdict(PhoneStatus.DISCONNECTED, False, "The number is not in service")


def _failed(line):
    if line is Line.DEAD:
        return Verdict(PhoneStatus.DISCONNECTED, False, "The carrier says the number is not in service")
    if line is Line.ANSWERED:
        return _connected("It was answered before it failed")
    if line is Line.DOUBT:
        return _ask("CCAI says “wrong number”, which may be the number or how it was dialled")
    return _nothing("Call failed: not feedback on a number")


def _connected(why):
    return Verdict(PhoneStatus.CONNECTED, False, why)


def _ask(why):
    return Verdict(None, True, why)


def _nothing(why):
    return Verdict(None, False, why)
