"""What a process does not need to do while it reads a long list."""

import gc
from contextlib import contextmanager

from django.db import connection as database

# Rows make no circles: looking for them every 700 objects took an eighth of the time.
OBJECTS_BETWEEN_LOOKS = 50_000
# Of SQLite, while a list is read:
#   cache_size          KiB of the file in memory; its own 2,000 are not the indexes of 100,000 rows
#   wal_autocheckpoint  pages written before they are moved to their place: an index page moves once for many commits
#   synchronous         1, NORMAL: a commit comes to the disk a moment later, as on PostgreSQL (storing.py). What a
#                       power cut takes with it, rows and cursors together, is read again; other people's commits
#                       are as safe as before
MEANWHILE = {"cache_size": -16_384, "wal_autocheckpoint": 8_000, "synchronous": 1}


@contextmanager
def quietly():
    """The garbage collector looks seldom; SQLite keeps its indexes at hand and waits less for the disk."""
    looks, usual = gc.get_threshold(), _set(MEANWHILE)
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, *looks[1:])
    try:
        yield
    finally:
        gc.set_threshold(*looks)
        _set(usual)


def _set(values):
    """Sets SQLite's `PRAGMA`s and gives what they were. Nothing elsewhere, and nothing within a transaction."""
    if database.vendor != "sqlite" or database.in_atomic_block:
        return {}
    with database.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in values}
        for name, value in values.items():
            cursor.execute(f"PRAGMA {name} = {int(value)}")
    return before
