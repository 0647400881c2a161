"""Signing out, here and elsewhere, and sign-ins that end by themselves."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEntry
from tests.accounts.test_sign_in import is_in, sign_in


@pytest.fixture
def two_browsers(world):
    """The agent at the desk and at home."""
    desk, home = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/133.0"), Client(HTTP_USER_AGENT="curl/8")
    for browser in (desk, home):
        sign_in(browser, "agent@example.test")
    return desk, home


def later(**much):
    return time_machine.travel(timezone.now() + timedelta(**much), tick=False)


def test_signing_out_asks_first_and_then_ends_the_session(as_agent):
    assert "Sign out?" in as_agent.get(reverse("account_logout")).content.decode()
    assert is_in(as_agent)
    key = as_agent.cookies["session"].value
    response = as_agent.post(reverse("account_logout"))
    assert response["Location"] == reverse("account_login")
    assert response["Clear-Site-Data"] == '"storage"'
    thief = Client()
    thief.cookies["session"] = key
    assert not is_in(thief)


def test_who_is_out_already_is_sent_to_sign_in_and_not_back_to_sign_out(db, client):
    assert client.get(reverse("account_logout"))["Location"] == reverse("account_login")
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")


def test_the_list_names_browsers_and_says_which_is_this_one(two_browsers):
    html = two_browsers[0].get(reverse("usersessions_list")).content.decode()
    assert "Firefox on Linux" in html
    assert "curl" in html
    assert html.count("This one") == 1


def test_signing_out_everywhere_else_ends_the_others_and_is_written_down(two_browsers, world):
    desk, home = two_browsers
    desk.post(reverse("usersessions_list"))
    assert is_in(desk)
    assert not is_in(home)
    assert AuditEntry.objects.get(deed="signed out everywhere else").actor == world.agent


def test_one_session_is_ended_by_its_button(two_browsers):
    desk, home = two_browsers
    listed = desk.get(reverse("usersessions_list")).context["sessions"]
    other = next(session for session in listed if session.user_agent == "curl/8")
    desk.post(reverse("accounts:session_end", args=[other.pk]))
    assert is_in(desk)
    assert not is_in(home)


def test_somebody_elses_session_is_not_there(two_browsers, as_admin):
    desk, _ = two_browsers
    theirs = desk.get(reverse("usersessions_list")).context["sessions"][0]
    assert as_admin.post(reverse("accounts:session_end", args=[theirs.pk])).status_code == 404
    assert is_in(desk)


def test_a_deactivated_person_is_out_at_once_and_not_in_again_when_reactivated(two_browsers, world):
    services.deactivate(world.admin, world.agent, "left the company")
    assert not any(is_in(browser) for browser in two_browsers)
    world.agent.is_active = True
    world.agent.save()
    assert not any(is_in(browser) for browser in two_browsers)
    assert AuditEntry.objects.get(deed="deactivated").reason == "left the company"


def test_twelve_hours_without_a_touch_end_a_sign_in(two_browsers):
    with later(hours=11, minutes=59):
        assert is_in(two_browsers[0])
    with later(hours=12):
        assert not is_in(two_browsers[1])


def test_a_touch_starts_the_twelve_hours_anew_but_a_refreshing_fragment_does_not(two_browsers):
    desk, home = two_browsers
    with later(hours=8):
        assert is_in(desk)
        assert home.get(reverse("accounts:profile"), HTTP_HX_REQUEST="true").status_code == 200
    with later(hours=16):
        assert is_in(desk)
        assert not is_in(home)


def test_a_day_ends_a_sign_in_however_busy(world, client):
    sign_in(client, "agent@example.test", remember="on")
    for hours in (6, 12, 18, 23):
        with later(hours=hours):
            assert is_in(client)
    with later(hours=24):
        assert not is_in(client)


def test_a_session_without_stamps_is_over(as_agent):
    session = as_agent.session
    del session["signed_in_at"]
    session.save()
    assert not is_in(as_agent)


def test_noting_a_touch_costs_nothing_within_the_minute(as_agent, django_assert_num_queries):
    with django_assert_num_queries(2):  # the session and its user
        assert as_agent.get(reverse("accounts:token_new")).status_code == 200
    with later(minutes=2):
        as_agent.get(reverse("accounts:token_new"))
        with django_assert_num_queries(2):
            as_agent.get(reverse("accounts:token_new"))
        assert as_agent.get(reverse("usersessions_list")).context["session_count"] == 1
