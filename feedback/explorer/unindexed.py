"""Expressions that no index is looked up for, so that the list is walked along its date instead."""

from django.db.models import FloatField, Func


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
