"""The floors of an import, as JSON.

python -m tests.benchmarks.import_floor raw FILE DATABASE_URL     the file as it is into a table of texts without an
                                                                  index: SQLite's `.import`, PostgreSQL's COPY
python -m tests.benchmarks.import_floor bare ROWS DATABASE_URL    the rows that our import made (`sync_rows`), ready
                                                                  to be written, into the same tables: every column,
                                                                  index and trigger. Nothing is read or looked up
"""

import csv
import json
import pickle
import shutil
import subprocess
import sys
import time

import psycopg

from tests.benchmarks import sync_bare

BLOCK = 1024 * 1024


def main(what, file, database):
    is_postgres = database.startswith("postgres")
    if what == "raw":
        deed = copied if is_postgres else imported
        print(json.dumps({"seconds": _seconds(lambda: deed(file, database))}))
        return
    with open(file, "rb") as ready:
        tables = pickle.load(ready)  # noqa: S301
    into = (sync_bare.Postgres if is_postgres else sync_bare.Sqlite)(database)
    print(json.dumps({"seconds": _seconds(lambda: into.upsert(tables))}))


def _seconds(deed):
    begin = time.perf_counter()
    deed()
    return time.perf_counter() - begin


def imported(file, database):
    """By the shell, which is C all through."""
    shell = shutil.which("sqlite3")
    if not shell:
        raise SystemExit("The sqlite3 shell is not installed.")
    subprocess.run([shell, database.removeprefix("sqlite:///"), f".import --csv {file} raw"], check=True)


def copied(file, database):
    with open(file, newline="") as text:
        heads = next(csv.reader(text))
    with psycopg.connect(database) as connection, connection.cursor() as cursor, open(file, "rb") as source:
        cursor.execute(f"CREATE TABLE raw ({', '.join(f'c{n} text' for n in range(len(heads)))})")
        with cursor.copy("COPY raw FROM STDIN WITH (FORMAT csv, HEADER)") as copy:
            while block := source.read(BLOCK):
                copy.write(block)


if __name__ == "__main__":
    main(*sys.argv[1:])
