"""A database of a benchmark's own, made for it and gone with it."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def database():
    """Within it the default connection is a migrated, empty database: a file of SQLite's, or one on PostgreSQL."""
    usual = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as folder:
        test = connection.settings_dict["TEST"]
        test["NAME"] = str(Path(folder) / "bench.sqlite3") if connection.vendor == "sqlite" else "test_aftercall_bench"
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield connection
        finally:
            connection.creation.destroy_test_db(usual, verbosity=0)
