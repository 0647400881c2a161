"""Who on the right wants to hear how a delivery ended, and who is asked before it is sent."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from integrations import repeats

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NotNow:
    """Said by `ready`: not before `until` (aware), because of `reason`. It costs no try."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class NoMore:
    """Said by `ready`: never, because of `reason`; the row ends as not applicable."""

    reason: str


@dataclass(frozen=True)
class _Listener:
    delivered: Callable | None
    ready: Callable | None


_listeners = {}
_NOBODY = _Listener(None, None)


def on(kind, delivered=None, ready=None):
    """Registers an app for a kind; None where it has nothing to do. Called in the app's `ready()`.

    delivered(delivery)   runs in the transaction that records the result, after the row is delivered, parked, or
                          taken back by `ready`. `delivery.result` is the vendor's reply, a dict: {} where there is
                          none. It is never stored: who needs it keeps it. Where an earlier try had arrived, its
                          "payload" is what was sent then, which a newer wish may have replaced.
    ready(delivery)       asked right before sending, outside any transaction: None for go, NotNow or NoMore.
                          It may read and write the database, and must not ask a vendor.
    """
    _listeners[kind] = _Listener(delivered, ready)


def off(kind):
    """Forgets the listener of a kind."""
    _listeners.pop(kind, None)


def registered():
    """The kinds somebody on the right answers for."""
    return frozenset(_listeners)


def ask(delivery):
    """What `ready` says of a delivery: None, a NotNow or a NoMore. Raises what it raises, and TypeError for else."""
    ready = _listeners.get(delivery.kind, _NOBODY).ready
    word = ready(delivery) if ready else None
    if word is not None and not isinstance(word, (NotNow, NoMore)):
        raise TypeError(f"ready of {delivery.kind} said {type(word).__name__}")
    return word


def tell(delivery, result=None):
    """Calls the listener in a savepoint: its failure is logged and must not undo what the vendor said."""
    delivered = _listeners.get(delivery.kind, _NOBODY).delivered
    if delivered is None:
        return
    delivery.result = result or {}
    try:
        with transaction.atomic():
            delivered(delivery)
    except Exception:
        words = "The listener of %s failed for delivery %s"
        repeats.exception(log, ("heard", delivery.kind), words, delivery.kind, delivery.pk)
