"""A column's cells as values: the reader that fits what the whole column is like."""

from dataclasses import asdict

from customers.imports import cells, dates, kinds
from customers.imports.errors import Odd

CACHED = 50_000  # different texts of a column that are remembered with their values


class Cached(dict):
    """{text: value} that reads what it has not got; most columns say the same few things again and again."""

    def __init__(self, read):
        super().__init__()
        self.read = read

    def __missing__(self, text):
        if len(self) >= CACHED:
            self.clear()
        value = self[text] = self.read(text)
        return value

    def values_of(self, texts):
        """The values of a portion's cells."""
        return [self[text] for text in texts]


def evidence_of(field, texts):
    """What texts of a column tell of how it is written, as JSON; more texts are added by `add_evidence`."""
    return add_evidence(field, {}, texts)


def add_evidence(field, known, texts):
    """`known` with what further texts tell."""
    if field.sort == kinds.DATE:
        order = dates.Order(**known)
        order.note(texts)
        return asdict(order)
    if field.sort == kinds.SECONDS:
        numbers = [text for text in texts if cells.is_number(text) and float(text.replace(",", ".")) != 0]
        return {
            "shares": known.get("shares", 0) + sum(map(cells.is_share, numbers)),
            "numbers": known.get("numbers", 0) + len(numbers),
        }
    return known


def day_first(evidence, options):
    """Whether 1/2/2021 is the first of February; None where nothing tells and nobody said."""
    said = {"day": True, "month": False}.get(options.get("dates", ""))
    return dates.Order(**evidence).day_first if said is None else said


def reader(field, evidence, options):
    """(text) -> value, None for a blank, or an Odd."""
    if field.sort == kinds.DATE:
        today = options.get("today")
        return cells.moment_of(day_first(evidence, options) is not False, today)
    if field.sort == kinds.SECONDS:
        numbers = evidence.get("numbers", 0)
        return cells.seconds_of(numbers > 0 and evidence["shares"] == numbers)
    if field.sort == kinds.SCORE:
        return cells.score_of(*field.scale)
    if field.sort == kinds.WORD:
        return cells.word_of(field.words)
    plain = {kinds.TIME: cells.time_of_day, kinds.YES_NO: cells.yes_or_no}
    return plain.get(field.sort) or cells.text_of(field.limit)


def is_odd(value):
    return value.__class__ is Odd
