"""What this room imports."""

from customers.imports.choices import ImportKind
from customers.imports.kinds import Kind, register
from feedback.imports import answer_fields, call_fields
from feedback.imports.answers import Answers
from feedback.imports.calls import Calls
from feedback.imports.reviews import Reviews

PLACED = ("zone", "place", "new_places")


def register_ours():
    """For `ready()`."""
    register(
        Kind(
            ImportKind.CALLS, "call", "calls", call_fields.FIELDS, "call_id", Calls, call_fields.check,
            (*PLACED, "direction"),
        )
    )  # fmt: skip
    register(
        Kind(
            ImportKind.ANSWERS, "answer", "answers", answer_fields.ANSWERS, "answer_id", Answers,
            answer_fields.check_answers, PLACED, new_places="none",
        )
    )  # fmt: skip
    register(
        Kind(
            ImportKind.REVIEWS, "review", "reviews", answer_fields.REVIEWS, "review_id", Reviews,
            answer_fields.check_reviews, (*PLACED, "today", "platform"), new_places="none",
        )
    )  # fmt: skip
