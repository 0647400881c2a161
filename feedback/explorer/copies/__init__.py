"""Keeps the explorer's copies equal to what they copy, by triggers of the database.

    Rating.called_at            the date its call counts on
    Call.wrapped_up_at          when its wrap-up was first saved
    CallIssue, CallAnswer,
    CallParked                  see models/explorer.py
    the words of the notes      an index of the database's own (SQLite: FTS5, PostgreSQL: GIN)

A copy that a service keeps is wrong as soon as somebody writes past the service: an import, an admin, a repair by
hand. A trigger is not. `ensure` puts them in place after `migrate`, and fills the copies whenever it had to.

Filling a million takes minutes, and whoever does it may die over it. While it is not done a table of one row says
how far it is; the schedule goes on from there.
"""

# ruff: noqa: S608  (statements of fixed words; no value from outside stands in them)

from datetime import UTC, datetime, timedelta

from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone

from calls.models import Call
from feedback.explorer.copies import postgres, sqlite

NEEDS = "_calls_parked"  # the migration that made the last of the columns and tables
WATCHED = ("calls", "feedback", "integrations")  # the apps whose tables they are on
CHUNK = 5_000  # calls of one transaction: short enough that nobody waits for the database
UNFILLED = "explorer_unfilled"  # (reached, at): up to which key all is filled, and when that was written
IS_LEFT = timedelta(minutes=10)  # without a sign of life: nobody is filling it any more
KINDS = {"sqlite": sqlite, "postgresql": postgres}


def ensure(connection, say=None):
    """Triggers in place and copies filled; nothing where they are. Whether something had to be done."""
    kind = KINDS[connection.vendor]
    if not _is_migrated(connection):
        return False
    if kind.installed(connection) != kind.wanted():
        with transaction.atomic(using=connection.alias):
            kind.remove(connection)
            kind.install(connection)
            _mark(connection)
    elif not is_unfilled(connection):
        return False
    fill(connection, say)
    return True


def go_on(connection):
    """Fills on where somebody died over it. Nothing while the triggers are away: `migrate` is at work then."""
    kind = KINDS[connection.vendor]
    if not is_unfilled(connection) or kind.installed(connection) != kind.wanted():
        return False
    _, at = _reached(connection)
    if at > timezone.now() - IS_LEFT:
        return False
    fill(connection)
    return True


def is_unfilled(connection):
    """Whether copies may be missing, because nobody has come to the end of filling them."""
    return UNFILLED in connection.introspection.table_names()


def remove(connection):
    """Without triggers, for as long as tables are being changed."""
    KINDS[connection.vendor].remove(connection)


def fill(connection, say=None):
    """Writes all copies anew, a few thousand calls a transaction, while others work. `say(done, total)` is told."""
    kind = KINDS[connection.vendor]
    if not is_unfilled(connection):
        _mark(connection)
    begin, _ = _reached(connection)
    last = Call.objects.using(connection.alias).aggregate(last=Max("pk"))["last"] or 0
    for first in range(begin, last + 1, CHUNK):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for statement in kind.FILL:
                cursor.execute(statement, {"first": first, "last": first + CHUNK - 1})
            _mark(connection, first + CHUNK)
        if say:
            say(min(first + CHUNK, last), last)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {UNFILLED}")


def _mark(connection, reached=0):
    """Writes down that all is filled up to that key, and nothing beyond it. Seconds are enough for the time."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {UNFILLED} (reached bigint NOT NULL, at bigint NOT NULL)")
        cursor.execute(f"DELETE FROM {UNFILLED}")
        cursor.execute(f"INSERT INTO {UNFILLED} VALUES (%s, %s)", [reached, int(timezone.now().timestamp())])


def _reached(connection):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT reached, at FROM {UNFILLED}")
        reached, at = cursor.fetchone() or (0, 0)
    return reached, datetime.fromtimestamp(at, UTC)


def _is_migrated(connection):
    applied = MigrationRecorder(connection).applied_migrations()
    return any(app == "feedback" and name.endswith(NEEDS) for app, name in applied)


def before_migrating(plan, using, **_):
    """For Django's signal: tables cannot be changed under triggers."""
    if any(migration.app_label in WATCHED for migration, _ in plan):
        remove(connections[using])


def after_migrating(using, **_):
    """For Django's signal."""
    ensure(connections[using])
