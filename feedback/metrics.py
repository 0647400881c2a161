"""Every figure, defined once: its formula in words, what it divides by what, whom it counts and by which date.

Card, table, CSV, JSON and the page behind a number all read it here. A figure is a numerator over a base, both sums of
the columns of feedback/tallies/columns.py; they are divided at the end, never averaged. An empty base gives None, shown
as a dash. The sources of the definitions stand in docs/metrics.md.
"""

from datetime import date

from django.conf import settings

from feedback.choices import Outcome
from feedback.figures import Metric
from feedback.tallies import columns
from feedback.tallies.reading import Reading


def _nps(sums):
    return sums["promoters"] - sums["detractors"]


def _after_call(sums):
    """A wrap-up that ran out took all the time it had."""
    return sums["after_call_seconds_sum"] + sums["timed_out"] * settings.WRAP_UP_SECONDS


def _over(sums):
    return sums["wrap_up_timed"] + sums["timed_out"]


def _count(key, label, formula, source="calls", better="", leaves_out=""):
    return Metric(key, label, formula, key, unit="", source=source, better=better, leaves_out=leaves_out)


_UNPLACED = "calls that were refused before anybody rang, or wait to be placed"
_ONE_SCALE = "answers on another scale, and answers without a score"
_ENDS = (
    ("answered", "Answered", "calls in which somebody answered, mailboxes left out"),
    ("voicemail", "Voicemail", "calls that ended at a mailbox, as the vendor or the agent says"),
    ("no_answer", "No answer", "calls nobody answered: rang out, busy, or given up"),
    ("failed", "Failed", "calls that failed or were sent elsewhere before anybody answered"),
)
METRICS = {
    metric.key: metric
    for metric in (
        _count("calls", "Calls", "calls placed or received", leaves_out=_UNPLACED),
        _count("dials", "Dials", "calls handed to a carrier or to CCAI", leaves_out=_UNPLACED),
        _count("offered", "Offered", "calls that customers made and that ended or were answered"),
        _count("answered", "Answered", "calls in which somebody answered, a machine too", leaves_out=_UNPLACED),
        _count("abandoned", "Abandoned", "offered calls that ended unanswered", better="down"),
        Metric("answer_rate", "Answered", "100 × answered / calls", "answered", "calls", "calls", leaves_out=_UNPLACED),
        Metric(
            "abandonment_rate",
            "Abandoned",
            "100 × abandoned / offered",
            "abandoned",
            "offered",
            "offered",
            better="down",
            leaves_out="calls that we placed",
        ),
        Metric("resolution_rate", "Resolved", "100 × resolved / calls", "resolved", "calls", "calls"),
        Metric(
            "resolution_rate_of_answered",
            "Resolved when answered",
            "100 × resolved / answered",
            "resolved_answered",
            "answered",
            "answered",
        ),
        Metric(
            "average_speed_of_answer",
            "Speed of answer",
            "seconds waited by answered calls / answered calls whose wait is known",
            "wait_seconds_sum",
            "waited",
            "answered",
            times=1,
            unit="s",
            better="down",
            leaves_out="calls that we placed, calls nobody answered, and calls whose wait was not reported",
        ),
        Metric(
            "average_talk_time",
            "Talk time",
            "seconds talked / answered calls whose talk time is known",
            "talk_seconds_sum",
            "talked",
            "answered",
            times=1,
            unit="s",
            better="",
            leaves_out="calls nobody answered, and calls whose talk time was not reported",
        ),
        Metric(
            "average_handle_time",
            "Handle time",
            "seconds of talk, hold and after-call work / answered calls whose talk time is known",
            "handle_seconds_sum",
            "talked",
            "answered",
            times=1,
            unit="s",
            better="down",
            leaves_out="calls nobody answered; what was not reported of a call counts as none",
        ),
        Metric(
            "after_call_work",
            "After-call work",
            "seconds from the end of a call to its first saved wrap-up, at most the time it had / wrap-ups; one that "
            "ran out counts with all its time",
            _after_call,
            _over,
            "wrap-ups",
            times=1,
            unit="s",
            source="wrap-ups",
            better="down",
            leaves_out="wrap-ups still being written, and calls out of a file",
        ),
        Metric(
            "connect_rate",
            "Connected",
            "100 × answered by anything, a machine too / dials",
            "connected",
            "dials",
            "dials",
        ),
        Metric("contact_rate", "People reached", "100 × a person answered / dials", "contacts", "dials", "dials"),
        Metric(
            "right_party_rate",
            "Right person",
            "100 × right person / people reached",
            "right_party",
            "contacts",
            "people reached",
            leaves_out="voicemail and everybody nobody talked to",
        ),
        Metric(
            "right_party_rate_per_dial",
            "Right person per dial",
            "100 × right person / dials",
            "right_party",
            "dials",
            "dials",
        ),
        Metric(
            "wrong_number_rate",
            "Wrong person",
            "100 × wrong person, as the agent said / people reached",
            "wrong_party",
            "contacts",
            "people reached",
            better="down",
        ),
        Metric(
            "call_quality",
            "Call quality",
            "sum of the agents’ ratings / rated calls",
            "quality_tenths_sum",
            "rated",
            "rated",
            times=1,
            per=10,
            unit="of 5",
            source="wrap-ups",
            leaves_out="calls nobody rated; what customers said is not in it",
            places=2,
        ),
        Metric(
            "rating_coverage",
            "Quality rated",
            "100 × calls with a quality rating / answered calls",
            "rated",
            "answered",
            "answered",
            source="wrap-ups",
        ),
        Metric(
            "low_quality_rate",
            "Rated below 4",
            "100 × rated below 4 / rated calls",
            "low_quality",
            "rated",
            "rated",
            source="wrap-ups",
            better="down",
        ),
        Metric(
            "issue_rate",
            "Calls with an issue",
            "1,000 × calls with at least one issue / rated calls",
            "with_issue",
            "rated",
            "rated",
            times=1000,
            unit="per 1,000",
            source="wrap-ups",
            better="down",
        ),
        Metric(
            "wrap_up_completion",
            "Wrap-ups done",
            "100 × wrap-ups saved by a person / ended calls",
            "wrapped_up",
            "ended",
            "ended calls",
            source="wrap-ups",
            leaves_out="calls out of a file: nobody owes their wrap-up",
        ),
        Metric(
            "timed_out_rate",
            "Wrap-ups timed out",
            "100 × wrap-ups that ran out and are not done / ended calls",
            "timed_out",
            "ended",
            "ended calls",
            source="wrap-ups",
            better="down",
        ),
        Metric(
            "delivery_success",
            "Delivered",
            "100 × delivered / due (delivered, waiting, needing a person): what wrap-ups tell each vendor",
            "legs_delivered",
            "legs_due",
            "due",
            source="deliveries",
            leaves_out="what does not apply to a call, and what a wrap-up said before it was corrected",
        ),
        Metric(
            "nps",
            "NPS",
            "100 × (scores 9–10 − scores 0–6) / everybody who gave a score",
            _nps,
            "nps_answers",
            "scores",
            unit="",
            source="answers",
            leaves_out=_ONE_SCALE,
            places=0,
        ),
        Metric(
            "csat",
            "CSAT",
            "100 × 4 or 5 stars / answers in stars",
            "satisfied",
            "star_answers",
            "star answers",
            source="answers",
            leaves_out=_ONE_SCALE,
        ),
        Metric(
            "average_stars",
            "Average stars",
            "sum of stars / answers in stars",
            "stars_sum",
            "star_answers",
            "star answers",
            times=1,
            unit="of 5",
            source="answers",
            leaves_out=_ONE_SCALE,
            places=2,
        ),
        Metric(
            "happy_rate",
            "Happy",
            "100 × “happy” / answers happy or not",
            "happy",
            "happy_answers",
            "answers",
            source="answers",
            leaves_out=_ONE_SCALE,
        ),
        Metric(
            "unhappy_rate",
            "Unhappy answers",
            "100 × NPS 0–6, 1–2 stars or “unhappy” / answers with a score",
            "unhappy",
            "scored",
            "answers",
            source="answers",
            better="down",
        ),
        Metric(
            "response_rate",
            "Response rate",
            "100 × answered / delivered (sent and not bounced; of a text message nobody reports whether it arrived)",
            "requests_answered",
            "requests_delivered",
            "delivered",
            source="requests",
            leaves_out="requests for feedback taken back or not sent yet, and links without a message",
        ),
        Metric(
            "feedback_rate",
            "Answered of sent",
            "100 × answered / sent",
            "requests_answered",
            "requests_sent",
            "sent",
            source="requests",
        ),
        Metric(
            "open_rate",
            "E-mails opened",
            "100 × opened / e-mails sent",
            "mails_opened",
            "mails_sent",
            "e-mails sent",
            source="requests",
            leaves_out="text messages: whether one was opened is not reported",
        ),
        Metric(
            "click_rate",
            "Links clicked",
            "100 × clicked / sent",
            "requests_clicked",
            "requests_sent",
            "sent",
            source="requests",
        ),
        _count("reviews", "Reviews", "public reviews", source="reviews"),
        Metric(
            "average_review",
            "Public stars",
            "sum of stars / reviews with stars",
            "review_hundredths_sum",
            "rated_reviews",
            "reviews with stars",
            times=1,
            per=100,
            unit="of 5",
            source="reviews",
            places=2,
        ),
        Metric(
            "review_reply_rate",
            "Reviews answered",
            "100 × marked as answered / reviews",
            "replied_reviews",
            "reviews",
            "reviews",
            source="reviews",
            leaves_out="answers that nobody marked here: FeedbackAPI does not report them",
        ),
        *(_count(f"ended_{how}", label, words) for how, label, words in _ENDS),
        *(
            _count(f"outcome_{outcome}", outcome.label, f"calls wrapped up as “{outcome.label}”", source="wrap-ups")
            for outcome in Outcome
        ),
    )
}

COUNTS = columns.CALLS  # name → Q over Call: what opens the calls behind a number


def overview(scope, reading=None):
    """{key: Figure} of a Scope."""
    return figures((reading or Reading(scope)).by("", scope=scope)[None])


def by(scope, group, reading=None, keys=tuple(METRICS)):
    """{value: {key: Figure}} by "agent", "location", "provider" (ids or words, None for none), "day" or "month".

    A month is its first day. Days and months come in order, the others as they come. Only the `keys` are summed.
    """
    reading = reading or Reading(scope)
    sums = reading.by("day" if group == "month" else group, columns_of(keys), scope)
    if group == "month":
        sums = _by_month(sums)
    return {value: figures(sums[value], keys) for value in (sorted(sums) if group in ("day", "month") else sums)}


def columns_of(keys):
    """The columns that these figures are sums of, in the order of the table."""
    wanted = {name for key in keys for name in METRICS[key].columns}
    return [name for name in columns.NAMES if name in wanted]


def _by_month(days):
    months = {}
    for day, sums in days.items():
        months.setdefault(date(day.year, day.month, 1), type(sums)()).update(sums)
    return months


def figures(sums, keys=tuple(METRICS)):
    """{key: Figure} of sums by column (a Counter)."""
    return {key: METRICS[key].of(sums) for key in keys}
