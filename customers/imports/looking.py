"""What only the whole file tells, in one pass: how many rows, how its columns are written, who is in it, and which
rows come twice.

A row that has the same id as one before it is no second row. Where rows have no id, each is known by what stands in
it, and the second that is exactly alike by that and a number.
"""

from array import array
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field

from customers.imports import columns, kinds, tables
from customers.imports.errors import CannotRead

AT_ONCE = 10_000  # rows
MARKS = 1 << 26  # bits, 8 MB: of a million rows 1 in 70 is looked at twice for nothing
MOST_REPEATS = 100_000
MOST_PEOPLE = 2_000
LEARNED = {kinds.DATE, kinds.SECONDS, kinds.PERSON, kinds.PLACE}  # what only the whole column tells
NOT_AN_ID = "More than {:,} rows repeat what stands in the column “{}”: it is no id. Choose another column, or none."
ALL_ALIKE = "More than {:,} rows are exactly alike. Choose a column that tells them apart."
NOT_PEOPLE = "The column “{}” has more than {:,} different texts, so these are hardly people. Choose another column."


class NotThatColumn(CannotRead):
    """A column that cannot be what it was taken for; `field` is the field's name."""

    def __init__(self, field, why):
        super().__init__(why)
        self.field = field


@dataclass
class Facts:
    """`of`: what was looked at, {field: column}.

    repeats   {row number: how often its id came before, or, where rows have none, all that stands in it}
    """

    of: dict
    total: int = 0
    evidence: dict = field(default_factory=dict)  # {field's name: what its column tells}
    people: dict = field(default_factory=dict)  # {field's name: different texts}
    repeats: dict = field(default_factory=dict)

    @classmethod
    def of_kept(cls, kept):
        """From an Import's row; None where it has none yet."""
        if not kept:
            return None
        facts = cls(**kept)
        facts.repeats = {int(row): times for row, times in facts.repeats.items()}
        return facts

    def kept(self):
        """As JSON."""
        return asdict(self)


def looked_at(kind, chosen):
    """Of the chosen columns those whose cells are looked at: the id, and what is read by the whole column."""
    names = {one.name for one in kind.fields if one.sort in LEARNED} | {kind.identity, *kind.known_by}
    return {name: column for name, column in chosen.items() if name in names}


def look(path, shape, kind, chosen, progress=None):
    """The Facts of a file under a mapping. Raises CannotRead.

    progress   (rows so far) -> None, called with each portion
    """
    facts, marks = Facts(looked_at(kind, chosen)), defaultdict(Marks)
    known, different = {}, {name: set() for name in facts.of}
    for portion in tables.portions(path, shape, AT_ONCE):
        rows = [cells for _, cells in portion.rows]
        facts.total += len(rows)
        numbers = [number for number, _ in portion.rows]
        for place, keys in enumerate(_keys(kind, rows, facts.of)):
            marks[place].add(keys, numbers)
        for name, column in facts.of.items():
            if kind.by_name[name].sort in LEARNED:
                texts = {row[column].strip() for row in rows if column < len(row)}
                _learn(kind.by_name[name], shape, column, texts, known, different[name], facts)
        if progress:
            progress(facts.total)
    if not facts.total:
        raise CannotRead(tables.ONE_ROW)
    for one in marks.values():
        facts.repeats |= one.repeats(lambda: _too_many(kind, shape, facts.of))
    return facts


def _keys(kind, rows, chosen):
    return kind.same(rows, chosen) if kind.same else [keys_of(rows, chosen.get(kind.identity))]


def keys_of(rows, column):
    """What each row is known by: its id, or all of it where it has none."""
    if column is None:
        return ["\x1f".join(map(str.strip, row)).rstrip("\x1f") for row in rows]
    return [row[column].strip() if column < len(row) else "" for row in rows]


def _learn(field, shape, column, texts, known, different, facts):
    if field.sort in (kinds.PERSON, kinds.PLACE):
        different |= texts - {""}
        if len(different) > MOST_PEOPLE:
            raise NotThatColumn(field.name, NOT_PEOPLE.format(shape.heads[column], MOST_PEOPLE))
        facts.people[field.name] = sorted(different)
    else:
        facts.evidence[field.name] = columns.add_evidence(field, facts.evidence.get(field.name, {}), texts)


def _too_many(kind, shape, chosen):
    column = chosen.get(kind.identity)
    if column is None:
        return CannotRead(ALL_ALIKE.format(MOST_REPEATS))
    return NotThatColumn(kind.identity, NOT_AN_ID.format(MOST_REPEATS, shape.heads[column]))


class Marks:
    """Which of a million keys came before, in eight bytes a key: a mark for each, and those whose mark was there
    already are compared by all of their hash."""

    def __init__(self):
        self.marks, self.hashes, self.rows, self.again = bytearray(MARKS // 8), array("q"), array("I"), set()

    def add(self, keys, rows):
        """The next rows' keys; an empty key is nobody's."""
        found = [hash(key) if key else 0 for key in keys]
        marks, again = self.marks, self.again
        for one in found:
            place, bit = (one & (MARKS - 1)) >> 3, 1 << (one & 7)
            if marks[place] & bit:
                again.add(one)
            else:
                marks[place] |= bit
        self.hashes.extend(found)
        self.rows.extend(rows)

    def repeats(self, too_many):
        """{row number: how many with the same key came before it}, without those that are the first."""
        again, times, found = self.again - {0}, Counter(), {}
        if not again:
            return found
        for one, row in zip(self.hashes, self.rows, strict=True):
            if one in again:
                if times[one]:
                    found[row] = times[one]
                    if len(found) > MOST_REPEATS:
                        raise too_many()
                times[one] += 1
        return found
