"""CCAI's words (ccai_calls.txt, docs/vendor-facts.md 6.6).

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
"""

from calls.choices import CallStatus
from calls.status.words import Table

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
TABLE = Table(PROGRESS, OUTCOME, FAIL_REASONS, told_by_reason=frozenset({"failed"}), over="finished")
