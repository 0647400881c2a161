"""A file's columns as they were chosen, and rows read with them."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from customers.imports import columns, kinds, looking, tables
from customers.imports.errors import Odd

BOTH_WAYS = "“{}” can be read day first or month first: say which."
TOO_MANY_CELLS = "It has {} cells under {} headings"
TWICE = "Its {} “{}” stands in a row above it too"
NO_ID = "Its {} is empty"


@dataclass(frozen=True)
class Plan:
    """How the rows of one Import are read. `options` as chosen, with "today" as a date where the kind needs one."""

    kind: kinds.Kind
    shape: tables.Shape
    chosen: dict
    options: dict
    facts: looking.Facts
    profile: str

    @classmethod
    def of(cls, run):
        """The Plan of an Import whose facts are known."""
        options = dict(run.options)
        options["today"] = date.fromisoformat(options["today"]) if options.get("today") else None
        shape = tables.Shape.of(run.shape)
        return cls(kinds.of(run.kind), shape, run.columns, options, looking.Facts.of_kept(run.facts), run.profile)

    @property
    def identity(self):
        """The column with the file's own id, None where there is none."""
        return self.chosen.get(self.kind.identity)

    @cached_property
    def readers(self):
        """{field's name: Cached reader} of the chosen columns."""
        fields = [one for one in self.kind.fields if one.name in self.chosen and one.name != self.kind.identity]
        evidence = self.facts.evidence
        return {
            one.name: columns.Cached(columns.reader(one, evidence.get(one.name, {}), self.options)) for one in fields
        }

    def read(self, rows):
        """Read of rows [(number, cells)]: what can be taken, column by column, and what cannot."""
        width = len(self.shape.heads)
        rejected, kept = {}, []
        for number, cells in rows:
            if len(cells) > width and any(cells[width:]):
                rejected[number] = TOO_MANY_CELLS.format(len(cells), width)
            else:
                kept.append((number, cells))
        keys = self._keys(kept, rejected)
        values = {name: self._column(name, [cells for _, cells in kept]) for name in self.readers}
        odd, spared = self._odd(values)
        for n, why in odd.items():
            rejected.setdefault(kept[n][0], why)
        in_part = {kept[n][0]: why for n, why in spared.items()}
        return Read([number for number, _ in kept], keys, values, rejected, in_part).without(rejected)

    def _odd(self, values):
        """({place: why} of rows that cannot be taken, of those that go without a cell: it is blank from here on)."""
        odd, spared = {}, {}
        for name, column in values.items():
            if Odd not in set(map(type, column)):
                continue
            field = self.kind.by_name[name]
            places = [n for n, value in enumerate(column) if value.__class__ is Odd]
            (spared if field.is_spared else odd).update({n: f"{field.label}: {column[n].why}" for n in places})
            if field.is_spared:
                values[name] = [None if value.__class__ is Odd else value for value in column]
        return odd, spared

    def _column(self, name, rows):
        column, cached = self.chosen[name], self.readers[name]
        return cached.values_of([row[column] if column < len(row) else "" for row in rows])

    def _keys(self, rows, rejected):
        """The identity of each row: SHA-256 over the source and its id, or over all that stands in it."""
        if not self.kind.identity:
            return [""] * len(rows)
        repeats, label = self.facts.repeats, self.kind.by_name[self.kind.identity].label.lower()
        texts = looking.keys_of([cells for _, cells in rows], self.identity)
        head = f"{self.kind.name}\x1e{self.profile}\x1e{'id' if self.identity is not None else 'row'}\x1e"
        if self.identity is not None:
            for (number, _), text in zip(rows, texts, strict=True):
                if not text:
                    rejected.setdefault(number, NO_ID.format(label))
                elif number in repeats:
                    rejected.setdefault(number, TWICE.format(label, text[:40]))
        elif repeats:
            texts = [
                f"{text}\x1e{repeats[number]}" if number in repeats else text
                for (number, _), text in zip(rows, texts, strict=True)
            ]
        start = hashlib.sha256(head.encode())
        return [_hashed(start, text) for text in texts]


def _hashed(start, text):
    digest = start.copy()
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@dataclass
class Read:
    """Rows as values: `numbers` and `keys` a row, `values` {field: a value a row}.

    rejected   {number: reason};  in_part  {number: reason} of rows that go without one of their cells
    """

    numbers: list
    keys: list
    values: dict
    rejected: dict
    in_part: dict

    def __len__(self):
        return len(self.numbers)

    def column(self, name):
        """A value a row, None for each where the column was not chosen."""
        return self.values.get(name) or [None] * len(self.numbers)

    def without(self, rejected):
        """The rest, where rows with these numbers are not taken."""
        if not rejected:
            return self
        stay = [n for n, number in enumerate(self.numbers) if number not in rejected]
        if len(stay) == len(self.numbers):
            return self
        return self._only(stay)

    def part(self, start, end):
        """Some of them, as their places in the portion say."""
        return self._only(range(start, end))

    def _only(self, places):
        pick = lambda column: [column[n] for n in places]  # noqa: E731
        values = {name: pick(column) for name, column in self.values.items()}
        return Read(pick(self.numbers), pick(self.keys), values, self.rejected, self.in_part)


def unclear_dates(kind, chosen, options, facts, heads):
    """{field's name: sentence} of date columns that can be read both ways where nobody said which."""
    dates = [one for one in kind.fields if one.sort == kinds.DATE and one.name in chosen]
    return {
        one.name: BOTH_WAYS.format(heads[chosen[one.name]])
        for one in dates
        if columns.day_first(facts.evidence.get(one.name, {}), options) is None
    }
