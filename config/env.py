"""Typed readers of the environment, loud when a value is missing or wrong.

An empty variable counts as not set, as compose files leave them. Where the environment
is silent, `var/keys.env` answers: `make demo` writes the two keys there. Every variable
is listed, with a comment, in `config/env.example`.
"""

import os
import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
KEYS_FILE = VAR / "keys.env"
YES, NO = {"1", "on", "true", "yes", "y"}, {"0", "off", "false", "no", "n"}

_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")

_parse = environ.Env()


def read_keys():
    """Takes from `var/keys.env` what the environment does not say."""
    if KEYS_FILE.exists():
        for line in KEYS_FILE.read_text().splitlines():
            name, _, value = line.partition("=")
            if value and not text(name):
                os.environ[name] = value


def text(name, default=""):
    """The variable as text, stripped."""
    return os.environ.get(name, "").strip() or default


def switch(name, default=False):
    """The variable as a boolean: on/off, true/false, yes/no, 1/0. Any other word is refused."""
    word = text(name).lower()
    if word and word not in YES | NO:
        raise ImproperlyConfigured(f"{name} must be on or off, not “{word}”.")
    return word in YES if word else default


def number(name, default):
    """The variable as a whole number, 0 or more."""
    word = text(name, str(default))
    if not (word.isascii() and word.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{word}”.")
    return int(word)


def hours(name, default):
    """Two times of day like 08:00-21:00 as ("08:00", "21:00"); 00:00-24:00 is the whole day."""
    word = text(name, default)
    if not _HOURS.fullmatch(word):
        raise ImproperlyConfigured(f"{name} must be two times like 08:00-21:00, not “{word}”.")
    return tuple(word.split("-"))


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
    address = text(name, f"sqlite:///{VAR / 'aftercall.sqlite3'}")
    if not address.startswith(("sqlite:", "postgres:", "postgresql:")):
        raise ImproperlyConfigured(f"{name} must begin with sqlite:// or postgres://.")
    return _parse.db_url_config(address)


def mail(name, default):
    """`EMAIL_URL` (consolemail://, smtp+tls://user:password@host:587) as Django's EMAIL_ settings."""
    try:
        return _parse.email_url_config(text(name, default))
    except (KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is not a mail address like smtp+tls://user:password@host:587.") from error


read_keys()
