"""What the sandbox remembers: small JSON documents, in memory and, with a path, in a SQLite file.

Every read is answered from memory; every write goes to the file before the vendor
answers, so a killed process has lost no accepted call.
"""

import json
import sqlite3
import threading
from contextlib import contextmanager


class Store:
    """Documents by kind and key, in the order they first came. Thread-safe."""

    def __init__(self, path=None):
        self.lock = threading.RLock()
        self._kinds = {}
        # Autocommit: a write is in the file when `put` returns, unless inside `together`.
        self._db = sqlite3.connect(str(path or ":memory:"), check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # NORMAL survives a killed process; only a power cut may lose the last moment.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS document"
            " (n INTEGER PRIMARY KEY, kind TEXT, key TEXT, body TEXT, UNIQUE (kind, key))"
        )
        for kind, key, body in self._db.execute("SELECT kind, key, body FROM document ORDER BY n"):
            self._kinds.setdefault(kind, {})[key] = json.loads(body)

    def put(self, kind, key, body):
        """Keep `body` (JSON-able, not changed afterwards) under kind and key; returns it."""
        with self.lock:
            self._kinds.setdefault(kind, {})[str(key)] = body
            self._db.execute(
                "INSERT INTO document (kind, key, body) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                (kind, str(key), json.dumps(body)),
            )
        return body

    def get(self, kind, key, default=None):
        """The document, or `default`."""
        with self.lock:
            return self._kinds.get(kind, {}).get(str(key), default)

    def all(self, kind):
        """Every document of a kind, oldest first."""
        with self.lock:
            return list(self._kinds.get(kind, {}).values())

    def drop(self, kind, key):
        """Forget one document; none there is fine."""
        with self.lock:
            self._kinds.get(kind, {}).pop(str(key), None)
            self._db.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, str(key)))

    def clear(self, kind):
        """Forget every document of a kind."""
        with self.lock:
            self._kinds.pop(kind, None)
            self._db.execute("DELETE FROM document WHERE kind = ?", (kind,))

    def next(self, name, first=1):
        """The next whole number of a counter that begins at `first`."""
        with self.lock:
            return self.put("counter", name, self.get("counter", name, first - 1) + 1)

    @contextmanager
    def together(self):
        """Several writes that reach the file as one, or (when the process dies) not at all."""
        with self.lock:
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                # What memory already answers must be in the file too, so there is no rollback.
                self._db.execute("COMMIT")

    @contextmanager
    def undivided(self):
        """Work on a vendor's own tables that reaches the file as one, or (when it raises) not at all."""
        with self.lock:
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def sql(self, statement, values=()):
        """Run one statement on a vendor's own tables; its rows. For records too many to be documents."""
        with self.lock:
            return self._db.execute(statement, values).fetchall()

    def many(self, statement, rows):
        """Run one statement for each of `rows` (any iterable of values)."""
        with self.lock:
            self._db.executemany(statement, rows)

    def close(self):
        with self.lock:
            self._db.close()
