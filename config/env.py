"""Typed readers of the environment, loud when a value is missing or wrong.

Where the environment is silent, `var/keys.env` answers: `make demo` writes the
two keys there. Every variable is listed, with a comment, in `config/env.example`.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
KEYS_FILE = VAR / "keys.env"

read = environ.Env()
if KEYS_FILE.exists():
    environ.Env.read_env(KEYS_FILE)  # never overrides what the environment says


def text(name, default=""):
    """The variable as text, stripped."""
    return read.str(name, default=default).strip()


def switch(name, default=False):
    """The variable as a boolean: on/off, true/false, yes/no, 1/0."""
    return read.bool(name, default=default)


def words(name, default=()):
    """A comma list as a list of words without the empty ones."""
    return [word.strip() for word in text(name, ",".join(default)).split(",") if word.strip()]


def url(name, default):
    """An http(s) address without its trailing slash."""
    value = text(name, default).rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must start with http:// or https://, not “{value}”.")
    return value


def required(name):
    """The variable, which must not be empty."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. For a trial run `make demo`, which writes {KEYS_FILE.name} under var/; "
            "in production set it in the environment (config/env.example says how to make one)."
        )
    return value


def database(name):
    """`DATABASE_URL` as Django's setting; SQLite under var/ when silent."""
    return read.db_url(name, default=f"sqlite:///{VAR / 'aftercall.sqlite3'}")
