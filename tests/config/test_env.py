"""The environment is read by type; a wrong value is refused in a sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env, keys

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("word", "value"), [("on", True), ("TRUE", True), ("1", True), ("off", False), ("no", False)])
def test_a_switch_reads_plain_words(monkeypatch, word, value):
    monkeypatch.setenv("DEBUG", word)
    assert env.switch("DEBUG", not value) is value


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    for name in ("DEBUG", "PORT", "PUBLIC_URL", "DATABASE_URL", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "")
    assert env.switch("DEBUG", True) is True
    assert env.number("PORT", 8000) == 8000
    assert env.url("PUBLIC_URL", "https://x.example/") == "https://x.example"
    assert env.database("DATABASE_URL")["ENGINE"].endswith("sqlite3")
    assert env.words("ALLOWED_HOSTS", ["a"]) == ["a"]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda name: env.switch(name), "perhaps"),
        (lambda name: env.number(name, 1), "many"),
        (lambda name: env.number(name, 1), "-3"),
        (lambda name: env.url(name, "https://x"), "ftp://x"),
        (lambda name: env.database(name), "mysql://x/y"),
        (lambda name: env.mail(name, "consolemail://"), "pigeon://post"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(monkeypatch, read, value):
    monkeypatch.setenv("SOME_NAME", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_NAME"):
        read("SOME_NAME")


def test_keys_are_made_once_and_never_in_place_of_given_ones(monkeypatch, tmp_path):
    file = tmp_path / "keys.env"
    for module in (env, keys):
        monkeypatch.setattr(module, "KEYS_FILE", file)
    monkeypatch.setenv("SECRET_KEY", "given")
    monkeypatch.setenv("FIELD_ENCRYPTION_KEYS", "")
    keys.ensure()
    first = file.read_text()
    assert first.startswith("FIELD_ENCRYPTION_KEYS=")
    assert "SECRET_KEY" not in first
    assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("FIELD_ENCRYPTION_KEYS", "")
    env.read_keys()
    keys.ensure()
    assert file.read_text() == first
    assert f"FIELD_ENCRYPTION_KEYS={os.environ['FIELD_ENCRYPTION_KEYS']}\n" == first


def test_without_keys_a_command_ends_with_one_sentence():
    # As in a fresh clone: no keys in the environment, and none left behind by a demo.
    start = "import os, config.env; os.environ.pop('SECRET_KEY', None); import manage; manage.main()"
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", start, "check"], cwd=ROOT, env=bare, capture_output=True, text=True)
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_variable_that_is_read_stands_in_the_example():
    text = (ROOT / "config" / "env.example").read_text()
    source = "".join((ROOT / "config" / name).read_text() for name in ("settings.py", "demo/environment.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    assert len(read) > 20
    assert {name for name in read if not re.search(rf"^{name}=", text, re.M)} == set()
