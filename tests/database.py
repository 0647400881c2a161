"""The database of a test run: a file per worker, so that live servers and a real `qcluster` share it."""

import os

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """SQLite: a file of this worker's own. PostgreSQL: a database named after this process."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        test["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        test["NAME"] = f"test_aftercall_{os.getpid()}"
        connection.ops.sql_flush = _deletes


def _deletes(style, tables, *, reset_sequences=False, allow_cascade=False):
    """Empties the tables after a transactional test. TRUNCATE makes new files for each table and index, which
    takes a second for ours; rows are few, and foreign keys are looked at only when all are gone."""
    return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]


def url_of_test_database():
    """The address of the database this test writes to, for a process that the test starts."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    return f"postgres://{who}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"
