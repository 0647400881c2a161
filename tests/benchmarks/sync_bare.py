"""The floor: one list fetched and parsed by a bare session, and the same rows upserted by a bare driver, as JSON.

    python -m tests.benchmarks.sync_bare RESOURCE URL DATABASE_URL ROWS

The rows are the ones our reading has made of that list, ready to be written (`sync_rows.py`), and they go into the
same tables: every column, every index, every foreign key. No rules, no look-ups, no resumption: `requests.Session`
page by page, then one transaction: executemany upsert on SQLite (with our cache, synced to the disk), COPY into a
temporary table and INSERT … ON CONFLICT on PostgreSQL.

Beside it, for comparison alone, what the upsert takes of the vendor's columns into a table that has but a primary key.
"""

import json
import pickle
import sqlite3
import sys
import time
from itertools import islice

import psycopg
import requests

from tests.benchmarks.sync_rows import TABLES


def main(resource, url, database, rows):
    with open(rows, "rb") as file:
        ready = pickle.load(file)  # noqa: S301
    fetched, fetched_in = _timed(lambda: fetch(f"{url}/v1.3/{resource}"))
    into = Postgres if database.startswith("postgres") else Sqlite
    _, upserted_in = _timed(lambda: into(database).upsert(ready))
    thin = into(database).thin(resource, fetched)
    _, thin_in = _timed(lambda: into(database).upsert(thin))
    took = {"fetched_in": fetched_in, "upserted_in": upserted_in, "thin_in": thin_in}
    print(json.dumps({"seconds": fetched_in + upserted_in, **took, "rows": len(fetched)}))


def _timed(deed):
    begin = time.perf_counter()
    return deed(), time.perf_counter() - begin


def fetch(url):
    """All rows, parsed, 100 a page."""
    session, rows, page = requests.Session(), [], 0
    session.trust_env, session.auth = False, ("token", "")
    while True:
        answer = session.get(url, params={"limit": 100, "page": page, "sort_by": "created-asc"}, timeout=15)
        data = answer.json()["data"]
        rows += data
        page += 1
        if len(data) < 100:
            return rows


class Sqlite:
    def __init__(self, database):
        self.connection = sqlite3.connect(database.removeprefix("sqlite:///"))
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16384"):
            self.connection.execute(f"PRAGMA {setting}")

    def upsert(self, tables):
        """`tables`: [(table, column names, rows)]."""
        with self.connection:
            for table, names, rows in tables:
                marks = ", ".join("?" * len(names))
                into = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
                self.connection.executemany(f"{into} {_else_update(table, names)}", rows)

    def thin(self, resource, objects):
        names = list(objects[0])
        self.connection.execute(f"CREATE TABLE {resource} ({', '.join(names)}, PRIMARY KEY (id))")
        return [(resource, names, [_plain(one) for one in objects])]


class Postgres:
    def __init__(self, database):
        self.connection = psycopg.connect(database)

    def upsert(self, tables):
        with self.connection, self.connection.cursor() as cursor:
            for table, names, rows in tables:
                cursor.execute(f"CREATE TEMPORARY TABLE came (LIKE {table})")
                with cursor.copy(f"COPY came ({', '.join(names)}) FROM STDIN") as copy:
                    rows = iter(rows)
                    while some := list(islice(rows, 1000)):
                        copy.write("".join(map(_line, some)))
                columns = ", ".join(names)
                into = f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM came"
                cursor.execute(f"{into} {_else_update(table, names)}")
                cursor.execute("DROP TABLE came")

    def thin(self, resource, objects):
        names = list(objects[0])
        columns = ", ".join(f"{name} {_type(objects[0][name])}" for name in names)
        with self.connection:
            self.connection.execute(f"CREATE TABLE {resource} ({columns}, PRIMARY KEY (id))")
        return [(resource, names, [_plain(one) for one in objects])]


def _line(row):
    return "\t".join("\\N" if value is None else str(value).translate(_COPIED) for value in row) + "\n"


_COPIED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _plain(one):
    """An object of the vendor's as a row; the one list in it as text."""
    return tuple(json.dumps(value) if isinstance(value, list) else value for value in one.values())


def _else_update(table, names):
    once = TABLES.get(table, "id")
    sets = ", ".join(f"{name}=excluded.{name}" for name in names if name not in ("id", *once.split(", ")))
    return f"ON CONFLICT ({once}) DO UPDATE SET {sets}"


def _type(value):
    return {bool: "boolean", int: "bigint"}.get(type(value), "text")


if __name__ == "__main__":
    main(*sys.argv[1:])
