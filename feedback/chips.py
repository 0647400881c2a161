"""How the legs of a wrap-up look to people, now and in earlier versions."""

from dataclasses import dataclass

from feedback.choices import Leg, Outcome
from integrations.chips import Chip, clock_time, of

__all__ = ["Chip", "Version", "clock_time", "earlier_versions", "in_words", "of", "of_rating"]


def of_rating(rating):
    """The chips of the rating's present revision, in the order of the legs."""
    return _in_order(_legs(rating).filter(revision=rating.revision))


def _legs(rating):
    return rating.legs.select_related("delivery__connection").prefetch_related("delivery__attempts")


def _in_order(legs):
    rows = {row.leg: row.delivery for row in legs}
    return [of(rows[leg], leg.label) for leg in Leg if leg in rows]


@dataclass(frozen=True)
class Version:
    """One earlier state of a wrap-up."""

    number: int
    by: object
    at: object
    words: str
    notes: str
    chips: list


def earlier_versions(rating):
    """What stood before the present revision, newest first, each with where it went."""
    revisions = rating.revisions.filter(number__lt=rating.revision).select_related("by").order_by("-number")
    legs = list(_legs(rating).filter(revision__lt=rating.revision))
    return [
        Version(
            number=revision.number,
            by=revision.by,
            at=revision.at,
            words=in_words(revision.data),
            notes=revision.data.get("notes") or "",
            chips=_in_order([leg for leg in legs if leg.revision == revision.number]),
        )
        for revision in revisions
    ]


def in_words(data):
    """One revision's data in a line: outcome, right person, quality."""
    outcome = data.get("outcome")
    words = [Outcome(outcome).label if outcome in Outcome.values else str(outcome)]
    if data.get("right_party") is not None:
        words.append("right person" if data["right_party"] else "not the right person")
    if data.get("quality"):
        words.append(f"{float(data['quality']):g} of 5")
    return ", ".join(words)
