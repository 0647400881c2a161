"""Secrets at rest: sealed, bound to their row, opened by the right key or not at all."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection as database
from hypothesis import given
from hypothesis import strategies as st

from integrations.fields import SecretUnreadable, new_key, seal, unseal
from integrations.models import Connection

LEAVES = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
SECRET = {"token": "a-key-that-nobody-may-read"}


@pytest.fixture
def stored(db):
    row = Connection.objects.of("trestle")
    row.saved_secrets = SECRET
    row.save()
    return row


def column(row):
    with database.cursor() as cursor:
        cursor.execute("SELECT saved_secrets FROM integrations_connection WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


@given(JSON)
def test_whatever_json_holds_comes_back(value):
    assert unseal(seal(value, "a"), "a") == value


def test_two_seals_of_one_value_look_different():
    assert seal("x", "a") != seal("x", "a")


@given(st.text(max_size=60))
def test_text_that_was_never_sealed_does_not_open(text):
    with pytest.raises(SecretUnreadable):
        unseal(text, "a")


@pytest.mark.parametrize("at", [3, 12, 14, 30, -2])
def test_a_changed_character_does_not_open(at):
    sealed = list(seal(SECRET, "a"))
    sealed[at] = "A" if sealed[at] != "A" else "B"
    with pytest.raises(SecretUnreadable):
        unseal("".join(sealed), "a")


def test_a_seal_moved_to_another_row_does_not_open():
    with pytest.raises(SecretUnreadable):
        unseal(seal(SECRET, "connection/1"), "connection/2")


def test_keys_rotate_newest_first(settings):
    old, new = new_key(), new_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    sealed = seal(SECRET, "a")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert unseal(sealed, "a") == SECRET
    by_new = seal(SECRET, "a")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert unseal(by_new, "a") == SECRET
    with pytest.raises(SecretUnreadable):
        unseal(sealed, "a")


@pytest.mark.parametrize("keys", [[], ["c2hvcnQ="]])
def test_no_key_or_a_short_one_is_refused(settings, keys):
    settings.FIELD_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        seal(SECRET, "a")


@pytest.mark.both
def test_the_database_never_holds_the_secret_in_the_clear(stored):
    assert SECRET["token"] not in column(stored)
    assert column(stored).startswith("v1:")
    assert Connection.objects.get(pk=stored.pk).saved_secrets == SECRET


def test_a_column_copied_from_another_row_does_not_open(stored):
    other = Connection.objects.of("ccai")
    copy = "UPDATE integrations_connection SET saved_secrets = %s WHERE id = %s"
    with database.cursor() as cursor:
        cursor.execute(copy, [column(stored), other.pk])
    with pytest.raises(SecretUnreadable):
        _ = Connection.objects.get(pk=other.pk).saved_secrets


def test_a_row_whose_secret_cannot_be_opened_is_saved_without_touching_it(stored, settings):
    before = column(stored)
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]
    row = Connection.objects.get(pk=stored.pk)
    row.time_zone = "Europe/Berlin"
    row.save()
    assert column(row) == before


def test_a_secret_is_not_written_past_its_row(stored):
    with pytest.raises(TypeError):
        Connection.objects.filter(pk=stored.pk).update(saved_secrets=SECRET)
