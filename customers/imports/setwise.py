"""Rows of a file beside those that are here: which are new, and what changes. For models that have an `intent`."""

import os
from datetime import UTC, datetime
from decimal import Decimal

from django.db import IntegrityError, models

from integrations.sync import upsert


class Rows:
    """A model's columns as files say them.

    said     names of the columns a row says
    blanks   those of them where a row may say nothing, which leaves what is known
    born     names of further columns of new rows
    """

    def __init__(self, model, said, blanks, born=()):
        self.model, self.said, self.born = model, said, born
        self.blanks = frozenset(said.index(name) for name in blanks)
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self._moments = [n for n, name in enumerate(said) if isinstance(fields[name], models.DateTimeField)]
        self._decimals = [n for n, name in enumerate(said) if isinstance(fields[name], models.DecimalField)]

    def there(self, keys):
        """{key: (primary key, values of `said`)} of those that are here already."""
        rows = upsert.found(self.model, "intent", keys, ("id", *self.said))
        return {key: (pk, self._as_python(values)) for key, pk, *values in rows}

    def _as_python(self, values):
        """SQLite gives moments as texts without a zone, and decimals as it likes."""
        for place in self._moments:
            if values[place].__class__ is str:
                values[place] = datetime.fromisoformat(values[place]).replace(tzinfo=UTC)
        for place in self._decimals:
            if values[place] is not None:
                values[place] = Decimal(str(values[place]))
        return values

    def merged(self, was, new):
        """The columns as they are to be written, None where nothing changes."""
        merged, differs = list(new), False
        for place, value in enumerate(new):
            if place in self.blanks and (value is None or value == ""):
                merged[place] = was[place]
            elif value != was[place]:
                differs = True
        return merged if differs else None

    def insert(self, rows):
        """Adds rows: tuples of the key, the values of `said` and those of `born`."""
        if not rows:
            return
        columns = ("intent", *self.said, *self.born)
        if upsert.Table(self.model, columns).insert(rows) != len(rows):
            raise IntegrityError("one of these rows is there already")  # another import's, of a moment ago

    def update(self, changed, **also):
        """Changes rows: [(*values of `said`, primary key)]. `also`: values of further columns, the same for all."""
        more = tuple(also.values())
        rows = [(*row[:-1], *more, row[-1]) for row in changed] if more else changed
        upsert.Table(self.model, (*self.said, *also)).update(rows)


def uuids(count):
    """So many new ones as texts, one after the other: an index takes neighbours far faster than strangers."""
    start = f"{os.urandom(6).hex()}4{os.urandom(2).hex()[1:]}8{os.urandom(4).hex()[1:]}"
    return [f"{start}{number:08x}" for number in range(count)]
