"""Which column is meant: told from its heading, and believed only where its first cells can be read so."""

import re

from customers.imports import cells, columns, dates
from customers.imports.errors import Odd

SHORT = 4  # words
TELLING = {"date", "email", "phone", "agent"}  # short, and yet they say what a heading with more words means
READABLE = 0.5  # of the cells that say something: a column with slips is still what its heading says


def words_of(heading):
    """ "AvgTalkDuration" gives "avg talk duration", "Answered (Y/N)" gives "answered y n"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading)
    return " ".join(re.findall(r"[^\W_]+", apart.lower()))


def mapping(kind, heads, sample, today=None):
    """{field's name: column's number}. `sample`: the first rows' cells. No column is meant twice."""
    said = [words_of(head) for head in heads]
    pairs = sorted(
        (rank, place, column, field.name)
        for place, field in enumerate(kind.fields)
        for column, head in enumerate(said)
        if (rank := _rank(field, head)) is not None
    )
    found, taken = {}, set()
    for _, _, column, name in pairs:
        if name not in found and column not in taken and _is_read_so(kind.by_name[name], sample, column, today):
            found[name] = column
            taken.add(column)
    return {field.name: found[field.name] for field in kind.fields if field.name in found}


def _rank(field, head):
    """How well a heading fits, the least best; None where it does not."""
    for number, known in enumerate(field.heads):
        if head == known:
            return (0, number)
    for number, known in enumerate(field.heads):
        if " " in known and f" {head} ".startswith(f" {known} "):
            return (1, number)
    if len(head.split()) <= SHORT:  # a whole question names many things
        for number, known in enumerate(field.heads):
            if (len(known) > 5 or known in TELLING) and f" {known} " in f" {head} ":
                return (2, number)
    return None


def _is_read_so(field, sample, column, today):
    texts = [row[column] for row in sample if column < len(row) and row[column].strip()]
    if not texts:
        return not field.is_required
    read = columns.reader(field, columns.evidence_of(field, texts), {"today": today})
    values = [read(text) for text in texts]
    return sum(not isinstance(value, Odd) for value in values) >= READABLE * len(values)


def has_no_heading(shape, rows):
    """Whether the first row looks like those under it: cells of it are dates or numbers, or stand in its own column
    again."""
    heads = shape.heads
    telling = sum(cells.is_number(head) or dates.read(head, today=None) is not None for head in heads)
    repeated = sum(any(n < len(row) and row[n] == head for _, row in rows) for n, head in enumerate(heads))
    return 2 * max(telling, repeated) > len(heads) or telling > 1 and telling * 3 > len(heads)


def samples(shape, rows, most=3, longest=60):
    """A few different texts of each column, for who says what it means."""
    found = []
    for column in range(len(shape.heads)):
        texts = dict.fromkeys(" ".join(row[column].split())[:longest] for row in rows if column < len(row))
        texts.pop("", None)
        found.append(list(texts)[:most])
    return found
