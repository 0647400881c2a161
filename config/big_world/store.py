"""Rows by the ten thousand with keys given here, so that rows can point at others before those are written."""

from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max

from integrations.sync.upsert import Table

CACHE = 256 * 1024  # KB of SQLite's pages kept in memory: indexes of a million rows are written to all over
IN_ONE_GO = 20_000  # calls of one transaction


class Store:
    """Where the world goes. `key(model)` gives the next free primary key of a table that nobody else writes to now."""

    def __init__(self):
        self._next, self._tables = {}, {}

    def keys(self, model, count):
        """The first of so many keys in a row."""
        if model not in self._next:
            self._next[model] = (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        first = self._next[model]
        self._next[model] += count
        return first

    def write(self, model, columns, rows):
        """Adds rows (tuples in the order of `columns`, attribute names, "id" among them)."""
        rows = list(rows)
        table = self._tables.setdefault((model, columns), Table(model, columns))
        if table.insert(rows) != len(rows):  # SQLite passes over what is there already
            raise RuntimeError(f"Some rows of {model._meta.verbose_name_plural} are there already.")

    def change(self, model, columns, rows):
        """Changes rows: tuples with the primary key behind the columns' values."""
        Table(model, columns).update(rows)

    def end(self):
        """Tells the database where its own keys go on, and how its tables are filled now."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self._next)):
                cursor.execute(statement)
            cursor.execute(_analyze())


def _analyze():
    """On PostgreSQL also which rows everybody sees, as its own vacuum finds out in a while: until it has, counting
    reads the rows behind an index. Not within a transaction, which takes no VACUUM."""
    is_free = connection.vendor == "postgresql" and not connection.in_atomic_block
    return "VACUUM ANALYZE" if is_free else "ANALYZE"


@contextmanager
def roomy():
    """Within it SQLite keeps more of its file in memory. What is safe on disk stays as safe."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{CACHE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")


@contextmanager
def whole():
    """One transaction without our triggers: what they keep equal is written at the end, once for all rows.

    They go and come back within the transaction, so that no other process ever writes without them.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        away, back = (_on_sqlite if connection.vendor == "sqlite" else _on_postgres)(cursor)
        for statement in away:
            cursor.execute(statement)
        yield
        for statement in back:
            cursor.execute(statement)


def _on_sqlite(cursor):
    """The statements that take all triggers off and put them on again."""
    made = dict(cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    return [f"DROP TRIGGER {name}" for name in made], list(made.values())


def _on_postgres(cursor):
    """The same; foreign keys are looked at before, since a table with one yet to be looked at is not altered."""
    cursor.execute(
        "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    )
    tables = [table for (table,) in cursor.fetchall()]
    away, back = ([f"ALTER TABLE {table} {word} TRIGGER USER" for table in tables] for word in ("DISABLE", "ENABLE"))
    return away, ["SET CONSTRAINTS ALL IMMEDIATE", *back]
