"""The rows that our reading of a list has made, kept in a file for who only writes them.

keep(DATABASE_URL, RESOURCE, FILE)
"""

import pickle
import sqlite3
import sys
from contextlib import closing

import psycopg

# Which tables a list becomes, in the order of their writing, and by what their rows are told apart.
RESOURCES = {
    "customers": ("customers_phonenumber", "customers_customer"),
    "reviews": ("feedback_review",),
    "calls": ("accounts_user", "calls_call", "feedback_feedback"),  # of an imported file
}
TABLES = {
    "customers_phonenumber": "e164",
    "customers_customer": "connection_id, vendor_id",
    "feedback_review": "connection_id, vendor_id",
    "accounts_user": "email",
    "calls_call": "intent",
    "feedback_feedback": "id",
}


def keep(resource, database, file):
    """Writes [(table, column names, rows)] of a list to a file; times and JSON stay the texts that a driver sends."""
    is_postgres = database.startswith("postgres")
    connect = psycopg.connect if is_postgres else lambda url: sqlite3.connect(url.removeprefix("sqlite:///"))
    with closing(connect(database)) as connection, open(file, "wb") as out:
        pickle.dump([(table, *_all(connection, table, is_postgres)) for table in RESOURCES[resource]], out)


def _all(connection, table, is_postgres):
    cursor = connection.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608
    names = [column[0] for column in cursor.description]
    told = ", ".join(f"{name}::text" for name in names) if is_postgres else "*"
    return names, [tuple(row) for row in connection.execute(f"SELECT {told} FROM {table} ORDER BY id")]  # noqa: S608


if __name__ == "__main__":
    keep(*sys.argv[1:])
