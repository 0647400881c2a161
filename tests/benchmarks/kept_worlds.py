"""Made-up worlds that are kept between benchmarks: a million calls take minutes to write and a moment to find again.

On SQLite a file under var/benchmarks/, on PostgreSQL a database. Each says of which tables and which program it is, and
is made anew when one of these has changed.
"""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

from tests import template

POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
# All worlds end there, and their pages are opened at that moment (pages_of.py).
UNTIL = "2026-03-11T15:30:00+00:00"


@dataclass(frozen=True)
class Size:
    name: str
    calls: int
    customers: int
    reviews: int


SMALL = Size("small", 1_000, 100, 1_000)
BIG = Size("big", 1_000_000, 100_000, 1_000_000)


def made_of():
    """Tells worlds of one making from those of another."""
    found = hashlib.sha256(template.digest().encode())
    for folder in ("config/big_world", "feedback/tallies"):
        for file in sorted((settings.BASE_DIR / folder).glob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()[:16]


class Sqlite:
    """Worlds in files."""

    name = "SQLite"

    def __init__(self):
        self.folder = settings.VAR_DIR / "benchmarks"
        self.folder.mkdir(parents=True, exist_ok=True)

    def world(self, size):
        """The address of a world of this Size, made now where it is not kept."""
        file = self.folder / f"{size.name}.sqlite3"
        said = file.with_suffix(".made-of")
        if not (file.exists() and said.exists() and said.read_text() == made_of()):
            self._make(file, said, size)
        return f"sqlite:///{file}"

    def _make(self, file, said, size):
        for old in (said, file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            old.unlink(missing_ok=True)
        now = made_of()  # before it is made: what is changed meanwhile is not in it
        template.copy_sqlite(str(file))
        _fill(f"sqlite:///{file}", size)
        said.write_text(now)


class Postgres:
    """Worlds in databases, which say in their comment what they are made of."""

    name = "PostgreSQL"

    def __init__(self):
        self.server = POSTGRES.rsplit("/", 1)[0]

    def world(self, size):
        """As of Sqlite."""
        name = f"aftercall_bench_{size.name}"
        now = made_of()
        if self._said(name) != now:
            template.copy_postgres(self.server, name)
            _fill(f"{self.server}/{name}", size)
            self._say(name, now)
        return f"{self.server}/{name}"

    def _said(self, name):
        with psycopg.connect(POSTGRES) as admin:
            words = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
            row = admin.execute(words, [name]).fetchone()
        return row and row[0]

    def _say(self, name, made):
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            words = sql.SQL("COMMENT ON DATABASE {} IS {}")
            admin.execute(words.format(sql.Identifier(name), sql.Literal(made)))


def _fill(address, size):
    """In a process of its own, connected to that database alone."""
    sizes = [f"--{name}={getattr(size, name)}" for name in ("calls", "customers", "reviews")]
    print(
        f"  making the {size.name} world of {size.calls:,} calls: kept for the next time", file=sys.stderr, flush=True
    )
    subprocess.run(
        [sys.executable, "manage.py", "make_world", *sizes, "--until", UNTIL],
        env=environment(address), stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True,
    )  # fmt: skip


def environment(address):
    """The variables of a process whose database is at this address."""
    return {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
