"""Signing in with an e-mail, and what guessing leads to."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from config.logs import mask
from tests.world import PASSWORD, make_user

WRONG = "not-the-right-password"


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def is_in(client):
    return client.get(reverse("accounts:profile")).status_code == 200


def words(response):
    return response.context["form"].non_field_errors()


def test_the_right_password_leads_home_and_an_e_mail_is_not_read_by_case(world, client):
    response = sign_in(client, "Agent@Example.TEST")
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert is_in(client)


def test_signing_in_returns_to_the_page_one_wanted_but_never_to_another_site(world):
    wanted = reverse("accounts:tokens")
    assert sign_in(Client(), "agent@example.test", next=wanted)["Location"] == wanted
    assert sign_in(Client(), "agent@example.test", next="https://evil.test/")["Location"] == reverse("home")
    assert sign_in(Client(), "agent@example.test", next="//evil.test/")["Location"] == reverse("home")


def test_signing_in_changes_the_session_key(world, client):
    client.get(reverse("account_login"))
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    sign_in(client, "agent@example.test")
    assert client.cookies["session"].value != before


def test_a_wrong_password_an_unknown_address_and_a_closed_account_are_told_the_same(world):
    world.colleague.is_active = False
    world.colleague.save()
    emails = ["agent@example.test", "nobody@example.test", "colleague@example.test"]
    answers = [sign_in(Client(), email, WRONG) for email in emails]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert words(answers[0]) == ["This e-mail and password do not belong together. Check both and try again."]
    assert words(answers[0]) == words(answers[1]) == words(answers[2])


def test_what_was_typed_is_kept_but_the_password_is_not_sent_back(world, client):
    html = sign_in(client, "agent@example.test", WRONG).content.decode()
    assert 'value="agent@example.test"' in html
    assert WRONG not in html


@pytest.mark.parametrize("email", ["", "no-address", "a\0b@example.test", "é" * 400 + "@example.test"])
def test_an_address_that_is_none_gets_a_sentence(world, client, email):
    response = sign_in(client, email)
    assert response.status_code == 422
    assert response.context["form"].errors["login"]


def test_a_closed_account_with_the_right_password_is_told_so_and_stays_out(world, client):
    world.agent.is_active = False
    world.agent.save()
    response = sign_in(client, "agent@example.test")
    assert response["Location"] == reverse("account_inactive")
    assert "This account is closed" in client.get(response["Location"]).content.decode()
    assert not is_in(client)


def test_the_eleventh_guess_at_one_person_is_refused_even_with_the_right_password(world):
    for _ in range(10):
        assert sign_in(Client(), "agent@example.test", WRONG).status_code == 422
    refused = sign_in(Client(), "agent@example.test")
    assert refused.status_code == 429
    assert words(refused) == ["Too many tries. Wait 15 minutes, or set a new password."]


@pytest.mark.parametrize("trick", ["REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_HOST"])
def test_guesses_count_for_the_person_wherever_they_seem_to_come_from(world, trick):
    for n in range(10):
        where = ("localhost", "127.0.0.1")[n % 2] if trick == "HTTP_HOST" else f"198.51.100.{n}"
        sign_in(Client(**{trick: where}), " AGENT@example.test ", WRONG)
    assert sign_in(Client(), "agent@example.test").status_code == 429


def test_guesses_at_an_unknown_address_are_refused_in_the_same_words(world):
    answers = [sign_in(Client(), "nobody@example.test", WRONG) for _ in range(11)]
    assert answers[-1].status_code == 429


def test_an_office_of_two_hundred_behind_one_address_keeps_working(world):
    for n in range(200):
        assert sign_in(Client(), f"agent{n}@example.test", WRONG).status_code == 422
    assert sign_in(Client(), "agent@example.test").status_code == 302


def test_the_limit_of_an_address_is_the_proxys_word_only_as_far_as_it_is_ours(world, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1/15m/ip"}
    sign_in(Client(HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.1"), "a@example.test", WRONG)
    spoofed = Client(HTTP_X_FORWARDED_FOR="203.0.113.10, 198.51.100.1")
    assert sign_in(spoofed, "b@example.test", WRONG).status_code == 429
    assert sign_in(Client(HTTP_X_FORWARDED_FOR="198.51.100.2"), "c@example.test", WRONG).status_code == 422


def test_keeping_signed_in_is_asked_for_and_lasts_a_day(world):
    short, long = Client(), Client()
    sign_in(short, "agent@example.test")
    sign_in(long, "agent@example.test", remember="on")
    assert short.cookies["session"]["max-age"] == ""  # ends with the browser
    assert long.cookies["session"]["max-age"] == 60 * 60 * 24


def test_nobody_signs_up(world, client):
    page = client.get(reverse("account_signup"))
    assert "Sign-up is closed" in page.content.decode()
    client.post(reverse("account_signup"), {"email": "new@example.test", "password1": PASSWORD, "password2": PASSWORD})
    assert not is_in(client)
    assert sign_in(client, "new@example.test").status_code == 422


@pytest.mark.parametrize(
    "path", ["email/", "confirm-email/", "password/set/", "login/code/confirm/", "reauthenticate/"]
)
def test_pages_of_the_library_that_we_do_not_use_are_not_there(as_agent, path):
    assert as_agent.get(f"/accounts/{path}").status_code == 404


def test_a_signed_out_person_is_sent_to_sign_in_and_back(world, client):
    response = client.get(reverse("accounts:tokens"))
    assert response["Location"] == f"{reverse('account_login')}?next={reverse('accounts:tokens')}"


def test_the_theme_of_the_profile_comes_with_signing_in(world, client):
    client.cookies["theme"] = "light"  # somebody else's, on a shared computer
    world.agent.theme = "dark"
    world.agent.save()
    assert sign_in(client, "agent@example.test").cookies["theme"].value == "dark"
    other = Client()
    other.cookies["theme"] = "light"
    assert sign_in(other, "supervisor@example.test").cookies["theme"]["max-age"] == 0


def test_a_person_without_a_password_cannot_sign_in_with_an_empty_one(world, client):
    make_user("invited@example.test", password=None)
    assert sign_in(client, "invited@example.test", "").status_code == 422
    assert sign_in(client, "invited@example.test", "!").status_code == 422


class CountingHasher(MD5PasswordHasher):
    """Counts the slow work, which is what a stopwatch would see."""

    algorithm, worked = "counting", 0

    def encode(self, password, salt):
        CountingHasher.worked += 1
        return super().encode(password, salt)


def test_an_unknown_address_costs_as_much_work_as_a_known_one(world, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_user("known@example.test")
    make_user("invited@example.test", password=None)
    work = []
    for email in ("known@example.test", "nobody@example.test", "invited@example.test"):
        CountingHasher.worked = 0
        sign_in(Client(), email, WRONG)
        work.append(CountingHasher.worked)
    assert work == [1, 1, 1]


def test_a_sign_in_that_fails_is_logged_without_the_password_and_not_with_the_whole_address(world, caplog):
    sign_in(Client(), "agent@example.test", WRONG)
    line = next(record.getMessage() for record in caplog.records if "Sign-in failed" in record.getMessage())
    assert WRONG not in line
    assert mask(line) == "Sign-in failed: a•••@example.test"  # what the handler writes
