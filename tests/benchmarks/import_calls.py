"""A call log into our tables: ours beside the database's own loader, and beside a bare loop that writes the same rows.

Each measure has a process and a database of its own; ours and the floors take turns, and the best of RUNS counts:
noise only ever adds. IMPORT_ROWS sets another length.
"""

import os
import tempfile
from pathlib import Path

from tests.benchmarks import import_file
from tests.benchmarks.lines import Line
from tests.benchmarks.sync_lists import NAMES, POSTGRES, Postgres, Sqlite, _python, _start, is_up

TITLE = "a call log → our rows"
AIM = ""
RUNS = 2
MANY, FEW = int(os.environ.get("IMPORT_ROWS", "1000000")), 100_000


def run():
    """The lines of both databases; one that says so where PostgreSQL does not answer."""
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as folder:
        files = {rows: str(Path(folder) / f"{rows}.csv") for rows in (FEW, MANY)}
        for rows, file in files.items():
            import_file.write(file, rows)
        yield from _lines(Sqlite(Path(folder)), files)
        if is_up(POSTGRES):
            yield from _lines(Postgres(Path(folder)), files)
        else:
            yield Line("PostgreSQL does not answer", POSTGRES)


def _lines(database, files):
    name, rows = NAMES[database.kind], str(database.folder / f"{database.kind}-calls.rows")
    many, raw = _turns(lambda: ours(database, files[MANY]), lambda: raw_load(database, files[MANY]))
    few, bare = _turns(lambda: ours(database, files[FEW], rows), lambda: bare_loop(database, rows))
    yield Line(
        f"{MANY:,} calls from CSV, {name}: {many['seconds']:.1f} s",
        f"raw COPY / .import of the file: {raw['seconds']:.1f} s",
        many["seconds"] / raw["seconds"],
        "≤ 8 ×",
    )
    yield Line(
        f"{FEW:,} calls from CSV, {name}: {few['seconds']:.1f} s",
        f"bare: the same rows into the same tables: {bare['seconds']:.1f} s",
        few["seconds"] / bare["seconds"],
        "≤ 2 × the bare loop",
    )
    yield Line(
        f"peak for {MANY:,}, {name}: {many['peak_mb']:.0f} MB",
        f"for {FEW:,}: {few['peak_mb']:.0f} MB",
        many["peak_mb"] / few["peak_mb"],
        "≤ 1.2 ×",
    )
    again = few["again"]
    written = again["created"] + again["updated"]
    yield Line(f"the same {FEW:,} again, {name}: {again['seconds']:.1f} s, {written} rows written", aim="no row")


def _turns(first, second):
    """The best of each, taking turns."""
    turns = [(first(), second()) for _ in range(RUNS)]
    return [min(found, key=lambda took: took["seconds"]) for found in zip(*turns, strict=True)]


def ours(database, file, rows=""):
    """The import by its real command into migrated tables; with `rows` they go to that file, and it comes once more."""
    with database.migrated() as address:
        took = _python("import_ours", file, DATABASE_URL=address)
        if rows:
            _start("sync_rows", "calls", address, rows)
            took["again"] = _python("import_ours", file, DATABASE_URL=address)
        return took


def raw_load(database, file):
    with database.empty() as address:
        return _python("import_floor", "raw", file, address)


def bare_loop(database, rows):
    with database.migrated() as address:
        return _python("import_floor", "bare", rows, address)
