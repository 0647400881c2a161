"""The truth mapper: what a call taught about the number itself.

Two witnesses are heard: what the agent chose as outcome, and what the line said (hangup code of the
carrier, fail reason of CCAI, whether it was answered). One table decides; nothing else does.

    outcome                  line: answered    dead              rang only         says nothing
    a person was reached     connected         ask               connected         connected
    voicemail                connected         ask               connected         connected
    number not in service    ask               disconnected      ask               disconnected
    call failed              connected         disconnected      tell nothing      tell nothing (doubt: ask)
    no answer, busy          tell nothing, always: not feedback on a number

Where the agent's own phone was not reached, nobody dialled the customer's: tell nothing, whatever the outcome.

"ask" = the witnesses contradict each other, so the agent is asked and may leave it open.

Admins read it on a page, which is made of `table` and `sources` here.
"""

from dataclasses import dataclass
from enum import Enum

from calls.choices import CallStatus
from calls.status import plivo, telesign
from feedback.choices import Outcome, PhoneStatus
from integrations.plivo.causes import CAUSES


class Line(Enum):
    """What the line itself said."""

    ANSWERED = "answered"
    DEAD = "dead"
    RANG = "rang"
    DOUBT = "doubt"
    SILENT = "silent"
    NOT_DIALLED = "not dialled"

    @property
    def label(self):
        return _LINE_LABELS[self]


_LINE_LABELS = {
    Line.ANSWERED: "It was answered",
    Line.DEAD: "Not in service",
    Line.RANG: "It rang, or was busy",
    Line.DOUBT: "“Wrong number”",
    Line.SILENT: "It says nothing",
    Line.NOT_DIALLED: "Only the agent’s own phone was rung",
}


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
    "invalid_number_format",
    "destination_out_of_order",
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
# TeleSign's statuses of a dial that was not answered; it publishes no list (FACTS 3), any other says nothing.
RANG_REASONS_TELESIGN = {
    word for word, status in telesign.REASONS.items() if status in (CallStatus.BUSY, CallStatus.NO_ANSWER)
}
# Plivo rings the agent's own phone first; how that went is no fact about the customer's (calls/status/plivo.py).
OWN_PHONE = "agent_"


@dataclass(frozen=True)
class Verdict:
    """What may be told about a number: a status, or None; `ask` = only the agent can say; `why` for people."""

    phone_status: PhoneStatus | None
    ask: bool
    why: str


def verdict(outcome, hangup_code="", hangup_cause="", fail_reason="", answered=False):
    """The verdict on the number. `outcome` is one of Outcome; the rest as reported, empty when unknown."""
    return decide(Outcome(outcome), heard(hangup_code, hangup_cause, fail_reason, answered))


def decide(outcome, line):
    """The verdict by the table: an Outcome, a Line."""
    if outcome in (Outcome.NO_ANSWER, Outcome.BUSY):
        return _nothing(f"{outcome.label}: not feedback on a number")
    if line is Line.NOT_DIALLED:
        return _nothing("The customer’s number was never dialled")
    if outcome is Outcome.DISCONNECTED_NUMBER:
        return _not_in_service(line)
    if outcome is Outcome.FAILED:
        return _failed(line)
    return _spoken_to(outcome, line)


def of_call(call, outcome):
    """The verdict for a call as it is known now."""
    return decide(Outcome(outcome), line_of(call))


def line_of(call):
    """What the line of a call said, as it is known now."""
    return heard(call.hangup_code, call.hangup_cause, call.fail_reason, call.was_connected)


def table():
    """[(Outcome, [(Line, Verdict), …]), …]: every line of the table, as it is decided."""
    return [(outcome, [(line, decide(outcome, line)) for line in Line]) for outcome in Outcome]


def sources():
    """[(Line, [(who says so, their word or code, what it means), …]), …]: what makes a line say what it says."""
    found = {line: [] for line in Line}
    for code, cause in CAUSES.items():
        found[heard(hangup_code=code)].append(("Plivo", code, cause.name))
    for reason in sorted(RANG_REASONS | DOUBT_REASONS):
        found[heard(fail_reason=reason)].append(("CCAI", reason, ""))
    for word in sorted(telesign.REASONS):
        found[heard(fail_reason=word)].append(("TeleSign", word, ""))
    for reason in sorted(plivo.REASONS):
        found[heard(fail_reason=reason)].append(("Plivo", reason, plivo.SAYS.get(reason, "")))
    found[Line.ANSWERED].append(("Any", "", "The time of the customer’s answer is known, and no code says otherwise"))
    return [(line, found[line]) for line in Line]


def heard(hangup_code="", hangup_cause="", fail_reason="", answered=False):
    """What the line said. A dead line's word outweighs "answered": announcements are answered too."""
    code, cause, reason = str(hangup_code or "").strip(), _word(hangup_cause), _word(fail_reason)
    if code in DEAD_CODES or cause in DEAD_CAUSES:
        return Line.DEAD
    if answered:
        return Line.ANSWERED
    if reason.startswith(OWN_PHONE):
        return Line.NOT_DIALLED
    if code in RANG_CODES or cause in RANG_CAUSES or reason in RANG_REASONS | RANG_REASONS_TELESIGN:
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
