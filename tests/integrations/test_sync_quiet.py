"""What SQLite is told while a long list is read, and that it is as careful as before when it has been read."""

import pytest
from django.db import connection

from integrations.sync.quiet import MEANWHILE, quietly

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own settings"),
]


def settings():
    with connection.cursor() as cursor:
        return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in MEANWHILE}


def test_a_commit_waits_for_the_disk_again_when_the_list_has_been_read():
    before = settings()
    with quietly():
        assert settings() == MEANWHILE
    assert settings() == before != MEANWHILE


def test_also_when_reading_ends_in_an_error():
    before = settings()
    with pytest.raises(ZeroDivisionError), quietly():
        _ = 1 / 0
    assert settings() == before
