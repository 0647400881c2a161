"""Keeps the explorer's copies equal to what they copy, by triggers of the database.

    Rating.called_at            the date its call counts on
    Call.wrapped_up_at          when its wrap-up was first saved
    CallIssue, CallAnswer       see models/explorer.py
    the words of the notes      an index of the database's own (SQLite: FTS5, PostgreSQL: GIN)

A copy that a service keeps is wrong as soon as somebody writes past the service: an import, an admin, a repair by
hand. A trigger is not. `ensure` puts them in place after `migrate`, and fills the copies whenever it had to.
"""

from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max

from calls.models import Call
from feedback.explorer.copies import postgres, sqlite

NEEDS = "_found_by_anything"  # the migration that made the columns and tables
WATCHED = ("calls", "feedback")  # the apps whose tables they are on
CHUNK = 5_000  # calls of one transaction: short enough that nobody waits for the database
KINDS = {"sqlite": sqlite, "postgresql": postgres}


def ensure(connection, say=None):
    """Triggers in place and copies filled; nothing where they are. Whether something had to be done."""
    kind = KINDS[connection.vendor]
    if not _is_migrated(connection) or kind.installed(connection) == kind.wanted():
        return False
    with transaction.atomic(using=connection.alias):
        kind.remove(connection)
        kind.install(connection)
    fill(connection, say)
    return True


def remove(connection):
    """Without triggers, for as long as tables are being changed."""
    KINDS[connection.vendor].remove(connection)


def fill(connection, say=None):
    """Writes all copies anew, a few thousand calls a transaction, while others work. `say(done, total)` is told."""
    kind = KINDS[connection.vendor]
    last = Call.objects.using(connection.alias).aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last + 1, CHUNK):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for statement in kind.FILL:
                cursor.execute(statement, {"first": first, "last": first + CHUNK - 1})
        if say:
            say(min(first + CHUNK, last), last)


def _is_migrated(connection):
    applied = MigrationRecorder(connection).applied_migrations()
    return any(app == "feedback" and name.endswith(NEEDS) for app, name in applied)


def before_migrating(plan, using, **_):
    """For Django's signal: tables cannot be changed under triggers."""
    if any(migration.app_label in WATCHED for migration, _ in plan) and _is_migrated(connections[using]):
        remove(connections[using])


def after_migrating(using, **_):
    """For Django's signal."""
    ensure(connections[using])
