"""How likely a number reaches its person, 0 to 100, with the reasons.

Everything we know is a witness with a value, a strength, and a weight that halves every 90 days. The score is
their mean, drawn towards 50 by what is not known:

    score = (50 · DOUBT + Σ value · strength · weight) / (DOUBT + Σ strength · weight)
    weight = 0.5 ^ (age / 90 days), DOUBT = 0.5

    witness                                  value       strength   undone by a later
    the right person answered                100         4          dead, wrong person
    somebody answered                        80          1          dead
    the wrong person answered                10          4          right person
    not in service, a person says            0           12         answer of anybody
    not in service, the line says            0           6          answer of anybody
    the line was answered, nobody said more  70          0.5        dead
    Trestle's activity score                 that score  2
    Trestle: a line no person answers        20          1
    FeedbackAPI: a message failed            20          1          (as of now: it is read every night)

No witness: no score. Each further good witness raises it, each bad one lowers it, and as all of them grow older
together it draws nearer to 50 and never past it.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from customers import evidence
from customers.choices import LineType

HALF_LIFE = timedelta(days=90)  # a quarter: people change numbers about once in several years
UNKNOWN = 50
DOUBT = 0.5
ANSWERS = {evidence.RIGHT, evidence.REACHED, evidence.WRONG, "line answered"}
DEADS = {evidence.DEAD, "line dead"}
# kind: (value, strength, undone by a later one of)
LEARNED = {
    evidence.RIGHT: (100, 4, DEADS | {evidence.WRONG}),
    evidence.REACHED: (80, 1, DEADS),
    evidence.WRONG: (10, 4, {evidence.RIGHT}),
    evidence.DEAD: (0, 12, ANSWERS),
    "line dead": (0, 6, ANSWERS),
    "line answered": (70, 0.5, DEADS),
}
TRESTLE = 2  # strength of its activity score
NO_PERSON = (20, 1)  # a line of a kind that no person answers
INVALID = (20, 1)
LIKELY, UNLIKELY = 70, 30  # Trestle's own bounds of its activity score
_NOBODY_ANSWERS = {LineType.PREMIUM, LineType.TOLL_FREE, LineType.VOICEMAIL}
_WORDS = {
    evidence.RIGHT: "The right person answered",
    evidence.REACHED: "Somebody answered",
    evidence.WRONG: "The wrong person answered",
    evidence.DEAD: "Not in service",
    "line dead": "The carrier said “not in service”",
    "line answered": "The line was answered",
}


@dataclass(frozen=True)
class Health:
    """`score` 0 to 100, None = not known; `reasons` in words, what weighs most first."""

    score: int | None
    reasons: list[str] = field(default_factory=list)

    @property
    def tone(self):
        """Good, warn or bad, by the bounds that Trestle's score has too; quiet where nothing is known."""
        if self.score is None:
            return "quiet"
        return "good" if self.score >= LIKELY else "bad" if self.score <= UNLIKELY else "warn"


@dataclass(frozen=True)
class Witness:
    value: float
    pull: float  # strength · weight
    words: str


def of(number, customer=None, now=None):
    """The Health of a PhoneNumber, `customer` being whose it is here. Asks nothing of the database.

    now  aware; this moment unless said otherwise
    """
    witnesses = list(_witnesses(number, customer, now or timezone.now()))
    if not witnesses:
        return Health(None)
    pulls = DOUBT + sum(one.pull for one in witnesses)
    score = (UNKNOWN * DOUBT + sum(one.value * one.pull for one in witnesses)) / pulls
    heaviest = sorted(witnesses, key=lambda one: -abs(one.value - UNKNOWN) * one.pull)
    return Health(round(score), [one.words for one in heaviest])


def _witnesses(number, customer, now):
    yield from _learned(evidence.facts(number), evidence.calls_kept(number), now)
    if number.activity_score is not None:
        yield _trestle(number, now)
    if number.line_type in _NOBODY_ANSWERS:
        value, strength = NO_PERSON
        words = f"A {LineType(number.line_type).label.lower()} line"
        yield Witness(value, strength * _weight(number.looked_up_at, now), words)
    if customer and customer.is_invalid:
        yield Witness(*INVALID, "FeedbackAPI: a message to them failed")


def _learned(facts, calls, now):
    """A Witness for each kind of what calls showed, those that a later call undid left out."""
    for kind, (value, strength, undone_by) in LEARNED.items():
        undone_at = max((fact.at for fact in facts if fact.kind in undone_by), default=None)
        held = [fact.at for fact in facts if fact.kind == kind and (undone_at is None or fact.at >= undone_at)]
        if held:
            pull = strength * sum(_weight(at, now) for at in held)
            yield Witness(value, pull, _times(kind, held, calls, now))


def _times(kind, held, calls, now):
    """ "The right person answered 3 of 5 times, yesterday"."""
    last = ago(now - held[-1])
    return f"{_WORDS[kind]} {last}" if len(held) == 1 else f"{_WORDS[kind]} {len(held)} of {calls} times, {last}"


def _trestle(number, now):
    score = number.activity_score
    words = "likely in service" if score >= LIKELY else "likely not in service" if score <= UNLIKELY else "unclear"
    looked_up = f", looked up {ago(now - number.looked_up_at)}" if number.looked_up_at else ""
    return Witness(score, TRESTLE * _weight(number.looked_up_at, now), f"Trestle: {words} ({score}){looked_up}")


def _weight(at, now):
    """1 for what is known since now, half for what is 90 days old; 1 where nobody noted when."""
    return 0.5 ** (max(now - at, timedelta()) / HALF_LIFE) if at else 1.0


def ago(age):
    """A timedelta as people say it: today, yesterday, 12 days ago."""
    days = max(age.days, 0)
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
