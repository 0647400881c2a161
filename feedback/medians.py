"""Medians. They are of no sums, so the database orders the rows; only those in the middle are read."""

from statistics import median

from django.db.models import F, FloatField, Func

from feedback.figures import Figure


class _Between(Func):
    """What lies between two moments, later first: to order by, its unit is the database's."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    arity = 2
    output_field = FloatField()

    def as_sqlite(self, compiler, connection, **how):
        # Django's own subtraction calls Python for every row there.
        return self.as_sql(compiler, connection, template="(julianday(%(expressions)s))", arg_joiner=") - julianday(")


def hours(metric, rows, since, until, n):
    """The Figure of a Metric: the median hours from the field `since` to `until` of the `n` rows that have both."""
    middle = slice(max(n - 1, 0) // 2, n // 2 + 1)
    spans = rows.order_by(_Between(F(until), F(since))).values_list(since, until)[middle] if n else []
    found = [(end - begin).total_seconds() / 3600 for begin, end in spans]
    return Figure(metric, median(found) if found else None, n, n)
