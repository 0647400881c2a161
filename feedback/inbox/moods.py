"""What an answer says, on whichever of the vendor's scales it was given."""

from dataclasses import dataclass

from django.db.models import Q

from feedback.choices import FeedbackKind, Mood

DETRACTORS, PROMOTERS = 6, 9  # NPS: 0-6 and 9-10
FEW_STARS, SATISFIED = 2, 4  # stars: 1-2 and 4-5
LOW_REVIEW = 3  # stars of a public review that somebody should look at: what is not satisfied, halves counted up
_NPS, _STARS, _HAPPY = (Q(kind=kind) for kind in (FeedbackKind.NPS, FeedbackKind.STARS, FeedbackKind.HAPPY))
# The same in the database. Answers of another kind, or without a score, are in none of them.
OF_MOOD = {
    Mood.HAPPY: (_NPS & Q(nps_score__gte=PROMOTERS))
    | (_STARS & Q(star_rating__gte=SATISFIED))
    | (_HAPPY & Q(happy=True)),
    Mood.BETWEEN: (_NPS & Q(nps_score__gt=DETRACTORS, nps_score__lt=PROMOTERS))
    | (_STARS & Q(star_rating__gt=FEW_STARS, star_rating__lt=SATISFIED)),
    Mood.UNHAPPY: (_NPS & Q(nps_score__lte=DETRACTORS))
    | (_STARS & Q(star_rating__lte=FEW_STARS))
    | (_HAPPY & Q(happy=False)),
}
IN_WORDS = "Happy: NPS 9 or 10, 4 or 5 stars, “happy”. Unhappy: NPS 0 to 6, 1 or 2 stars, “unhappy”."


def mood_of(answer):
    """The Mood of a Feedback row, None where it has no score that we understand."""
    if answer.kind == FeedbackKind.NPS:
        return _between(answer.nps_score, DETRACTORS, PROMOTERS)
    if answer.kind == FeedbackKind.STARS:
        return _between(answer.star_rating, FEW_STARS, SATISFIED)
    if answer.kind == FeedbackKind.HAPPY and answer.happy is not None:
        return Mood.HAPPY if answer.happy else Mood.UNHAPPY
    return None


def _between(score, unhappy, happy):
    """The Mood of a score: unhappy up to the one end, happy from the other."""
    if score is None:
        return None
    if score <= unhappy:
        return Mood.UNHAPPY
    return Mood.HAPPY if score >= happy else Mood.BETWEEN


@dataclass(frozen=True)
class Score:
    """An answer's score to show: words with tone and icon, and `stars` where it was given in stars."""

    words: str
    tone: str
    icon: str
    stars: int | None = None


def score_of(answer):
    """How the score of a Feedback row is shown; a row without one says so."""
    mood = mood_of(answer)
    if mood is None:
        return Score(f"No score ({answer.type or 'no type'})", "", "message-square")
    if answer.kind == FeedbackKind.NPS:
        return Score(f"NPS {answer.nps_score}", mood.tone, mood.icon)
    if answer.kind == FeedbackKind.STARS:
        return Score(f"{answer.star_rating} of 5", mood.tone, mood.icon, answer.star_rating)
    return Score(mood.label, mood.tone, mood.icon)
