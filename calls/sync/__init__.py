"""Following calls at CCAI, one module an idea; others import from here.

tail     calls changed since the cursor, a few seconds over
lost     calls of ours without an id, sought in the list
beat     what the pulse asks
"""

from calls.sync.beat import anything_live, hint, sweep, tick
from calls.sync.lost import NEVER_FINISHED, NOT_FOUND, reconcile
from calls.sync.tail import EARLY, FIRST_LOOK, stamp, tail, take_in

__all__ = [
    "EARLY",
    "FIRST_LOOK",
    "NEVER_FINISHED",
    "NOT_FOUND",
    "anything_live",
    "hint",
    "reconcile",
    "stamp",
    "sweep",
    "tail",
    "take_in",
    "tick",
]
