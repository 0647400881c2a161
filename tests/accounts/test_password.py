"""Changing a password, and choosing a new one by mail."""

import re
from datetime import timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken
from tests.accounts.test_sign_in import WRONG, is_in, sign_in
from tests.world import PASSWORD

NEW = "another-quiet-desk-upstairs"


class DeafServer(EmailBackend):
    def send_messages(self, messages):
        raise SMTPException("nobody listens")


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": again or new}
    )


def ask(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def mailed_link():
    """The path in the last mail."""
    return urlsplit(re.search(r"https?://\S+", mail.outbox[-1].body).group()).path


def follow(client, link, new=NEW, again=None):
    """Open the link as a browser does, then send the form."""
    form = client.get(link)
    return (
        client.post(form["Location"], {"password1": new, "password2": again or new})
        if form.status_code == 302
        else form
    )


def test_a_changed_password_keeps_this_session_and_ends_all_others(world):
    desk, home = Client(), Client()
    for browser in (desk, home):
        sign_in(browser, "agent@example.test")
    assert change(desk)["Location"] == reverse("accounts:profile")
    assert is_in(desk)
    assert not is_in(home)
    assert sign_in(Client(), "agent@example.test", NEW).status_code == 302
    assert sign_in(Client(), "agent@example.test").status_code == 422


def test_the_person_is_told_of_a_changed_password_by_mail(as_agent):
    change(as_agent)
    assert mail.outbox[-1].to == ["agent@example.test"]
    assert mail.outbox[-1].subject == "Your Aftercall password was changed"
    assert NEW not in mail.outbox[-1].body


def test_a_changed_password_stands_even_when_the_mail_server_is_deaf(as_agent, settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeafServer"
    assert change(as_agent).status_code == 302
    assert sign_in(Client(), "agent@example.test", NEW).status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [
        ("short", "short", "password1"),
        ("password12345", "password12345", "password1"),
        ("agent@example.test", "agent@example.test", "password1"),
        (NEW, "something-else-altogether", "password2"),
        ("", "", "password1"),
        ("nul\0nul-nul-nul", "nul\0nul-nul-nul", "password1"),
    ],
)
def test_a_weak_or_mistyped_password_gets_a_sentence_next_to_its_field(as_agent, new, again, field):
    response = change(as_agent, new=new, again=again)
    assert response.status_code == 422
    assert response.context["form"].errors[field]


def test_a_very_long_password_of_any_letters_is_taken(as_agent):
    long = "größer 🦉 " * 20
    assert change(as_agent, new=long).status_code == 302
    assert sign_in(Client(), "agent@example.test", long).status_code == 302


def test_the_old_password_cannot_be_guessed_at_an_unlocked_desk(as_agent):
    answers = [change(as_agent, old=WRONG).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_link_by_mail_sets_a_new_password_once_and_ends_all_sessions(world, as_agent):
    browser = Client()
    assert ask(browser, "AGENT@example.test")["Location"] == reverse("account_reset_password_done")
    assert mail.outbox[-1].to == ["agent@example.test"]
    link = mailed_link()
    assert follow(browser, link)["Location"] == reverse("account_reset_password_from_key_done")
    assert not is_in(as_agent)
    assert sign_in(Client(), "agent@example.test", NEW).status_code == 302
    assert "does not work any more" in follow(Client(), link).content.decode()


def test_the_key_does_not_stay_in_the_address(world, client):
    ask(client, "agent@example.test")
    link = mailed_link()
    assert client.get(link)["Location"].endswith("-set-password/")


def test_the_link_leads_to_the_public_address_whatever_the_host_header_says(world, settings):
    settings.PUBLIC_URL = "https://calls.example.test"
    ask(Client(HTTP_HOST="localhost"), "agent@example.test")
    assert "https://calls.example.test/accounts/password/reset/key/" in mail.outbox[-1].body


def test_asking_for_an_unknown_or_closed_address_looks_the_same_and_writes_to_nobody(world, client):
    world.colleague.is_active = False
    world.colleague.save()
    for email in ("nobody@example.test", "colleague@example.test"):
        assert ask(client, email)["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


def test_a_deaf_mail_server_does_not_say_who_has_an_account(world, client, settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeafServer"
    assert ask(client, "agent@example.test").status_code == ask(client, "nobody@example.test").status_code == 302


def test_one_mailbox_is_not_flooded(world, client):
    answers = [ask(client, "agent@example.test").status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert ask(client, "supervisor@example.test").status_code == 302


def test_a_link_is_good_for_three_days(world, client):
    ask(client, "agent@example.test")
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert "does not work any more" in follow(client, mailed_link()).content.decode()


@pytest.mark.parametrize("key", ["1-abc", "zzzzzzzzzzzzzzzz-x", "1-set-password", "0-%00"])
def test_a_link_nobody_sent_opens_nothing(world, client, key):
    response = client.get(f"/accounts/password/reset/key/{key}/")
    assert "does not work any more" in response.content.decode()


def test_who_was_locked_out_may_sign_in_after_choosing_a_new_password(world):
    for _ in range(11):
        sign_in(Client(), "agent@example.test", WRONG)
    browser = Client()
    ask(browser, "agent@example.test")
    follow(browser, mailed_link())
    assert sign_in(Client(), "agent@example.test", NEW).status_code == 302


def test_a_new_password_that_does_not_pass_says_why_and_the_link_stays_good(world, client):
    ask(client, "agent@example.test")
    link = mailed_link()
    response = follow(client, link, "short")
    assert response.status_code == 422
    assert response.context["form"].errors["password1"]
    assert follow(client, link).status_code == 302


def test_tokens_outlive_a_changed_password_as_the_page_says(world, as_agent, api):
    program = api(world.agent)
    assert "API tokens go on working" in as_agent.get(reverse("account_change_password")).content.decode()
    change(as_agent)
    assert program.get("/api/v1/users/").status_code == 200
    assert ApiToken.objects.count() == 1


def test_an_old_address_neither_signs_in_nor_gets_a_link(world, client):
    sign_in(Client(), "agent@example.test")
    ask(client, "agent@example.test")
    mail.outbox.clear()
    world.agent.email = "ada@example.test"
    world.agent.save()
    assert sign_in(Client(), "agent@example.test").status_code == 422
    ask(client, "agent@example.test")
    assert mail.outbox == []
    assert sign_in(Client(), "ada@example.test").status_code == 302
