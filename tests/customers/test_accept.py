"""An invitation is accepted: name, password, and one is in; or a sentence that gives nothing away."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from config.logs import mask
from customers.models import Invitation
from customers.services import invitations
from tests.world import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NEW = "new.person@example.test"
OVER = "This link does not work any more"


@pytest.fixture
def invited(world):
    """(the invitation, the path of its link)."""
    invitation, link = invitations.invite(world.admin, NEW, "supervisor", [world.harbor], name="New Person")
    return invitation, link.removeprefix("http://127.0.0.1:8000")


def accept(client, path, password="a-quiet-desk-at-the-window", again=None, name="Nia Newcomer"):
    client.get(path)
    data = {"name": name, "password1": password, "password2": password if again is None else again}
    return client.post(reverse("customers:accept"), data)


def test_name_and_password_make_a_user_as_invited_who_is_signed_in(client, invited, world):
    invitation, path = invited
    followed = client.get(path)
    assert followed["Location"] == reverse("customers:accept")  # the token leaves the address at once
    page = client.get(followed["Location"]).content.decode()
    assert 'value="New Person"' in page and NEW in page and "Ana Admin" in page
    assert accept(client, path)["Location"] == reverse("home")
    user = User.objects.get(email=NEW)
    assert (user.name, user.role, user.time_zone) == ("Nia Newcomer", "supervisor", "America/Los_Angeles")
    assert list(user.locations.all()) == [world.harbor] and not user.sees_all_locations
    assert client.get(reverse("feedback:overview")).status_code == 200
    invitation.refresh_from_db()
    assert invitation.user == user and invitation.accepted_at
    assert AuditEntry.objects.filter(deed="accepted an invitation", actor=user).exists()
    signs_in = Client().post(reverse("account_login"), {"login": NEW, "password": "a-quiet-desk-at-the-window"})
    assert signs_in.status_code == 302


def test_every_link_that_opens_nothing_gets_the_same_page(client, invited, world):
    _, path = invited
    answers = [client.get("/invite/a-link-nobody-sent/")]
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        answers.append(client.get(path))
    accept(Client(), path)
    answers.append(client.get(path))
    second, link = invitations.invite(world.admin, "second@example.test", "agent")
    invitations.cancel(world.admin, second)
    answers.append(client.get(link.removeprefix("http://127.0.0.1:8000")))
    answers.append(client.get(reverse("customers:accept")))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content.split(b"<main")[1] for answer in answers}) == 1
    assert OVER in answers[0].content.decode()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("password1", {"password": "short"}),
        ("password1", {"password": "password12345"}),
        ("password1", {"password": NEW}),
        ("password2", {"again": "something else"}),
        ("name", {"name": " "}),
        ("name", {"name": "x" * 151}),
    ],
)
def test_what_does_not_pass_gets_a_sentence_and_the_link_stays_good(client, invited, field, given):
    answer = accept(client, invited[1], **given)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert not User.objects.filter(email=NEW).exists()
    assert accept(client, invited[1]).status_code == 302


def test_an_address_that_got_an_account_meanwhile_is_told_so(client, invited):
    make_user("NEW.PERSON@example.test")
    answer = accept(client, invited[1])
    assert answer.status_code == 422 and "has an account already. Sign in" in answer.content.decode()
    assert Invitation.objects.get().is_pending


def test_a_form_open_while_the_invitation_is_cancelled_opens_nothing(client, invited, world):
    client.get(invited[1])
    invitations.cancel(world.admin, invited[0])
    assert accept(client, reverse("customers:accept")).status_code == 404
    assert not User.objects.filter(email=NEW).exists()


def test_who_is_signed_in_is_told_to_sign_out_first_and_uses_nothing_up(as_agent, invited):
    assert "You are signed in" in as_agent.get(invited[1]).content.decode()
    assert "You are signed in" in accept(as_agent, reverse("customers:accept")).content.decode()
    assert Invitation.objects.get().is_pending


def test_guessing_is_slowed_down(client, settings, world):
    settings.ACCOUNT_RATE_LIMITS = {"accept_invitation": "3/15m/ip"}
    answers = [client.get(f"/invite/guess-{number}/").status_code for number in range(4)]
    assert answers == [404, 404, 404, 429]


def test_the_token_is_in_no_log_line():
    assert mask("Too Many Requests: /invite/Zm9v-YmFy_1/") == "Too Many Requests: /invite/•••/"


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_user(world):
    invitation, _ = invitations.invite(world.admin, NEW, "agent")
    said = []

    def press():
        try:
            invitations.accept(Invitation.objects.get(pk=invitation.pk), "Nia", PASSWORD)
            said.append("in")
        except (invitations.NoLonger, invitations.HasAccount) as why:
            said.append(type(why).__name__)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["NoLonger", "in"]
    assert User.objects.filter(email=NEW).count() == 1
