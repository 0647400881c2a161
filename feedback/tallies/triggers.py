"""The marks are made by the database itself, in the transaction of the change.

Rows behind the figures are written by services, by the sync in hundreds of thousands at once, by imports, in the admin
and by hand. A mark that each of them had to remember would be forgotten by one; a trigger is not (docs/decisions.md).
"""

import hashlib

from django.db import connection, transaction

from feedback.tallies import rebuild
from feedback.tallies.watched import WATCHED, Watched

PREFIX = "tally_"
EVENTS = ("INSERT", "UPDATE", "DELETE")


def ensure():
    """Make the database's triggers the ones described here. True when they were not."""
    tables = connection.introspection.table_names()
    if not all(watched.table in tables for watched in (*WATCHED, Watched("feedback_stale", (), ()))):
        return False  # `migrate` of one app before the others have their tables
    wanted = dict(_all())
    if set(_present()) == set(wanted):
        return False
    with transaction.atomic():
        drop()
        with connection.cursor() as cursor:
            for statements in wanted.values():
                for statement in statements:
                    cursor.execute(statement)
    return True


def before_migrating(plan=(), **_):
    """A table cannot be rebuilt under its triggers: where something is to be migrated they come off."""
    if plan:
        drop()


def after_migrating(**_):
    """Put them on. What was written in between nobody has marked: the last days are counted again, and where nothing
    was ever counted, all days of what was there before the triggers."""
    if not ensure() or not rebuild.has_something():
        return
    if rebuild.was_counted():
        rebuild.mark_last_days()
    else:
        rebuild.mark_everything()


def drop():
    """Take all of ours off."""
    with connection.cursor() as cursor:
        for name, table in _present().items():
            on = f" ON {table}" if _is_postgres() else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
            if _is_postgres():
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _is_postgres():
    return connection.vendor == "postgresql"


def _present():
    """{name: table} of those that are there."""
    query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tally\\_%' ESCAPE '\\'"
    if _is_postgres():
        query = (
            "SELECT t.tgname, t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE 'tally\\_%'"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def _all():
    """(name, statements) of each. The name holds a digest, so that another text is another trigger."""
    write = _postgres if _is_postgres() else _sqlite
    for number, watched in enumerate(WATCHED):
        for event in EVENTS if watched.is_counted else ("UPDATE",):
            digest = hashlib.sha256(repr(write("x", watched, event)).encode()).hexdigest()[:8]
            name = f"{PREFIX}{number}_{event.lower()}_{digest}"
            yield name, write(name, watched, event)


def _reaches(watched, sources):
    return " UNION ALL ".join(f"SELECT {sql.format(r=source)}" for source in sources for _, sql in watched.reaches)


def _sides(event):
    return {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[event]


def _when(watched, differs):
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in watched.columns)


def _sqlite(name, watched, event):
    """SQLite writes one change at a time, so that a mark which is there already, and not taken, says enough.

    Marks that one change makes twice are counted together. Telling them apart here would take as long as all the rest,
    for every row of an import.
    """
    rows = [f"(SELECT {', '.join(f'{side}.{one} AS {one}' for one in watched.needed)})" for side in _sides(event)]
    of = f"UPDATE OF {', '.join(watched.columns)}" if event == "UPDATE" else event
    when = f" WHEN {_when(watched, 'IS NOT')}" if event == "UPDATE" else ""
    mark = _sqlite_mark(_reaches(watched, rows))
    return [f"CREATE TRIGGER {name} AFTER {of} ON {watched.table}{when} BEGIN {mark}; END"]


def _sqlite_mark(reaches, each=""):
    return (  # every name in it is ours
        f"INSERT INTO feedback_stale (location_id, hour, is_taken)"  # noqa: S608
        f" SELECT m.at, m.hour, 0 FROM (SELECT {each}at, substr(moment, 1, 13) || ':00:00' AS hour FROM"
        f" (SELECT NULL AS at, NULL AS moment WHERE 0 UNION ALL {reaches})) m"
        " WHERE NOT EXISTS (SELECT 1 FROM feedback_stale s"
        " WHERE s.hour IS m.hour AND s.location_id IS m.at AND NOT s.is_taken)"
    )


# How the new rows of a table are found by the keys of new calls, `first` to `last`.
_OF_NEW_CALLS = {"calls_call": "id", "feedback_feedback": "call_id"}


def names_of_new(*tables):
    """SQLite's triggers that see new rows of these tables."""
    numbers = [number for number, one in enumerate(WATCHED) if one.table in tables and one.is_counted]
    starts = tuple(f"{PREFIX}{number}_insert_" for number in numbers)
    return {name for name, _ in _all() if name.startswith(starts)}


def marks_of_new(*tables):
    """SQLite's statements that mark at once what those would mark row by row, of calls `first` to `last`."""
    for watched in WATCHED:
        if watched.table in tables and watched.is_counted:
            key = _OF_NEW_CALLS[watched.table]
            rows = f"(SELECT * FROM {watched.table} WHERE {key} BETWEEN %(first)s AND %(last)s)"  # noqa: S608
            yield _sqlite_mark(_reaches(watched, [rows]), "DISTINCT ")


def _postgres(name, watched, event):
    """Rows that come and go by the thousand are marked once a statement, changed ones row by row.

    Two at a time must not wait for each other, so that every change makes its own mark; counting takes them together.
    """
    if event == "UPDATE":
        rows, each = [f"(SELECT {side}.*)" for side in _sides(event)], "FOR EACH ROW"
        fires = f"AFTER UPDATE OF {', '.join(watched.columns)} ON {watched.table} {each}"
        fires += f" WHEN ({_when(watched, 'IS DISTINCT FROM')})"
    else:
        rows = ["changed"]
        table = "NEW" if event == "INSERT" else "OLD"
        fires = f"AFTER {event} ON {watched.table} REFERENCING {table} TABLE AS changed FOR EACH STATEMENT"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608
        " INSERT INTO feedback_stale (location_id, hour, is_taken)"
        " SELECT DISTINCT m.at, date_trunc('hour', m.moment), false FROM"
        f" (SELECT NULL::bigint AS at, NULL::timestamptz AS moment WHERE false UNION ALL {_reaches(watched, rows)}) m;"
        " RETURN NULL; END $$",
        f"CREATE TRIGGER {name} {fires} EXECUTE FUNCTION {name}()",
    ]
