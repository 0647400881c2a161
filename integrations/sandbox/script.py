"""What the last two digits of a dialled number do. The front page prints this table.

Demo numbers are +1 212 555 0100 to 0199; any other number goes by its last two
digits too. A stage is (seconds after the call was accepted, CCAI's status word);
`--speed` divides the seconds. Sources of the words: the status table of CCAI's
call page; fail reasons, Plivo's causes and codes as listed by the vendors.
"""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Cause:
    """How Plivo's hangup callback and call record name the end of a call."""

    status: str
    cause: str
    code: int
    name: str
    source: str


NORMAL = Cause("completed", "NORMAL_CLEARING", 4000, "Normal Hangup", "Callee")
NO_ANSWER = Cause("no-answer", "NO_ANSWER", 3000, "No Answer", "Carrier")
BUSY = Cause("busy", "USER_BUSY", 3010, "Busy Line", "Carrier")
REJECTED = Cause("failed", "CALL_REJECTED", 3020, "Rejected", "Carrier")
UNALLOCATED = Cause("failed", "UNALLOCATED_NUMBER", 3050, "Unallocated number", "Carrier")
CANCELLED = Cause("cancel", "ORIGINATOR_CANCEL", 1000, "Canceled", "Caller")
NETWORK = Cause("failed", "NETWORK_OUT_OF_ORDER", 5000, "Network", "Error")


@dataclass(frozen=True)
class Ending:
    """One line of the table. `carrier` None: Plivo never saw the call."""

    says: str
    stages: tuple
    fail_reason: str = "nothing"
    disconnected_by: str = "disconnected_by_unknown"
    deflection: str = "no_deflection"
    carrier: Cause | None = NORMAL
    # created, array, misprints: 201. echo: 200. empty: 202. lost, silent, refused: no answer.
    answer: str = "created"
    appears_after: float | None = 0.0  # seconds until the manager's list shows it; None: never
    hook: str = "one"  # one, none, twice, late, two calls
    flag_key: str = "any"  # "repeat_customer": the only spelling that changes this flag
    recovery: float | None = None  # seconds after which the call back, a child call, begins
    extra: dict = field(default_factory=dict)


def answered(ring, talk, says):
    """A call that is picked up after `ring` seconds and talks for `talk`."""
    stages = ((0, "assigned"), (1, "connecting"), (1 + ring, "connected"), (1 + ring + talk, "finished"))
    return Ending(says, stages, disconnected_by="disconnected_by_end_user")


def believable(digits):
    """The default: 3 to 7 seconds of ringing, 20 to 40 of talk, hung up by either side."""
    ring, talk = 3 + digits % 5, 20 + digits * 7 % 21
    by = "agent" if digits % 2 else "end_user"
    return replace(
        answered(ring, talk, f"answered after {ring} s, {talk} s of talk"),
        disconnected_by=f"disconnected_by_{by}",
        carrier=replace(NORMAL, source="Caller") if digits % 2 else NORMAL,
    )


def failing(after, reason, carrier, says):
    """A call that fails `after` seconds without ever being connected."""
    stages = ((0, "assigned"), (1, "connecting"), (1 + after, "failed"))
    return Ending(says, stages, fail_reason=reason, carrier=carrier)


def _voicemail(read):
    stages = ((0, "assigned"), (1, "connecting"), (4, "deflected"), (6, "voicemail"), (16, "voicemail_received"))
    return stages + (((22, "voicemail_read"),) if read else ())


_TALK = believable(30)
_SPECIAL = {
    50: answered(4, 5, "answered short: 5 s of talk"),
    51: answered(4, 180, "answered long: three minutes"),
    52: answered(4, 900, "answered very long: a quarter of an hour, for trying things during a call"),
    53: Ending(
        "switching: another carrier is tried, then connected",
        ((0, "assigned"), (1, "connecting"), (4, "switching"), (7, "connected"), (32, "finished")),
        disconnected_by="disconnected_by_end_user",
    ),
    54: Ending(
        "fails, is called back by a child call, and is recovered when that one finishes",
        ((0, "assigned"), (1, "connecting"), (6, "failed"), (33, "recovered")),
        fail_reason="voip_conn_timeout",
        carrier=NETWORK,
        recovery=8,
    ),
    60: failing(25, "eu_no_answer", NO_ANSWER, "no answer after 25 s"),
    61: failing(4, "eu_busy", BUSY, "busy"),
    62: failing(2, "eu_wrong_number", UNALLOCATED, "failed: wrong number"),
    63: failing(8, "eu_rejected", REJECTED, "failed: rejected by the customer"),
    64: failing(6, "eu_abandoned", CANCELLED, "failed: abandoned while connecting"),
    65: failing(5, "ag_canceled", CANCELLED, "the agent cancels while it rings"),
    66: Ending("the agent never picks up", ((0, "assigned"), (20, "failed")), "ag_ignored", carrier=None),
    67: failing(10, "voip_conn_timeout", NETWORK, "failed: the carrier timed out"),
    68: failing(5, "unknown", None, "failed: reason unknown, no callback of the carrier"),
    70: Ending("deflected, voicemail, received, read", _voicemail(read=True)),
    71: Ending(
        "deflected and nothing more",
        ((0, "assigned"), (1, "connecting"), (4, "deflected")),
        deflection="after_hours_message_only",
        carrier=None,
    ),
    72: Ending("deflected, voicemail, received, never read", _voicemail(read=False)),
    73: Ending(
        "action only, then action only finished (own telephony: no carrier)",
        ((0, "assigned"), (1, "action_only"), (21, "action_only_finished")),
        carrier=None,
    ),
    74: Ending(
        "a status word and keys nobody knows, then finished",
        ((0, "assigned"), (1, "connecting"), (4, "connected"), (10, "hologram_connected"), (24, "finished")),
        extra={"sentiment": {"score": 0.4, "words": ["calm"]}, "priority_level": None},
    ),
    75: Ending("never ends: stays connecting", ((0, "assigned"), (1, "connecting")), carrier=None),
    80: replace(_TALK, says="200 with an echo: the agent must act; the call shows up 4 s later", answer="echo"),
    81: replace(_TALK, says="202 without a body: the agent must act; shows up 4 s later", answer="empty"),
    82: replace(_TALK, says="200 with an echo, and the agent never acts", answer="echo", appears_after=None),
    83: replace(_TALK, says="202 without a body, and the agent never acts", answer="empty", appears_after=None),
    84: replace(_TALK, says="placed, but the connection is reset before the answer", answer="lost"),
    85: replace(_TALK, says="placed, but no answer is given for 30 s", answer="silent"),
    86: replace(_TALK, says="not placed, and the connection is reset", answer="refused", appears_after=None),
    87: replace(_TALK, says="201 with the object inside an array of one, as the object sample", answer="array"),
    88: replace(_TALK, says="201 with the page's misprints (voicemail_reaso, n_deflection)", answer="misprints"),
    90: replace(_TALK, says="answered; Plivo sends no hangup callback", hook="none"),
    91: replace(_TALK, says="answered; Plivo sends its callback twice", hook="twice"),
    92: replace(_TALK, says="answered; Plivo reports two calls to this number at this time", hook="two calls"),
    93: replace(_TALK, says="answered; Plivo's callback comes 60 s late", hook="late"),
    94: replace(_TALK, says="answered; the repeat flag changes only under repeat_customer", flag_key="repeat_customer"),
    95: replace(_TALK, says="answered; Trestle feedback: success with a partial error"),
    96: replace(_TALK, says="answered; Trestle feedback: 400 in the newer shape (errorCode, message, hint)"),
    97: failing(2, "eu_wrong_number", UNALLOCATED, "wrong number; Trestle look-up: not valid, activity score 5"),
    98: replace(_TALK, says="answered; Trestle look-up: partial error"),
    99: replace(_TALK, says="answered; Trestle look-up: no response_id"),
}
# The call an agent starts in the adapter shows up after this long (seconds).
_AGENT_ACTS = 4.0
_SPECIAL |= {n: replace(_SPECIAL[n], appears_after=_AGENT_ACTS) for n in (80, 81)}

ENDINGS = {digits: _SPECIAL.get(digits) or believable(digits) for digits in range(100)}
SPECIAL = tuple(_SPECIAL)


def digits_of(number):
    """The last two digits of a number, as the table's key; a number without any is 0."""
    digits = "".join(c for c in number if c.isdigit())
    return int(digits[-2:] or 0)


def ending_of(number):
    """The table's line for a number."""
    return ENDINGS[digits_of(number)]
