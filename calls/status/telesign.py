"""TeleSign's words (telesign_voice.txt, docs/vendor-facts.md 3 and 6.3): its answer to a dial, then its events.

    what it says                                word here           ours          how far
    202 dial_accepted                           dial_accepted       ringing       progress 1
    incoming_call                               the same            ringing       progress 1
    dial_completed of a joined phone, not taken leg_unanswered      ringing       progress 1
    dial_completed, status answered             dial_answered       in_progress   progress 2
    dial_completed of a joined phone, answered  leg_answered        in_progress   progress 3
    speak_completed, play_completed             the same            in_progress   progress 3
    call_leg_completed                          the same            in_progress   progress 4
    call_completed, no word about an answer     call_ended          completed     outcome 2
    call_completed, never answered              call_unanswered     no_answer     outcome 3
    dial_completed with any other status        dial_completed      by its status outcome 4
    call_completed with the time of its answer  call_completed      completed     outcome 5

The page says of dial_accepted that the user answered; it comes back at once, so it only means "accepted". A call
that was answered and ends without a word about it (call_unanswered) was completed.

Three words are ours, and weigh less than any of TeleSign's that says why: `not_reported` (longer than any call
lasts without a word of its end), `rang` and `not_rung` (what a person said of a call that nobody could tell about).
"""

from calls.choices import CallStatus
from calls.status.words import Table

NOT_REPORTED = "not_reported"
PROGRESS = {
    "dial_accepted": (1, CallStatus.RINGING),
    "incoming_call": (1, CallStatus.RINGING),
    "leg_unanswered": (1, CallStatus.RINGING),
    "dial_answered": (2, CallStatus.IN_PROGRESS),
    "leg_answered": (3, CallStatus.IN_PROGRESS),
    "speak_completed": (3, CallStatus.IN_PROGRESS),
    "play_completed": (3, CallStatus.IN_PROGRESS),
    "call_leg_completed": (4, CallStatus.IN_PROGRESS),
}
# The rank of what only says that it is over stands below what says why.
OUTCOME = {
    "not_rung": (1, CallStatus.REFUSED),
    NOT_REPORTED: (2, CallStatus.COMPLETED),
    "rang": (2, CallStatus.COMPLETED),
    "call_ended": (2, CallStatus.COMPLETED),
    "call_unanswered": (3, CallStatus.NO_ANSWER),
    "dial_completed": (4, CallStatus.FAILED),
    "call_completed": (5, CallStatus.COMPLETED),
}
# No list of them is public: these are the words of telephony, and any other is a failure (FACTS 3).
REASONS = {
    "busy": CallStatus.BUSY,
    "no_answer": CallStatus.NO_ANSWER,
    "noanswer": CallStatus.NO_ANSWER,
    "not_answered": CallStatus.NO_ANSWER,
    "timeout": CallStatus.NO_ANSWER,
    "cancelled": CallStatus.CANCELLED,
    "canceled": CallStatus.CANCELLED,
    "cancel": CallStatus.CANCELLED,
}
SAYS = {
    "dial_accepted": "TeleSign has the call and dials",
    "incoming_call": "The customer calls us",
    "dial_answered": "The customer answered",
    "leg_answered": "The joined phone was picked up",
    "leg_unanswered": "The joined phone was not picked up",
    "speak_completed": "The sentence was said",
    "play_completed": "The recording was played",
    "call_leg_completed": "The joined phone hung up",
    NOT_REPORTED: "No end was told",
}
TABLE = Table(
    PROGRESS,
    OUTCOME,
    REASONS,
    told_by_reason=frozenset({"dial_completed"}),
    over="call_ended",
    unanswered=frozenset({"call_unanswered"}),
    says=SAYS,
)
