"""`backup` and `restore`: what was there is there again, on both databases."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from integrations.models import Connection, Delivery
from tests.world import connection as vendor_connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def copy(tmp_path):
    return tmp_path / "copy.backup"


def waiting_delivery():
    plivo = vendor_connection("plivo")
    return Delivery.objects.create(kind="plivo.call_feedback", key="call:1", connection=plivo)


@pytest.mark.both
def test_a_restored_database_is_as_it_was_at_the_backup(world, copy):
    call_command("backup", copy)
    User.objects.filter(pk=world.agent.pk).update(name="Changed later")
    call_command("restore", copy, force=True)
    assert User.objects.get(pk=world.agent.pk).name == world.agent.name


@pytest.mark.both
def test_what_waited_at_the_backup_is_marked_as_perhaps_sent_twice(copy):
    waiting = waiting_delivery()
    call_command("backup", copy)
    call_command("restore", copy, force=True)
    waiting.refresh_from_db()
    assert waiting.maybe_double
    assert "may have been sent before" in waiting.note


@pytest.mark.both
def test_a_database_with_data_is_replaced_only_by_force(world, copy):
    call_command("backup", copy)
    User.objects.filter(pk=world.agent.pk).update(name="Newer")
    with pytest.raises(CommandError, match="--force"):
        call_command("restore", copy)
    assert User.objects.get(pk=world.agent.pk).name == "Newer"


def test_a_file_that_is_there_is_overwritten_only_by_force(copy):
    copy.write_text("precious")
    with pytest.raises(CommandError, match="--force"):
        call_command("backup", copy)
    assert copy.read_text() == "precious"
    call_command("backup", copy, force=True)
    assert copy.stat().st_size > 1000


@pytest.mark.both
@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00 and then nothing", b"PGDMP!"])
def test_what_is_no_backup_is_refused_and_changes_nothing(world, copy, content):
    copy.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("restore", copy, force=True)
    assert User.objects.filter(pk=world.agent.pk).exists()


def test_a_missing_file_is_said_in_a_sentence(copy):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("restore", copy, force=True)


def test_a_backup_is_for_its_owners_eyes_only(copy):
    call_command("backup", copy)
    assert copy.stat().st_mode & 0o077 == 0


def test_secrets_are_sealed_in_the_backup_and_lost_keys_are_said(copy, settings, capsys):
    row = vendor_connection("plivo")
    row.origin, row.saved_secrets = "saved", {"auth_token": "open-sesame"}
    row.save()
    call_command("backup", copy)
    assert b"open-sesame" not in copy.read_bytes()
    settings.FIELD_ENCRYPTION_KEYS = ["AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
    call_command("restore", copy, force=True)
    assert "enter them again" in capsys.readouterr().err
    assert Connection.objects.filter(pk=row.pk).exists()
