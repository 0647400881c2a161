"""Plivo's words (docs/vendor-facts.md 2 and 6.6): CallStatus of its callbacks, DialStatus, and what its records say.

A call of Plivo's has two sides. Only the customer's decides busy, no answer and completed; words about the agent's
own phone begin with "agent".

what it says                                    word here          ours          how far
201 call fired                                  queued             queued        progress 1
the agent's phone: ringing                      agent_ringing      ringing       progress 2
the agent's phone: in-progress (picked up)      agent_in_progress  ringing       progress 3
we gave it the customer's number                dialling           ringing       progress 4
the customer's phone: ringing                   ringing            ringing       progress 5
the customer's phone: answer, connected         in_progress        in_progress   progress 6
a person said that it is over                   ended              completed     outcome 1
the agent's phone: busy, no-answer, …           agent_not_reached  by its reason outcome 2
the agent's side ended after it was picked up   agent_completed    cancelled     outcome 3
the customer's side ended, nothing says how     hangup             failed        outcome 4
cancel                                          cancel             cancelled     outcome 5
failed                                          failed             failed        outcome 6
timeout, no-answer                              timeout, no_answer no_answer     outcome 7
busy                                            busy               busy          outcome 8
completed                                       completed          completed     outcome 9

agent_completed and hangup say only that it is over: after the customer's answer the call was completed.
"""

from calls.choices import CallStatus
from calls.status.words import Table

DIALLING, NOT_REACHED = "dialling", "agent_not_reached"
PROGRESS = {
    "queued": (1, CallStatus.QUEUED),
    "agent_ringing": (2, CallStatus.RINGING),
    "agent_in_progress": (3, CallStatus.RINGING),
    DIALLING: (4, CallStatus.RINGING),
    "ringing": (5, CallStatus.RINGING),
    "in_progress": (6, CallStatus.IN_PROGRESS),
}
OUTCOME = {
    "ended": (1, CallStatus.COMPLETED),
    NOT_REACHED: (2, CallStatus.FAILED),
    "agent_completed": (3, CallStatus.CANCELLED),
    "hangup": (4, CallStatus.FAILED),
    "cancel": (5, CallStatus.CANCELLED),
    "failed": (6, CallStatus.FAILED),
    "timeout": (7, CallStatus.NO_ANSWER),
    "no_answer": (7, CallStatus.NO_ANSWER),
    "busy": (8, CallStatus.BUSY),
    "completed": (9, CallStatus.COMPLETED),
}
# Of the agent's own phone. None of them says anything about the customer's number.
REASONS = {
    "agent_no_answer": CallStatus.FAILED,
    "agent_timeout": CallStatus.FAILED,
    "agent_busy": CallStatus.FAILED,
    "agent_cancel": CallStatus.CANCELLED,
    "agent_failed": CallStatus.FAILED,
}
# What shows that the customer's phone was dialled.
OF_CUSTOMER = frozenset({"ringing", "in_progress", "hangup", "cancel", "failed", "timeout", "no_answer", "busy"}) | {
    "completed"
}
SAYS = {
    "queued": "Plivo has the call: the agent’s phone is rung first",
    "agent_ringing": "The agent’s phone rings",
    "agent_in_progress": "The agent picked up",
    DIALLING: "The customer’s phone is dialled",
    "ringing": "The customer’s phone rings",
    "in_progress": "The customer answered",
    "agent_no_answer": "The agent’s own phone was not answered",
    "agent_timeout": "The agent’s own phone was not answered",
    "agent_busy": "The agent’s own phone was busy",
    "agent_cancel": "The call to the agent’s own phone was stopped",
    "agent_failed": "The agent’s own phone could not be reached",
    "agent_completed": "The agent’s side ended",
    "hangup": "The customer’s side ended",
    "cancel": "Stopped before the customer answered",
}
TABLE = Table(
    PROGRESS,
    OUTCOME,
    REASONS,
    told_by_reason=frozenset({NOT_REACHED}),
    unanswered=frozenset({"agent_completed", "hangup"}),
    over="ended",
    says=SAYS,
)
