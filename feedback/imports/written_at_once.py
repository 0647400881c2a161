"""New calls and their answers on SQLite: what triggers write there row by row is written once for all of a portion.

PostgreSQL's triggers see a whole statement. SQLite's see one row, and took a third of the time of an import. Within
the portion's transaction they are taken off and put back, so nobody else ever finds them missing, and a fault puts
them back with all else. What they would have written is written from the same words (feedback/tallies/triggers.py,
feedback/explorer/copies/sqlite.py).
"""

from contextlib import contextmanager

from django.db import connection

from feedback.explorer.copies import sqlite as copies
from feedback.tallies import triggers

TABLES = ("calls_call", "feedback_feedback")


@contextmanager
def written_at_once(calls):
    """Rows of these new calls, by their keys in order, and of their answers are added inside. In a transaction."""
    if connection.vendor != "sqlite" or not calls:
        yield
        return
    with connection.cursor() as cursor:
        resting = _taken_off(cursor)
    yield
    with connection.cursor() as cursor:
        for text in resting:
            cursor.execute(text)
        for statement in (*triggers.marks_of_new(*TABLES), *copies.OF_NEW_ANSWERS):
            cursor.execute(statement, {"first": calls[0], "last": calls[-1]})


def _taken_off(cursor):
    """Takes those that see new rows off; the texts by which they come back."""
    wanted = {*triggers.names_of_new(*TABLES), copies.NEW_ANSWER}
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = [(name, text) for name, text in cursor.fetchall() if name in wanted]
    for name, _ in found:
        cursor.execute(f"DROP TRIGGER {name}")
    return [text for _, text in found]
