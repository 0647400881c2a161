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
            cursor.execute("ANALYZE")


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
    """One transaction, without triggers where they go off for each row: what they keep equal is counted at the end.

    They go and come back within the transaction, so that no other process ever writes without them.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        triggers = {} if keeps_triggers() else _triggers(cursor)
        for name in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for statement in triggers.values():
            cursor.execute(statement)


def keeps_triggers():
    """Whether rows are written with them: PostgreSQL's go off once for thousands."""
    return connection.vendor != "sqlite"


def _triggers(cursor):
    """{name: how it is made} of all there are on SQLite."""
    return dict(cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
