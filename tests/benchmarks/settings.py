"""The tests' settings, with the database as careful as in production: figures must not flatter."""

from tests.settings import *  # noqa: F403

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        f"PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;{SQLITE_READS}"  # noqa: F405
    )
else:
    DATABASES["default"]["OPTIONS"]["options"] = POSTGRES_OPTIONS  # noqa: F405
