"""The database of a test run: a file per worker, so that live servers and a real `qcluster` share it."""

import os

import pytest
from django.db import connection, transaction

from tests import emptying, template


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """SQLite: a file of this worker's own. PostgreSQL: a database named after this process."""
    test, creation = connection.settings_dict["TEST"], connection.creation
    if connection.vendor == "sqlite":
        test["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        creation._create_test_db = lambda *how, **more: _made(template.copy_sqlite, test["NAME"])
    else:
        test["NAME"] = f"test_aftercall_{os.getpid()}"
        creation._create_test_db = lambda *how, **more: _made(template.copy_postgres, server(), test["NAME"])


def _made(copy, *where):
    copy(*where)
    return where[-1]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """What migrating left is what every test begins with."""
    with django_db_blocker.unblock():
        emptying.remember()


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """A transaction round all tests of a file: rows of a module's own fixture stand for each, and are made once.

    Each test's own transaction lies within. So all tests of such a file must ask for those rows.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def url_of_test_database():
    """The address of the database this test writes to, for a process that the test starts."""
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{server()}/{name}"


def server():
    """The address of PostgreSQL, without a database."""
    at = connection.settings_dict
    who = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    return f"postgres://{who}@{at['HOST']}:{at['PORT'] or 5432}"
