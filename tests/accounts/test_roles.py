"""Who may open which page of accounts: every role, every page, and a page not for the role."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from accounts import audit
from accounts.access import for_admins, for_supervisors
from accounts.models import AuditEntry, User
from accounts.urls import entrance_patterns, own_patterns
from tests.world import make_user

EVERYBODY = ["as_agent", "as_supervisor", "as_elsewhere", "as_admin", "as_stranger"]
# What each page says to GET, signed in and signed out. "in" leads to sign-in, "home" is for those inside.
TABLE = {
    "account_login": ("home", 200),
    "account_signup": ("home", 200),
    "account_logout": (200, "in"),
    "account_inactive": (200, 200),
    "account_change_password": (200, "in"),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "usersessions_list": (200, "in"),
    "accounts:profile": (200, "in"),
    "accounts:theme": (405, 405),
    "accounts:tokens": (200, "in"),
    "accounts:token_new": (200, "in"),
    "accounts:token_revoke": (404, "in"),
    "accounts:session_end": (405, "in"),
}
WORDS = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
    "accounts:token_revoke": {"pk": 999},
    "accounts:session_end": {"pk": 999},
}


def test_every_page_of_this_app_stands_in_the_table():
    names = {pattern.name for pattern in entrance_patterns} | {f"accounts:{pattern.name}" for pattern in own_patterns}
    assert names - {"accounts:history"} == set(TABLE)  # history is for admins: doors.txt


def said(client, name):
    response = client.get(reverse(name, kwargs=WORDS.get(name)))
    if response.status_code != 302:
        return response.status_code
    return "in" if response["Location"].startswith(reverse("account_login")) else "home"


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("who", EVERYBODY)
def test_each_role_gets_what_the_table_says(request, who, name):
    assert said(request.getfixturevalue(who), name) == TABLE[name][0]


@pytest.mark.parametrize("name", TABLE)
def test_a_signed_out_person_gets_what_the_table_says(db, name):
    assert said(Client(), name) == TABLE[name][1]


@for_admins
def for_the_admin(request):
    return HttpResponse("admins")


@for_supervisors
def for_the_watchers(request):
    return HttpResponse("watchers")


urlpatterns = [
    path("only-admins/", for_the_admin),
    path("only-supervisors/", for_the_watchers),
    path("", include("config.urls")),
]


@pytest.mark.parametrize(
    ("who", "admins", "supervisors"),
    [("as_agent", 403, 403), ("as_stranger", 403, 403), ("as_supervisor", 403, 200), ("as_admin", 200, 200)],
)
def test_a_page_not_for_the_role_is_403(request, settings, who, admins, supervisors):
    settings.ROOT_URLCONF = __name__
    client = request.getfixturevalue(who)
    assert client.get("/only-admins/").status_code == admins
    assert client.get("/only-supervisors/").status_code == supervisors


def test_a_signed_out_person_is_sent_to_sign_in_before_any_role_is_asked(db, settings):
    settings.ROOT_URLCONF = __name__
    assert Client().get("/only-admins/")["Location"] == f"{reverse('account_login')}?next=/only-admins/"


def test_a_new_role_counts_from_the_next_request(as_agent, world, settings):
    settings.ROOT_URLCONF = __name__
    User.objects.filter(pk=world.agent.pk).update(role="supervisor")
    assert as_agent.get("/only-supervisors/").status_code == 200
    User.objects.filter(pk=world.agent.pk).update(role="agent")
    assert as_agent.get("/only-supervisors/").status_code == 403


def test_a_form_without_its_csrf_token_changes_nothing(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.agent)
    for name in ("accounts:profile", "accounts:theme", "accounts:token_new", "usersessions_list", "account_logout"):
        assert client.post(reverse(name), {"theme": "dark"}).status_code == 403


def test_the_audit_keeps_what_was_done_when_its_actor_is_gone(world):
    leaver = make_user("leaver@example.test")
    audit.record(leaver, "changed", world.riverside, {"name": ["A", "B"]}, "asked to")
    leaver.delete()
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.deed, entry.object_type) == (None, "changed", "customers.location")
    assert (entry.object_id, entry.object_label) == (str(world.riverside.pk), "Riverside")
