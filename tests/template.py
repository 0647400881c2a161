"""One migrated database, kept and copied: migrating anew takes seconds, and every process of every run would.

Its name holds a digest of all migrations, so that a changed one makes a new template. What migrating
does at its end (content types, permissions, connections, schedules) runs again on each copy.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import psycopg
from django.apps import apps
from django.conf import settings
from psycopg import sql

FORGOTTEN_AFTER = 7 * 86_400  # seconds; a template nobody made again in a week belongs to migrations of the past
LOCK = 1_173_205  # any number that nobody else takes, for PostgreSQL's advisory lock
PREFIX = "aftercall_template_"


def digest():
    """Tells one set of migrations from another."""
    found = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            found.update(f"{app.label} {file.name} ".encode() + file.read_bytes())
    return found.hexdigest()[:16]


def copy_sqlite(path):
    """A migrated SQLite database at `path`."""
    folder = settings.VAR_DIR / "test-databases"
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / f"{digest()}.sqlite3"
    with _alone(folder / "lock"):
        if not template.exists():
            _forget(folder)
            with TemporaryDirectory(dir=folder) as making:
                _migrate(f"sqlite:///{making}/made.sqlite3")
                Path(making, "made.sqlite3").rename(template)
        shutil.copyfile(template, path)


@contextmanager
def _alone(path):
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _forget(folder):
    for file in folder.glob("*.sqlite3"):
        if file.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
            file.unlink()


def copy_postgres(server, name):
    """A migrated PostgreSQL database called `name`. `server`: the address up to the database's name."""
    template = PREFIX + digest()
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # let go with the connection
        if template not in _databases(admin):
            _make_postgres(admin, server, template)
        _drop(admin, name)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def _databases(admin):
    """Every database's name with what is said about it."""
    return dict(admin.execute("SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database").fetchall())


def _make_postgres(admin, server, template):
    making = PREFIX + "making"
    for name, made in _databases(admin).items():
        if name == making or (name.startswith(PREFIX) and int(made or 0) < time.time() - FORGOTTEN_AFTER):
            _drop(admin, name)
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    _migrate(f"{server}/{making}")
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(template)))
    said = sql.Literal(str(int(time.time())))
    admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), said))


def _drop(admin, name):
    with suppress(psycopg.errors.InvalidCatalogName):
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _migrate(url):
    """Migrates the empty database at `url`, in a process of its own: nothing of ours is connected to it."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--no-input"],
        cwd=settings.BASE_DIR, env=environment, check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
