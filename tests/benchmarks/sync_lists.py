"""Reading a vendor's lists: ours beside dlt and beside a bare loop, on SQLite and on PostgreSQL.

Each measure has a process and a database of its own; prepared pages come from another process. Ours, dlt's and the
bare one take turns, and the best of RUNS counts: noise only ever adds. Nobody's start is timed. The bare loop writes
the rows that ours has just written, into the same tables.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from tests import template
from tests.benchmarks.lines import Line

TITLE = "a vendor's list → our rows"
AIM = ""
RUNS = 2
MANY, FEW, SLOW_ROWS, SLOW_PAGE = 100_000, 10_000, 20_000, 50  # rows, rows, rows, milliseconds
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def run():
    """The lines of both databases; one that says so where PostgreSQL does not answer."""
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as folder:
        yield from _lines(Sqlite(Path(folder)))
        if is_up(POSTGRES):
            yield from _lines(Postgres(Path(folder)))
        else:
            yield Line("PostgreSQL does not answer", POSTGRES)


def _lines(database):
    name = NAMES[database.kind]
    with served(MANY, MANY) as url:
        found = {resource: _compared(database, resource, url) for resource in ("customers", "reviews")}
        for resource, best in found.items():
            yield from _speed(name, resource, best)
        yield _nothing_new(name, found["customers"]["ours"])
    with served(FEW, FEW) as url:
        yield _memory(name, ours(database, "customers", url), found["customers"]["ours"])
    with served(SLOW_ROWS, 1, SLOW_PAGE) as url:
        yield _slow(name, ours(database, "customers", url), dlt(database, "customers", url))


def _compared(database, resource, url):
    """The best of RUNS by each of the three, taking turns."""
    rows = str(database.folder / f"{database.kind}-{resource}.rows")
    turns = [
        {
            "ours": ours(database, resource, url, rows),
            "dlt": dlt(database, resource, url),
            "bare": bare(database, resource, url, rows),
        }
        for _ in range(RUNS)
    ]
    return {who: min((turn[who] for turn in turns), key=lambda took: took["seconds"]) for who in turns[0]}


# --- What is said ------------------------------------------------------------------------------


def _speed(name, resource, best):
    mine, peer, floor = best["ours"], best["dlt"], best["bare"]
    took = f"{MANY:,} {resource}, {name}: {mine['seconds']:.1f} s"
    yield Line(
        took,
        f"dlt {peer['version']}: {peer['seconds']:.1f} s",
        peer["seconds"] / mine["seconds"],
        "≥ 3 × faster than dlt",
    )
    yield Line(
        took,
        f"bare: {floor['fetched_in']:.1f} s fetch + {floor['upserted_in']:.1f} s upsert of the same rows "
        f"({floor['thin_in']:.1f} s without our columns and indexes)",
        mine["seconds"] / floor["seconds"],
        "≤ 2 × the bare loop",
    )


def _memory(name, few, many):
    """The process and the one that reads for it, which shares much of its own with the first; the worse ratio."""
    worst = max(many[whose] / few[whose] for whose in ("peak_mb", "readers_mb"))
    return Line(f"peak for {MANY:,}, {name}: {_peaks(many)}", f"for {FEW:,}: {_peaks(few)}", worst, "≤ 1.2 ×")


def _peaks(took):
    return f"{took['peak_mb']:.0f} MB, its reader {took['readers_mb']:.0f}"


def _slow(name, mine, peer):
    return Line(
        f"{SLOW_ROWS:,} at {SLOW_PAGE} ms a page, {name}: {mine['seconds']:.1f} s",
        f"dlt: {peer['seconds']:.1f} s",
        peer["seconds"] / mine["seconds"],
        "≥ 6 × faster than dlt",
    )


def _nothing_new(name, mine):
    again = mine["again"]
    written = again["created"] + again["updated"]
    return Line(
        f"nothing new, {name}: {again['requests']} requests, {written} rows written", aim="≤ 3 requests, no row"
    )


# --- Who reads ---------------------------------------------------------------------------------


def ours(database, resource, url, rows=None):
    """A full reading of one list by its real plan into migrated tables, and once more when nothing is new.

    rows   a file for the rows it has made
    """
    with database.migrated() as address:
        _python("sync_ours", "locations", url, DATABASE_URL=address)
        first = _whole(_python("sync_ours", resource, url, DATABASE_URL=address))
        if rows:
            _start("sync_rows", resource, address, rows)
        return first | {"again": _whole(_python("sync_ours", resource, url, DATABASE_URL=address))}


def dlt(database, resource, url):
    with database.empty() as address, tempfile.TemporaryDirectory() as folder:
        return _python("sync_dlt", resource, url, address, folder)


def bare(database, resource, url, rows):
    """The same tables, and the locations in them that rows point at."""
    with database.migrated() as address:
        _python("sync_ours", "locations", url, DATABASE_URL=address)
        return _python("sync_bare", resource, url, address, rows)


def _whole(took):
    """Figures of a run that ended well; a half one would flatter."""
    if took["state"] != "complete" or took["failed"]:
        raise RuntimeError(f"The run did not end well: {took}")
    return took


def _python(module, *arguments, **variables):
    """What a module of this folder prints at its end."""
    return json.loads(_start(module, *arguments, **variables).splitlines()[-1])


def _start(module, *arguments, **variables):
    environment = {**os.environ, **variables, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stdout[-1000:]}\n{done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def served(customers, reviews, delay=0):
    """The address of a process that serves so many prepared rows, each page after `delay` milliseconds."""
    command = [sys.executable, "-m", "tests.benchmarks.prepared", str(customers), str(reviews), str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


# --- Where to ----------------------------------------------------------------------------------


class Sqlite:
    kind = "sqlite"

    def __init__(self, folder):
        self.folder = folder

    @contextmanager
    def empty(self):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"

    @contextmanager
    def migrated(self):
        with self.empty() as address:
            template.copy_sqlite(address.removeprefix("sqlite:///"))
            yield address


class Postgres:
    kind = "postgres"
    name = "aftercall_bench_lists"

    def __init__(self, folder):
        self.folder, self.server = folder, POSTGRES.rsplit("/", 1)[0]

    @contextmanager
    def empty(self):
        self._do("DROP DATABASE IF EXISTS {}")
        self._do("CREATE DATABASE {}")
        try:
            yield f"{self.server}/{self.name}"
        finally:
            self._do("DROP DATABASE IF EXISTS {}")

    @contextmanager
    def migrated(self):
        template.copy_postgres(self.server, self.name)
        try:
            yield f"{self.server}/{self.name}"
        finally:
            self._do("DROP DATABASE IF EXISTS {}")

    def _do(self, words):
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(sql.SQL(words).format(sql.Identifier(self.name)))


def is_up(address):
    with suppress(psycopg.Error):
        psycopg.connect(address, connect_timeout=3).close()
        return True
    return False
