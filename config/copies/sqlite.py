"""SQLite through its online backup: a consistent copy while others write."""

import sqlite3
from contextlib import closing
from pathlib import Path

from config.copies import CannotCopy

BEGINS = b"SQLite format 3\x00"


def write(database, file):
    """Copies the database to `file`. `database` is Django's settings dict."""
    with closing(sqlite3.connect(database["NAME"])) as source, closing(sqlite3.connect(file)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
        _require_sound(copy, file)


def read(database, file):
    """Puts the copy in the database's place, in one transaction. Raises CannotCopy for a file that is no sound copy."""
    with closing(sqlite3.connect(f"{Path(file).absolute().as_uri()}?mode=ro", uri=True)) as copy:
        _require_sound(copy, file)
        with closing(sqlite3.connect(database["NAME"], timeout=20)) as target:
            copy.backup(target)


def _require_sound(copy, file):
    try:
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        copy.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except sqlite3.Error as error:
        raise CannotCopy(f"{file} is not a sound copy of this database: {error}.") from error
    if not sound:
        raise CannotCopy(f"{file} is damaged.")
