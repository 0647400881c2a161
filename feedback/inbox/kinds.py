"""The two lists of what came back, as far as their pages, files and deeds differ."""

from collections.abc import Callable
from dataclasses import dataclass

from feedback.access import get_answer, get_review
from feedback.cases.selectors import case_of
from feedback.inbox import replies, selectors
from feedback.inbox.filters import AnswerFilters, ReviewFilters
from feedback.inbox.moods import mood_of


@dataclass(frozen=True)
class Inbox:
    """One list. `name` and `names` are also the stems of its URL names and templates."""

    name: str
    names: str
    title: str
    filters: type
    get: Callable  # the door: (user, pk) → row, or 404
    rows: Callable
    lines: Callable
    heads: tuple
    cells: Callable  # row → what stands under the heads
    around: Callable  # (user, row) → what the row's page shows beside it

    @property
    def urls(self):
        """{what it is for: URL name}: of the list, of one row's page, and of each deed."""
        lists = {"list": "", "export": "_export", "read_all": "_read"}
        deeds = ("read", "unread", "handled", "reopened", "replied", "unreplied")
        return (
            {use: f"feedback:{self.names}{end}" for use, end in lists.items()}
            | {"one": f"feedback:{self.name}"}
            | {deed: f"feedback:{self.name}_{deed}" for deed in deeds}
        )


def _place(row):
    return row.location.name if row.location else f"Unknown location {row.vendor_location}".strip()


def _review_cells(review):
    return [
        *(review.vendor_id, review.written_at, _place(review), review.platform_name or review.platform),
        *(review.rating, review.title, review.description, review.reviewer_name, review.url),
        *(review.gone_at is None, review.replied_at, review.replied_by),
        *(review.handled_at, review.handled_by, review.handled_how, review.read_at),
    ]


def _around_review(user, review):
    newer, older = selectors.neighbours(review)
    return {"newer": newer, "older": older, "case": case_of(review), "replies": replies.fitting(review)}


REVIEWS = Inbox(
    "review",
    "reviews",
    "Reviews",
    ReviewFilters,
    get_review,
    selectors.review_rows,
    selectors.review_lines,
    (
        *("id", "written", "location", "platform", "rating of 5", "title", "text", "reviewer", "address"),
        *("public", "answered", "answered by", "handled", "handled by", "how", "read"),
    ),
    _review_cells,
    _around_review,
)


def _answer_cells(answer):
    mood = mood_of(answer)
    return [
        *(answer.vendor_id, answer.left_at, _place(answer), answer.get_kind_display(), answer.nps_score),
        *(answer.star_rating, answer.happy, mood.label if mood else "", answer.comments),
        *(answer.customer or answer.subscriber_name, answer.subscriber_email, answer.campaign, answer.campaign_step),
        *(answer.platform_name, answer.handled_at, answer.handled_by, answer.handled_how, answer.read_at),
        answer.get_source_display(),
    ]


def _around_answer(user, answer):
    requests = selectors.requests_of(answer)
    return {
        "requests": requests,
        "open_calls": selectors.calls_open_to(user, [*requests, answer]),
        "known": selectors.known_to(user, [answer]),
        "case": case_of(answer),
    }


ANSWERS = Inbox(
    "answer",
    "answers",
    "Feedback",
    AnswerFilters,
    get_answer,
    selectors.answer_rows,
    selectors.answer_lines,
    (
        *("id", "given", "location", "type", "nps", "stars", "happy", "mood", "words", "customer", "e-mail"),
        *("campaign", "campaign step", "platform clicked", "handled", "handled by", "how", "read", "given by"),
    ),
    _answer_cells,
    _around_answer,
)
