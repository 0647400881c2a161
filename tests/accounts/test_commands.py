"""create_user and create_token, as typed in a shell: what they print and how they exit."""

import io
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken, AuditEntry, User
from tests.world import PASSWORD


def run(*words, stdin=None, monkeypatch=None):
    """What the command prints. Raises CommandError as the shell's exit status 1 or 2 would say."""
    out = io.StringIO()
    if stdin is not None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_user_with_a_password_from_standard_input_can_sign_in(db, client, monkeypatch):
    printed = run(
        "create_user", "New@Example.test", "--role", "supervisor", "--name", "Nia New", "--password-stdin",
        stdin=f"{PASSWORD}\n", monkeypatch=monkeypatch,
    )  # fmt: skip
    user = User.objects.get(email="new@example.test")
    assert (user.name, user.role, user.sees_all_locations, user.is_staff) == ("Nia New", "supervisor", False, False)
    assert client.login(email="new@example.test", password=PASSWORD)
    assert PASSWORD not in printed
    assert AuditEntry.objects.get().deed == "made user"


def test_without_a_password_it_says_how_to_set_one_and_nobody_signs_in_yet(db):
    printed = run("create_user", "new@example.test", "--role", "agent")
    assert "/accounts/password/reset/" in printed
    assert not User.objects.get().has_usable_password()


def test_all_locations_and_staff_are_asked_for(db):
    run("create_user", "boss@example.test", "--role", "admin", "--all-locations", "--staff")
    user = User.objects.get()
    assert (user.sees_all_locations, user.is_staff, user.is_superuser) == (True, True, True)


@pytest.mark.parametrize(
    ("words", "stdin", "sentence"),
    [
        (["agent@example.test", "--role", "agent"], None, "already exists"),
        (["AGENT@example.test", "--role", "agent"], None, "already exists"),
        (["no-address", "--role", "agent"], None, "an e-mail address like"),
        (["new@example.test", "--role", "agent", "--password-stdin"], "short\n", "too short"),
        (["new@example.test", "--role", "agent", "--password-stdin"], "", "too short"),
        (["new@example.test", "--role", "agent", "--name", "x" * 151], None, "150"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_made(world, monkeypatch, words, stdin, sentence):
    before = User.objects.count()
    with pytest.raises(CommandError, match=sentence) as failed:
        run("create_user", *words, stdin=stdin, monkeypatch=monkeypatch)
    assert failed.value.returncode == 1
    assert "\n" not in str(failed.value)
    assert User.objects.count() == before


def test_staff_is_for_admins_only(db):
    with pytest.raises(CommandError) as failed:
        run("create_user", "new@example.test", "--role", "agent", "--staff")
    assert failed.value.returncode == 2


def test_a_token_is_printed_once_and_alone_and_opens_the_api(world, client):
    printed = run("create_token", "Agent@example.test", "--name", "export")
    secret = printed.strip()
    assert secret.startswith("ac_")
    assert client.get("/api/v1/users/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    token = ApiToken.objects.get()
    assert (token.scope, token.expires_at) == ("read", None)


def test_a_token_may_write_and_expire(world):
    run("create_token", "agent@example.test", "--name", "dialer", "--scope", "write", "--days", "30")
    token = ApiToken.objects.get()
    assert token.scope == "write"
    assert (token.expires_at - token.created_at).days in (29, 30)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["nobody@example.test", "--name", "x"], 1),
        (["agent@example.test", "--name", "taken"], 1),
        (["agent@example.test", "--name", " "], 2),
        (["agent@example.test", "--name", "x" * 101], 2),
        (["agent@example.test", "--name", "x", "--days", "0"], 2),
        (["agent@example.test", "--name", "x", "--days", "99999999"], 2),
    ],
)
def test_no_token_is_made_where_something_is_wrong(world, words, status):
    ApiToken.objects.issue(world.agent, "taken")
    with pytest.raises(CommandError) as failed:
        run("create_token", *words)
    assert failed.value.returncode == status
    assert ApiToken.objects.count() == 1


def test_a_deactivated_person_gets_no_token(world):
    User.objects.filter(pk=world.agent.pk).update(is_active=False)
    with pytest.raises(CommandError, match="Nobody active"):
        run("create_token", "agent@example.test", "--name", "x")


@pytest.mark.parametrize(
    "words",
    [["create_user", "a@b.test"], ["create_user", "a@b.test", "--role", "king"], ["create_token", "a@b.test"]],
)
def test_wrong_usage_exits_with_2_and_says_so_on_standard_error(words):
    ended = subprocess.run(
        [sys.executable, "manage.py", *words],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "error:" in ended.stderr
