"""What we owe the vendors. A row is a wish; it is pending, delivered, parked, superseded or not applicable.

    on(kind, delivered=…, ready=…) an app on the right hears of every result, in the transaction that records it,
                                   and may say NotNow or NoMore right before something is sent
    send(kind, key, payload)       inside the caller's transaction; a worker is woken when it commits
    not_applicable(kind, key, …)   born final, so that the chip can say why nothing is sent
    deliver(pk), deliver_due()     claim, send outside any transaction, record
    retry(delivery, by, reason)    a person sends a parked one again
    due(now)                       what may be sent now, oldest first

"In flight" is a pending row with an owner whose `not_before` lies ahead; every change raises `version`,
and every change names the version it expects.
"""

from integrations.outbox.claims import due, next_due_at
from integrations.outbox.listeners import NoMore, NotNow, on
from integrations.outbox.wishes import CannotRetry, not_applicable, retry, send
from integrations.outbox.work import deliver, deliver_due

__all__ = [
    "CannotRetry",
    "NoMore",
    "NotNow",
    "deliver",
    "deliver_due",
    "due",
    "next_due_at",
    "not_applicable",
    "on",
    "retry",
    "send",
]
