"""Expressions that say which index is taken: none, so that the list is walked along its date, or that of the key."""

import json

from django.db.models import BooleanField, FloatField, Func, Value


class Unindexed(Func):
    """The value itself. PostgreSQL knows how common a value is and chooses well; SQLite takes what it finds first."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler, connection, **more):
        return super().as_sql(compiler, connection, template="+%(expressions)s", **more)


class Size(Func):
    """A number that is not negative, as itself: of a decimal SQLite's "+" would make text."""

    function = "ABS"
    output_field = FloatField()


class Among(Func):
    """Whether a key is one of these, thousands maybe. Said as one value: each by itself takes Django and the database
    longer than finding the rows."""

    arity = 2
    conditional = True
    output_field = BooleanField()

    def __init__(self, key, keys):
        super().__init__(key, Value(json.dumps(list(keys))))

    def as_sqlite(self, compiler, connection, **more):
        return super().as_sql(
            compiler, connection, template="%(expressions)s))", arg_joiner=" IN (SELECT value FROM json_each(", **more
        )

    def as_postgresql(self, compiler, connection, **more):
        key, keys = self.source_expressions
        sql, params = compiler.compile(key)
        return f"{sql} = ANY(%s::bigint[])", (*params, json.loads(keys.value))
