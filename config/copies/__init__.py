"""Copies of the database for safe keeping: how each kind of database is written to a file and read back."""


class CannotCopy(Exception):
    """Said to the person in one sentence; nothing was changed."""


def of(connection):
    """The module that copies this connection's kind of database: `write(settings, file)`, `read(settings, file)`."""
    from config.copies import postgres, sqlite

    return sqlite if connection.vendor == "sqlite" else postgres
