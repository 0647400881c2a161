"""What is counted of each day: every column of a Tally, what it counts and when.

A figure (feedback/metrics.py) is a numerator over a base, and both are sums of these, so that days add up to weeks and
agents to locations. Nothing here depends on the clock: what a day's columns hold changes only when a row changes.
"""

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from calls.choices import FINAL, WRAPPABLE, CallStatus, Kind
from feedback.choices import HUMAN_REACHED, FeedbackKind, Mood, Outcome
from feedback.inbox.moods import DETRACTORS, LOW_REVIEW, OF_MOOD, PROMOTERS, SATISFIED
from feedback.request_status import BY_SMS, NO_MESSAGE
from integrations.choices import DeliveryState

# Not handed to a carrier, or not yet: one the agent must finish in the adapter has rung nobody.
NOT_PLACED = (CallStatus.REFUSED, CallStatus.PLACING, CallStatus.NEEDS_AGENT, CallStatus.SCHEDULED)
GOOD_QUALITY = 4  # below it a rating says that something was wrong (METRICS: share rated below 4)

PLACED = ~Q(status__in=NOT_PLACED)
# Rung by the customer. An incoming call that we asked CCAI for rings the customer, so it is a dial.
RECEIVED = Q(kind=Kind.INCOMING, asked_by=None)
DIALS = PLACED & ~RECEIVED
ANSWERED = PLACED & Q(connected_at__isnull=False)
REACHED = DIALS & Q(rating__outcome__in=HUMAN_REACHED)
OFFERED = PLACED & RECEIVED & (Q(status__in=FINAL) | Q(connected_at__isnull=False))
# A wrap-up was due: calls that came out of a file have none.
ENDED = Q(status__in=WRAPPABLE) & (
    Q(rating__isnull=False) | Q(wrap_up_due_at__isnull=False) | Q(timed_out_at__isnull=False)
)
TALKED = ANSWERED & Q(talk_seconds__isnull=False)
_LEFT_WORD = Q(status=CallStatus.VOICEMAIL) | Q(rating__outcome=Outcome.VOICEMAIL)
_UNANSWERED = (CallStatus.NO_ANSWER, CallStatus.BUSY, CallStatus.CANCELLED)

# name → which calls it counts. These names open the rows behind a number: /calls/?counted=right_party
CALLS = {
    "calls": PLACED,
    "dials": DIALS,
    "connected": DIALS & Q(connected_at__isnull=False),
    "answered": ANSWERED,
    "offered": OFFERED,
    "abandoned": OFFERED & Q(connected_at=None),
    "resolved": PLACED & Q(resolved=True),
    "resolved_answered": ANSWERED & Q(resolved=True),
    "contacts": REACHED,
    "right_party": REACHED & Q(rating__right_party=True),
    "wrong_party": REACHED & Q(rating__right_party=False),
    "rated": ANSWERED & Q(rating__quality__isnull=False),
    "low_quality": ANSWERED & Q(rating__quality__lt=GOOD_QUALITY),
    "with_issue": ANSWERED & Q(rating__quality__isnull=False) & ~Q(rating__issues=[]),
    "ended": ENDED,
    "wrapped_up": ENDED & Q(rating__isnull=False),
    "timed_out": ENDED & Q(rating=None, timed_out_at__isnull=False),
    "waited": OFFERED & ANSWERED & Q(wait_seconds__isnull=False),
    "talked": TALKED,
    "wrap_up_timed": ENDED & Q(rating__after_call_seconds__isnull=False),
    # How it ended, each call in one of them at most.
    "ended_answered": ANSWERED & ~_LEFT_WORD,
    "ended_voicemail": PLACED & _LEFT_WORD,
    "ended_no_answer": PLACED & ~_LEFT_WORD & Q(connected_at=None, status__in=_UNANSWERED),
    "ended_failed": PLACED & ~_LEFT_WORD & Q(connected_at=None, status__in=(CallStatus.FAILED, CallStatus.DEFLECTED)),
    **{f"outcome_{outcome}": PLACED & Q(rating__outcome=outcome) for outcome in Outcome},
}
# name → (what is summed, over which of the counts); seconds, and tenths of a point of quality
CALL_SUMS = {
    "wait_seconds_sum": (F("wait_seconds"), "waited"),
    "talk_seconds_sum": (F("talk_seconds"), "talked"),
    "handle_seconds_sum": (
        F("talk_seconds") + Coalesce(F("hold_seconds"), 0) + Coalesce(F("rating__after_call_seconds"), 0),
        "talked",
    ),
    "after_call_seconds_sum": (F("rating__after_call_seconds"), "wrap_up_timed"),
    "quality_tenths_sum": (F("rating__quality") * 10, "rated"),
}

_DUE = (DeliveryState.DELIVERED, DeliveryState.PENDING, DeliveryState.PARKED)
LEGS = {
    "legs_due": Q(delivery__state__in=_DUE),
    "legs_delivered": Q(delivery__state=DeliveryState.DELIVERED),
    "legs_parked": Q(delivery__state=DeliveryState.PARKED),
}

_NPS = Q(kind=FeedbackKind.NPS, nps_score__isnull=False)
_STARS = Q(kind=FeedbackKind.STARS, star_rating__isnull=False)
_HAPPY = Q(kind=FeedbackKind.HAPPY, happy__isnull=False)
ANSWERS = {
    "nps_answers": _NPS,
    "promoters": _NPS & Q(nps_score__gte=PROMOTERS),
    "detractors": _NPS & Q(nps_score__lte=DETRACTORS),
    "star_answers": _STARS,
    "satisfied": _STARS & Q(star_rating__gte=SATISFIED),
    "happy_answers": _HAPPY,
    "happy": _HAPPY & Q(happy=True),
    "scored": _NPS | _STARS | _HAPPY,
    "unhappy": OF_MOOD[Mood.UNHAPPY],
}
ANSWER_SUMS = {"stars_sum": (F("star_rating"), "star_answers")}

# Handed to FeedbackAPI with a message. Whether a text message arrived is not reported, so "delivered" is "sent" there.
_SENT = Q(cancelled_at=None, vendor_id__isnull=False) & ~NO_MESSAGE
_BY_MAIL = _SENT & ~BY_SMS
_ANSWERED = Q(feedback__isnull=False) | ~Q(vendor_feedback="")
REQUESTS = {
    "requests_sent": _SENT,
    "requests_delivered": _SENT & ~(Q(bounced=True) & ~BY_SMS),
    "requests_answered": _SENT & ~(Q(bounced=True) & ~BY_SMS) & _ANSWERED,
    "requests_clicked": _SENT & Q(clicked=True),
    "mails_sent": _BY_MAIL,
    "mails_opened": _BY_MAIL & Q(opened=True),
}

REVIEWS = {
    "reviews": Q(),
    "rated_reviews": Q(rating__isnull=False),
    "low_reviews": Q(rating__lte=LOW_REVIEW),
    "replied_reviews": Q(replied_at__isnull=False),
}
REVIEW_SUMS = {"review_hundredths_sum": (F("rating") * 100, "rated_reviews")}

NAMES = (
    *CALLS,
    *CALL_SUMS,
    *LEGS,
    *ANSWERS,
    *ANSWER_SUMS,
    *REQUESTS,
    *REVIEWS,
    *REVIEW_SUMS,
)


COUNTED = "counted_"


def aggregates(counts, sums=None):
    """The aggregates of a query by the columns' names, each after COUNTED: a column may be called like a field."""
    found = {COUNTED + name: Count("pk", filter=what) for name, what in counts.items()}
    for name, (what, over) in (sums or {}).items():
        found[COUNTED + name] = Sum(what, filter=counts[over])
    return found
