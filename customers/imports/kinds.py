"""What may be imported. The rooms on the right register theirs in `ready()`: results travel right by callables.

register(Kind(…))    of(name) → Kind    all()
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from customers.imports.choices import ImportKind

# How a column's cells are read; columns.py has the reader of each.
TEXT, DATE, TIME, SECONDS, YES_NO, SCORE, WORD, PERSON, PLACE = (
    *("text", "date", "time", "seconds", "yes_no", "score", "word", "person", "place"),
)


def words(text):
    """ "a, b, c" as a tuple."""
    return tuple(text.split(", "))


@dataclass(frozen=True)
class Field:
    """One thing a row may tell.

    heads    headings it goes by, lower case, the likeliest first
    limit    characters of a text;  scale  (least, most) of a score;  words  {value: texts} of a word
    is_spared  where its cell cannot be read the row is taken without it, and that is said
    """

    name: str
    label: str
    sort: str
    heads: tuple = ()
    help: str = ""
    limit: int = 200
    scale: tuple = (1, 5)
    words: dict = field(default_factory=dict)
    is_required: bool = False
    is_spared: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of rows.

    row        what one of them is called: "call"
    fields     Fields, in the order in which they are offered
    identity   the Field that is the file's own id, "" where there is none
    taker      (run, plan) -> an object with `take(read, dry) -> Taken`, called in a transaction, and `forget()`,
               called when one was rolled back: ids that it remembers may be no more; and `rest(dry)`, called where
               a turn ends before the file does, with the Import standing where it will go on
    check      (columns, options) -> {field: sentence} of what is missing or contradicts itself
    same       (rows, chosen) -> lists of keys, a key a row, by which rows are the same; None: the identity's
    known_by   names of the fields that `same` looks at
    new_places what becomes of rows at a location nobody knows: "" they are not taken, "none" they are without one
    options    names of the options that are asked for: "zone", "place", "direction", …
    """

    name: ImportKind
    row: str
    rows: str
    fields: tuple
    identity: str
    taker: Callable
    check: Callable = lambda columns, options: {}
    options: tuple = ()
    same: Callable | None = None
    known_by: tuple = ()
    new_places: str = ""

    @property
    def by_name(self):
        return {one.name: one for one in self.fields}


@dataclass
class Taken:
    """What became of a portion's rows. `rejected`: {row number: reason}."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: dict = field(default_factory=dict)

    def __add__(self, other):
        return Taken(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.rejected | other.rejected,
        )


_kinds = {}


def register(kind):
    _kinds[kind.name] = kind


def of(name):
    return _kinds[name]


def all_of_them():
    """In the order in which they are offered."""
    return [_kinds[name] for name in ImportKind.values if name in _kinds]
