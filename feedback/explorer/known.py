"""Calls that are few, all at once: where each stands in the list, newest first, is worked out here and not asked again
for each page and for their count."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Field, Func

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


class Moment(Func):
    """A time as what is cheapest to read by the thousand, in the same order: the text that SQLite keeps, PostgreSQL's
    microseconds. To make times of them took longer than finding the calls."""

    arity = 1
    output_field = Field()  # which leaves what the database says as it is

    def as_sqlite(self, compiler, connection, **more):
        return super().as_sql(compiler, connection, template="CAST(%(expressions)s AS TEXT)", **more)

    def as_postgresql(self, compiler, connection, **more):
        epoch = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
        return super().as_sql(compiler, connection, template=epoch, **more)


def _moment(at):
    """What Moment reads of an aware time."""
    if connection.vendor == "sqlite":
        return str(connection.ops.adapt_datetimefield_value(at))
    return (at - _BEGIN) // _UNIT


def _time(moment):
    """The aware time, in UTC, of what Moment has read."""
    if connection.vendor == "sqlite":
        return datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return _BEGIN + moment * _UNIT


@dataclass(frozen=True)
class Known:
    """As paging.Walk. `rows`: (Moment, key) of each call, the oldest first."""

    rows: list

    def place(self, row):
        return row

    def older(self, edge, size):
        end = bisect_left(self.rows, self._row(edge)) if edge else len(self.rows)
        return self._places(max(end - size, 0), end), end > size

    def newer(self, edge, size):
        begin = bisect_right(self.rows, self._row(edge)) if edge else 0
        return self._places(begin, begin + size), len(self.rows) > begin + size

    def _row(self, edge):
        at, key = edge
        return _moment(at), key

    def _places(self, begin, end):
        return [(_time(moment), key) for moment, key in self.rows[begin:end]][::-1]
