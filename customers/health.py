"""How likely a number reaches its person, as far as we know.

    what is known                                       score
    nothing                                             None
    Trestle's activity score                            that score (half-way to 50 once older than 180 days)
    no such score                                       50
    then the newest of what our own calls learned wins:
    the right person answered, within 90 days           at least 90; longer ago at least 70
    somebody answered, within 90 days                   at least 60
    it was the wrong person                             at most 20
    the line was dead                                   at most 10

What a call showed outweighs what a vendor believes: it is newer and it is ours.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

FRESH = timedelta(days=90)  # a quarter: people change numbers about once in several years
STALE_LOOKUP = timedelta(days=180)  # half a year: vendors re-score lines monthly
UNKNOWN = 50


@dataclass(frozen=True)
class Health:
    """`score` 0 to 100, None = not known; `reasons` in words, what weighs most first."""

    score: int | None
    reasons: list[str] = field(default_factory=list)


def of(number):
    """The Health of a PhoneNumber. Asks nothing of the database."""
    now = timezone.now()
    facts = sorted(((at, kind) for kind, at in _facts(number) if at), reverse=True)
    if not facts and number.activity_score is None:
        return Health(None)
    base, reasons = _believed(number, now)
    if facts:
        at, kind = facts[0]
        base, reason = _LEARNED[kind](base, now - at <= FRESH, _ago(now - at))
        reasons.insert(0, reason)
    return Health(base, reasons)


def _facts(number):
    yield "right", number.right_party_at
    # An answer by the right or the wrong person is also an answer: alone it only says that the line lives.
    if number.reached_at not in (number.right_party_at, number.wrong_party_at):
        yield "reached", number.reached_at
    yield "wrong", number.wrong_party_at
    yield "dead", number.disconnected_at


def _believed(number, now):
    """(score, reasons) from the vendor alone."""
    score = number.activity_score
    if score is None:
        return UNKNOWN, []
    # 70 and 30 are Trestle's own bounds.
    words = "likely in service" if score >= 70 else "likely not in service" if score <= 30 else "unclear"
    if number.looked_up_at and now - number.looked_up_at > STALE_LOOKUP:
        return (score + UNKNOWN) // 2, [f"Trestle: {words}, but looked up {_ago(now - number.looked_up_at)}"]
    return score, [f"Trestle: {words}"]


def _right(base, is_fresh, ago):
    return max(base, 90 if is_fresh else 70), f"The right person answered {ago}"


def _reached(base, is_fresh, ago):
    return max(base, 60) if is_fresh else base, f"Somebody answered {ago}"


def _wrong(base, is_fresh, ago):
    return min(base, 20), f"The wrong person answered {ago}"


def _dead(base, is_fresh, ago):
    return min(base, 10), f"Not in service {ago}"


_LEARNED = {"right": _right, "reached": _reached, "wrong": _wrong, "dead": _dead}


def _ago(age):
    days = max(age.days, 0)
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
