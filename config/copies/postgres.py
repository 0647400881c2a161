"""PostgreSQL through its own pg_dump and pg_restore."""

import os
import subprocess

from config.copies import CannotCopy

BEGINS = b"PGDMP"


def write(database, file):
    """Dumps the database to `file` in PostgreSQL's custom format, which is compressed."""
    _run(database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def read(database, file):
    """Puts the dump in the database's place, all of it or nothing."""
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run(database, "pg_restore", *options, str(file))


def _run(database, program, *arguments):
    where = {"PGHOST": database["HOST"], "PGPORT": database["PORT"], "PGUSER": database["USER"]}
    where |= {"PGPASSWORD": database["PASSWORD"], "PGDATABASE": database["NAME"]}
    known = {name: str(value) for name, value in where.items() if value}
    into = ["--dbname", database["NAME"]] if program == "pg_restore" else []
    try:
        done = subprocess.run(  # noqa: S603  (fixed programs; the file's name is one argument)
            [program, *into, *arguments], env={**os.environ, **known}, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise CannotCopy(f"{program} is not on PATH: install PostgreSQL's client programs.") from error
    if done.returncode:
        words = " ".join(done.stderr.split())[-400:]
        raise CannotCopy(f"{program} failed: {words}")
