"""The rows behind a count that are no calls: as many as the figure says, found by the same conditions.

Calls are opened in the explorer (`/calls/?counted=…`).
"""

from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from feedback import dead_numbers, request_status, selectors
from feedback.cases import figures as cases
from feedback.choices import RequestStatus
from feedback.inbox import selectors as inbox
from feedback.inbox.kinds import ANSWERS, REVIEWS
from feedback.models import Feedback, FeedbackRequest, RatingLeg, Review
from feedback.tallies import columns
from feedback.tallies.whose import call_of_answer

SUMS = columns.CALL_SUMS | columns.ANSWER_SUMS | columns.REVIEW_SUMS | {"hours": ("hours", "contacted")}
SUMS |= {"hours_to_reply": ("hours_to_reply", "replied_reviews")}
WORDS = {
    "calls": "calls",
    "contacts": "people reached",
    "right_party": "right person",
    "wrong_party": "wrong person",
    "rated": "rated calls",
    "low_quality": "rated below 4",
    "with_issue": "rated calls with an issue",
    "ended": "ended calls",
    "wrapped_up": "wrapped up by a person",
    "waited": "answered calls whose wait is known",
    "talked": "answered calls whose talk time is known",
    "wrap_up_timed": "wrap-ups whose time is known",
    "timed_out": "wrap-ups that ran out",
    "resolved_answered": "resolved and answered",
    "legs_due": "due to vendors",
    "legs_delivered": "delivered to vendors",
    "nps_answers": "scores",
    "promoters": "promoters, 9 and 10",
    "detractors": "detractors, 0 to 6",
    "star_answers": "answers in stars",
    "satisfied": "answers with 4 or 5 stars",
    "happy_answers": "answers happy or not",
    "happy": "“happy”",
    "scored": "answers with a score",
    "unhappy": "unhappy answers",
    "rated_reviews": "reviews with stars",
    "replied_reviews": "reviews marked as answered",
    "requests_answered": "requests for feedback answered",
    "requests_delivered": "requests for feedback delivered",
    "requests_sent": "requests for feedback sent",
    "requests_clicked": "requests for feedback whose link was opened",
    "mails_sent": "e-mails sent",
    "mails_opened": "e-mails opened",
    "cases": "cases opened",
    "contacted": "cases whose customer was contacted",
    "resurveyed": "customers asked again",
    "recovered": "satisfied when asked again",
    "unhappy_said": "unhappy answers and reviews",
    "closed_loops": "contacted within 48 hours",
    "disconnected": "numbers last found not in service",
    "definite": "numbers of which something definite is known",
}


def words(column):
    """A count in words."""
    return WORDS.get(column) or column.removeprefix("outcome_").removeprefix("ended_").replace("_", " ")


def counted(column):
    """The count whose rows a column is made of: itself, or what a sum is over."""
    return SUMS[column][1] if column in SUMS else column


@dataclass(frozen=True)
class Kind:
    """Rows of one table: which, how a page shows them and what stands in a file."""

    name: str
    template: str
    conditions: dict
    find: object  # (scope, condition) → a queryset of which each row has `moment`
    shown: object  # the same with what a page shows
    lines: object  # the same with what a file says
    heads: tuple
    cells: object


def kind_of(column):
    """The Kind of a count, None where there is none of that name."""
    return next((kind for kind in KINDS if column in kind.conditions), None)


def found(scope, column):
    """The queryset of the rows that `column` counts in the scope, each with `moment`, the date it counts by."""
    kind = kind_of(column)
    return kind.find(scope, kind.conditions[column])


def _answers(scope, what):
    rows = Feedback.objects.filter(what, scope.within("left_at"), scope.of_places(), gone_at=None)
    if scope.agent or scope.provider:
        rows = rows.annotate(**call_of_answer()).filter(_whose(scope, "call_agent", "call_provider"))
    return rows.annotate(moment=F("left_at"))


def _requests(scope, what):
    rows = FeedbackRequest.objects.annotate(moment=Coalesce("due_at", "requested_at"))
    whose = _whose(scope, "call__agent", "call__provider")
    return rows.filter(what, scope.within("moment"), scope.of_places(), whose)


def _reviews(scope, what):
    if scope.agent or scope.provider:  # a review is of nobody's call
        return Review.objects.none()
    rows = Review.objects.filter(what, scope.within("written_at"), scope.of_places(), gone_at=None)
    return rows.annotate(moment=F("written_at"))


def _legs(scope, what):
    call = "rating__call__"
    rows = RatingLeg.objects.filter(what, revision=F("rating__revision"))
    rows = rows.annotate(moment=Coalesce(f"{call}ended_at", f"{call}created_at"))
    whose = _whose(scope, f"{call}agent", f"{call}provider")
    return rows.filter(scope.within("moment", f"{call}location"), scope.of_places(f"{call}location"), whose)


def _cases(scope, what):
    return cases.cases_of(scope).filter(what).annotate(moment=F("opened_at"))


def _unhappy(scope, what):
    return cases.sources_of(scope).filter(what).annotate(moment=F("added_at"))


def _case_rows(rows):
    return rows.select_related("customer", "location", "owner")


def _case_cells(case):
    return [
        *(case.pk, case.moment, case.name, case.location, case.owner, case.get_stage_display()),
        *(case.first_contact_at, case.recovered),
    ]


def _source_rows(rows):
    return rows.select_related("case__customer", "case__location", "case__owner")


def _source_cells(source):
    return [source.case_id, source.moment, source.case.name, source.words, source.contacted_at]


def _whose(scope, agent, provider):
    what = Q(**{agent: scope.agent.pk}) if scope.agent else Q()
    return what & (Q(**{provider: scope.provider}) if scope.provider else Q())


def _leg_rows(legs):
    return legs.select_related(
        "delivery__connection", "rating__call__customer", "rating__call__number", "rating__call__agent"
    )


def _leg_cells(leg):
    call, delivery = leg.rating.call, leg.delivery
    return [
        *(call.pk, leg.moment, call.agent, leg.get_leg_display(), delivery.get_state_display(), delivery.reason),
        *(delivery.attempt_count, delivery.done_at),
    ]


def _request_rows(requests):
    return selectors.request_rows(request_status.with_status(requests))


def _request_cells(request):
    return [
        *(request.vendor_id, request.moment, request.customer, request.location, request.template, request.call_id),
        *(RequestStatus(request.status).label, request.opened, request.clicked, request.bounced),
    ]


def _as_they_are(rows):
    return rows


def _number_cells(number):
    return [number.e164, number.moment, number.disconnected_at, number.reached_at]


KINDS = (
    Kind(
        "answers",
        "feedback/_answer_rows.html",
        columns.ANSWERS,
        _answers,
        inbox.answer_rows,
        inbox.answer_lines,
        ANSWERS.heads,
        ANSWERS.cells,
    ),
    Kind(
        "requests",
        "feedback/_request_rows.html",
        columns.REQUESTS,
        _requests,
        _request_rows,
        _request_rows,
        (
            *("id", "counts on", "customer", "location", "template", "call"),
            *("status", "opened", "clicked", "bounced"),
        ),
        _request_cells,
    ),
    Kind(
        "reviews",
        "feedback/_review_rows.html",
        columns.REVIEWS,
        _reviews,
        inbox.review_rows,
        inbox.review_lines,
        REVIEWS.heads,
        REVIEWS.cells,
    ),
    Kind(
        "deliveries",
        "feedback/overview/_leg_rows.html",
        columns.LEGS,
        _legs,
        _leg_rows,
        _leg_rows,
        ("call", "counts on", "agent", "told to", "state", "why", "tries", "done"),
        _leg_cells,
    ),
    Kind(
        "cases",
        "feedback/overview/_case_rows.html",
        cases.COUNTS,
        _cases,
        _case_rows,
        _case_rows,
        ("case", "opened", "who", "location", "owner", "stage", "first contact", "won back"),
        _case_cells,
    ),
    Kind(
        "sources",
        "feedback/overview/_source_rows.html",
        cases.SAID,
        _unhappy,
        _source_rows,
        _source_rows,
        ("case", "came", "who", "what they said", "contacted"),
        _source_cells,
    ),
    Kind(
        "numbers",
        "feedback/overview/_number_rows.html",
        {name: name for name in dead_numbers.COUNTS},
        dead_numbers.numbers,
        _as_they_are,
        _as_they_are,
        ("number", "learned", "last found not in service", "last found in service"),
        _number_cells,
    ),
)
