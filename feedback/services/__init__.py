"""The deeds of this room, each idea in a file of its own; callers know this name only."""

from feedback.services.clock import any_due_soon, time_out_due
from feedback.services.ratings import (
    UNDO_GRACE,
    UNDO_SECONDS,
    CannotSave,
    ChangedMeanwhile,
    ReasonNeeded,
    is_undoable_kind,
    save_rating,
    why_not_yet,
)
from feedback.services.requests import CannotCancel, NotAsked, cancel, request
from feedback.services.undo import CannotUndo, undo_rating, undo_until

__all__ = [
    "UNDO_GRACE",
    "UNDO_SECONDS",
    "CannotCancel",
    "CannotSave",
    "CannotUndo",
    "ChangedMeanwhile",
    "NotAsked",
    "ReasonNeeded",
    "any_due_soon",
    "cancel",
    "is_undoable_kind",
    "request",
    "save_rating",
    "time_out_due",
    "undo_rating",
    "undo_until",
    "why_not_yet",
]
