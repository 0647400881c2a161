"""Rows by the hundred thousand into a mirror's table: one statement where the ORM would make a hundred.

    known(model, connection, ids)       what is there already, and whether it is the same;  keys, found   in short
    made(model, column, texts)          primary keys of rows that others will point at; those missing are made
    reserved(model, count)              primary keys for new rows that others of the same commit point at
    Table(model, columns).insert(…)     new rows;  .update(…)  rows that are there, by primary key

Values are Python's, in the order of `columns` (attribute names: "location_id"); they are turned into the
database's a column at a time (written.py). The caller holds a transaction.
"""

import json
from functools import cache
from itertools import chain
from typing import NamedTuple

import orjson
from django.db import connection as database

from integrations.sync import written


class Kept(NamedTuple):
    """What stands there of one row."""

    pk: int
    digest: str
    is_gone: bool

    def differs(self, row):
        """Whether the vendor's row must be looked at: it shows something else, or is back."""
        return self.digest != row.digest or self.is_gone


# Rows a statement on SQLite. Each statement lets other threads in, who are slow to let go, so the fewer the better;
# and one of always the same length is prepared once. That takes 43 ms for 256 rows of fifty columns, 3 for 64, and is
# done again whenever the schema has changed.
AT_ONCE = (64, 8, 1)
COPIED_AT_ONCE = 256  # rows on PostgreSQL


def known(model, connection, vendor_ids):
    """{vendor id: Kept(pk, digest, is_gone)} of the rows a mirror has of these."""
    rows = found(model, "vendor_id", vendor_ids, ("id", "vendor_digest", "gone_at"), connection)
    return {vendor_id: Kept(pk, digest, gone_at is not None) for vendor_id, pk, digest, gone_at in rows}


def keys(model, connection, vendor_ids):
    """{vendor id: primary key} of the rows a mirror has of these."""
    return dict(found(model, "vendor_id", vendor_ids, ("id",), connection))


def found(model, column, values, columns, connection=None):
    """[(value, …)] of the rows whose `column` is one of the texts `values`, with these other columns as the database
    has them. The values are one parameter, because Django takes longer for each than the database for finding it."""
    if not values:
        return []
    names = ", ".join(database.ops.quote_name(name) for name in (column, *columns))
    of_it = "" if connection is None else f"connection_id = {int(connection.pk)} AND "
    statement = _FOUND[database.vendor].format(names=names, table=model._meta.db_table, of_it=of_it, column=column)
    with database.cursor() as cursor:
        cursor.execute(statement, [json.dumps(list(set(values)))])
        rows = cursor.fetchall()
    return orjson.loads(rows[0][0]) if database.vendor == "sqlite" else rows


# One parameter as a table of texts, called `value`.
_EACH = {"sqlite": "json_each(%s)", "postgresql": "jsonb_array_elements_text(%s)"}
# Names are our own models'. SQLite answers in one row: for each row other threads are let in, who are slow to let go.
# PostgreSQL is made to look for each value by itself: of a table that has just been filled it knows nothing, takes a
# connection's rows for a hundred and reads them all, for every page anew.
_FOUND = {
    "sqlite": "SELECT json_group_array(json_array({names})) FROM {table} "
    "WHERE {of_it}{column} IN (SELECT value FROM json_each(%s))",
    "postgresql": "SELECT there.* FROM jsonb_array_elements_text(%s) AS wanted (value), "
    "LATERAL (SELECT {names} FROM {table} WHERE {of_it}{column} = wanted.value OFFSET 0) AS there",
}


def made(model, column, texts):
    """{text: primary key} of the rows whose unique `column` is one of these; those that are missing are made."""
    if not texts:
        return {}
    there = dict(found(model, column, texts, ("id",)))
    missing = sorted(texts - there.keys())  # in one order, so that two who make the same do not deadlock
    if missing:
        _make(Table(model, [column]), missing)
        there |= dict(found(model, column, missing, ("id",)))
    return there


def _make(table, texts):
    # Names are our own models'.
    statement = (
        f"INSERT INTO {table.name} ({', '.join(table.names)}) SELECT value{', %s' * len(table.defaults)} "  # noqa: S608
        f"FROM {_EACH[database.vendor]} AS wanted WHERE true ON CONFLICT DO NOTHING"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [*table.defaults, json.dumps(texts)])


def reserved(model, count):
    """So many new primary keys of a model, in order: for rows that others of the same commit point at."""
    table = model._meta.db_table
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            statement = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(statement, [table, count])
            return [key for (key,) in cursor.fetchall()]
        # Nobody else writes in between: a transaction has the whole file.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + count))


class Table:
    """Some columns of a model's table. The others of new rows take their defaults."""

    def __init__(self, model, columns):
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.model, self.columns = model, tuple(columns)
        self.fields = [fields[name] for name in columns]
        rest = [field for name, field in fields.items() if name not in columns and not field.primary_key]
        self.rest = [field for field in rest if not field.null]
        self.name = database.ops.quote_name(model._meta.db_table)
        self.names = [database.ops.quote_name(field.column) for field in (*self.fields, *self.rest)]

    @property
    def defaults(self):
        """The values of the columns that are not ours, as the database takes them."""
        return [written.column(field, [field.get_default()], {})[0] for field in self.rest]

    def insert(self, rows):
        """Adds rows (tuples); gives how many. One that is there already, by any unique constraint, is passed over
        on SQLite and raises IntegrityError on PostgreSQL, where somebody else may have written it meanwhile."""
        rows = list(rows)
        if not rows:
            return 0
        if database.vendor == "postgresql":
            return self._copy(rows)
        values, count = list(zip(*self._converted(rows), strict=True)), 0
        defaults, start = self.defaults, 0
        for size in AT_ONCE:
            while len(values) - start >= size:
                count += self._insert_some(values[start : start + size], defaults)
                start += size
        return count

    def update(self, rows):
        """Changes rows: tuples with the primary key behind the columns' values."""
        if not rows:
            return
        *values, keys = zip(*rows, strict=True)
        converted = self._converted(list(zip(*values, strict=True)))
        sets = ", ".join(f"{name} = %s" for name in self.names[: len(self.fields)])
        with database.cursor() as cursor:
            # Names of our own columns; values are parameters.
            statement = f"UPDATE {self.name} SET {sets} WHERE id = %s"  # noqa: S608
            cursor.executemany(statement, list(zip(*converted, keys, strict=True)))

    def update_objects(self, things):
        """Changes rows to what model objects say of these columns."""
        self.update([(*(getattr(thing, name) for name in self.columns), thing.pk) for thing in things])

    def _converted(self, rows):
        """The rows' values column by column, as the database takes them."""
        moments = {}
        return [
            written.column(field, values, moments)
            for field, values in zip(self.fields, zip(*rows, strict=True), strict=True)
        ]

    def _insert_some(self, values, defaults):
        """Past Django's cursor, which looks through the statement for each of its thousands of marks. The defaults,
        the same for each row, are bound once."""
        first = len(defaults) + 1
        marks = _marks(first, len(self.columns), len(values), ", ".join(f"?{n + 1}" for n in range(len(defaults))))
        statement = f"INSERT INTO {self.name} ({', '.join(self.names)}) VALUES {marks} ON CONFLICT DO NOTHING"  # noqa: S608
        database.ensure_connection()
        with database.wrap_database_errors:
            return database.connection.execute(statement, [*defaults, *chain.from_iterable(values)]).rowcount

    def _copy(self, rows):
        """A portion at a time: PostgreSQL writes the one while the next is turned into text."""
        rest = [written.copied(field, [value])[0] for field, value in zip(self.rest, self.defaults, strict=True)]
        end = "\t".join(["", *rest]) + "\n"
        statement = f"COPY {self.name} ({', '.join(self.names)}) FROM STDIN"
        with database.cursor() as cursor, database.wrap_database_errors, cursor.copy(statement) as copy:
            for start in range(0, len(rows), COPIED_AT_ONCE):
                converted = self._converted(rows[start : start + COPIED_AT_ONCE])
                texts = [written.copied(field, values) for field, values in zip(self.fields, converted, strict=True)]
                copy.write(end.join(["\t".join(line) for line in zip(*texts, strict=True)]) + end)
        return len(rows)


@cache
def _marks(first, columns, rows, behind):
    """The marks of so many rows' columns, numbered from `first`, each row with `behind` at its end."""
    behind = f", {behind}" if behind else ""
    starts = range(first, first + columns * rows, columns)
    return ", ".join(f"({', '.join(f'?{n}' for n in range(start, start + columns))}{behind})" for start in starts)
