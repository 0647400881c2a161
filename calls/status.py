"""From a vendor's words to our status: a pure function of the set of words seen (docs/vendor-facts.md 6.6).

    CCAI's word                                              ours          how far
    scheduled, preview_pending, preview_ready                scheduled     progress 1
    selecting                                                queued        progress 2
    queued, 19, re_queued, va_assigned                       queued        progress 3
    assigned                                                 ringing       progress 4
    connecting, switching, campaign_connecting               ringing       progress 5
    connected, va_connected, campaign_connected, action_only in_progress   progress 6
    failed                                                   by its reason outcome 1
    deflected                                                deflected     outcome 2
    voicemail                                                voicemail     outcome 3
    voicemail_received                                       voicemail     outcome 4
    voicemail_read                                           voicemail     outcome 5
    action_only_finished                                     completed     outcome 6
    finished                                                 completed     outcome 7
    recovered                                                completed     outcome 8

The furthest outcome wins, else the furthest progress. As a set only grows, so do both: order, repeats
and gaps cannot matter. A word that is not here is kept and shown; it moves nothing and ends nothing.
"""

from dataclasses import dataclass

from calls.choices import CallStatus

PROGRESS = {
    "scheduled": (1, CallStatus.SCHEDULED),
    "preview_pending": (1, CallStatus.SCHEDULED),
    "preview_ready": (1, CallStatus.SCHEDULED),
    "selecting": (2, CallStatus.QUEUED),
    "queued": (3, CallStatus.QUEUED),
    "19": (3, CallStatus.QUEUED),
    "re_queued": (3, CallStatus.QUEUED),
    "va_assigned": (3, CallStatus.QUEUED),
    "assigned": (4, CallStatus.RINGING),
    "connecting": (5, CallStatus.RINGING),
    "switching": (5, CallStatus.RINGING),
    "campaign_connecting": (5, CallStatus.RINGING),
    "connected": (6, CallStatus.IN_PROGRESS),
    "va_connected": (6, CallStatus.IN_PROGRESS),
    "campaign_connected": (6, CallStatus.IN_PROGRESS),
    "action_only": (6, CallStatus.IN_PROGRESS),
}
OUTCOME = {
    "failed": (1, CallStatus.FAILED),
    "deflected": (2, CallStatus.DEFLECTED),
    "voicemail": (3, CallStatus.VOICEMAIL),
    "voicemail_received": (4, CallStatus.VOICEMAIL),
    "voicemail_read": (5, CallStatus.VOICEMAIL),
    "action_only_finished": (6, CallStatus.COMPLETED),
    "finished": (7, CallStatus.COMPLETED),
    "recovered": (8, CallStatus.COMPLETED),
}
# Why a call failed, where that is a status of its own (FACTS 1, reason codes). In order of what tells more.
FAIL_REASONS = {
    "eu_busy": CallStatus.BUSY,
    "eu_no_answer": CallStatus.NO_ANSWER,
    "eu_canceled": CallStatus.CANCELLED,
    "eu_abandoned": CallStatus.CANCELLED,
    "ag_canceled": CallStatus.CANCELLED,
}
_NO_REASON = {"", "nothing", "unknown"}


@dataclass(frozen=True)
class Derived:
    """Where a set of reports leads. `status` None: nothing known was reported yet; `word` the vendor's that decided."""

    status: CallStatus | None
    progress: int = 0
    outcome: int = 0
    word: str = ""
    fail_reason: str = ""
    odd: frozenset = frozenset()


def normal(word):
    """The vendor's word in lower case with underscores: "Action Only" and action_only are one."""
    return "_".join(str(word).lower().replace("-", " ").replace("_", " ").split())


def derive(reports):
    """The Derived of any iterable of (word, fail_reason). Never raises, whatever the words."""
    seen = {(normal(word), normal(reason)) for word, reason in reports}
    words = {word for word, _ in seen if word}
    outcome, ended_by = _furthest(words, OUTCOME)
    progress, came_to = _furthest(words, PROGRESS)
    reason = _telling({reason for word, reason in seen if word == "failed"})
    return Derived(
        status=_status(ended_by, came_to, reason),
        progress=progress,
        outcome=outcome,
        word=ended_by or came_to,
        fail_reason=reason,
        odd=frozenset(words - set(OUTCOME) - set(PROGRESS)),
    )


def _furthest(words, table):
    """(rank, word); words of one rank are ordered by their letters, so that the answer has one form."""
    known = sorted((table[word][0], word) for word in words if word in table)
    return known[-1] if known else (0, "")


def _telling(reasons):
    """The reason that says most; by its letters where two say as much."""
    place = {reason: rank for rank, reason in enumerate(FAIL_REASONS)}
    return min(reasons, key=lambda reason: (place.get(reason, len(place)), reason in _NO_REASON, reason), default="")


def _status(ended_by, came_to, reason):
    if ended_by == "failed":
        return FAIL_REASONS.get(reason, CallStatus.FAILED)
    if ended_by:
        return OUTCOME[ended_by][1]
    return PROGRESS[came_to][1] if came_to else None
