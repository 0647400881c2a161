"""Who on the right wants to hear how a delivery ended."""

import logging

from django.db import transaction

log = logging.getLogger(__name__)
_listeners = {}


def on(kind, delivered=None):
    """Registers `delivered(delivery)` for a kind; None when the app has nothing to do. Called in `ready()`.

    It runs in the transaction that records the result, after the row is delivered or parked.
    """
    _listeners[kind] = delivered


def off(kind):
    """Forgets the listener of a kind."""
    _listeners.pop(kind, None)


def registered():
    """The kinds somebody on the right answers for."""
    return frozenset(_listeners)


def tell(delivery):
    """Calls the listener in a savepoint: its failure is logged and must not undo what the vendor said."""
    listener = _listeners.get(delivery.kind)
    if listener is None:
        return
    try:
        with transaction.atomic():
            listener(delivery)
    except Exception:
        log.exception("The listener of %s failed for delivery %s", delivery.kind, delivery.pk)
