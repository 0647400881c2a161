"""Keys for programs: made, shown once, revoked."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services
from accounts.models import ApiToken, AuditEntry

pytestmark = pytest.mark.both  # text edges and unique rows are the database's


def make(client, name="nightly export", scope="read", lifetime="90"):
    return client.post(reverse("accounts:token_new"), {"name": name, "scope": scope, "lifetime": lifetime})


def secret_in(response):
    return re.search(r'value="(ac_[\w-]+)"', response.content.decode()).group(1)


def call(secret):
    return APIClient().get("/api/v1/users/", headers={"Authorization": f"Bearer {secret}"})


def test_the_secret_is_shown_once_opens_the_api_and_is_kept_nowhere(as_agent, world):
    shown = make(as_agent)
    assert shown.status_code == 201
    assert shown["Cache-Control"] == "no-store"
    secret = secret_in(shown)
    assert call(secret).status_code == 200
    assert secret not in as_agent.get(reverse("accounts:tokens")).content.decode()
    token = ApiToken.objects.get()
    assert secret not in str(vars(token))
    assert secret not in str(AuditEntry.objects.values())


def test_the_list_says_name_scope_end_of_the_secret_and_last_use(as_agent):
    secret = secret_in(make(as_agent, scope="write"))
    html = as_agent.get(reverse("accounts:tokens")).content.decode()
    assert "nightly export" in html
    assert f"…{secret[-4:]}" in html
    assert "Read and write" in html
    assert html.count("Never") == 1  # not used yet
    call(secret)
    assert "Never" not in as_agent.get(reverse("accounts:tokens")).content.decode()


def test_the_empty_list_says_what_a_token_is_for(as_agent):
    assert "No tokens yet" in as_agent.get(reverse("accounts:tokens")).content.decode()


@pytest.mark.parametrize(("lifetime", "days"), [("30", 30), ("90", 90), ("365", 365)])
def test_a_token_expires_when_its_maker_said(as_agent, lifetime, days):
    secret = secret_in(make(as_agent, lifetime=lifetime))
    with time_machine.travel(timezone.now() + timedelta(days=days, minutes=-1)):
        assert call(secret).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=days, minutes=1)):
        assert call(secret).status_code == 401


def test_a_token_may_be_for_ever(as_agent):
    make(as_agent, lifetime="never")
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 101), ("name", "a\0b"), ("scope", "admin"), ("lifetime", "1"), ("lifetime", "")],
)
def test_bad_input_makes_no_token_and_gets_a_sentence(as_agent, field, value):
    response = make(as_agent, **{field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not ApiToken.objects.exists()


def test_a_form_sent_twice_makes_one_token(as_agent):
    make(as_agent)
    again = make(as_agent)
    assert again.status_code == 422
    assert "You have a token of this name" in again.content.decode()
    assert ApiToken.objects.count() == 1


def test_two_forms_at_the_same_moment_make_one_token(as_agent, world, monkeypatch):
    ApiToken.objects.issue(world.agent, "nightly export")
    # Both passed the form's own look before either was saved: only the database can tell.
    monkeypatch.setattr("accounts.forms.TokenForm.clean_name", lambda form: form.cleaned_data["name"])
    assert make(as_agent).status_code == 422
    assert ApiToken.objects.count() == 1


def test_a_revoked_token_opens_nothing_and_its_name_is_free_again(as_agent, world):
    secret = secret_in(make(as_agent))
    token = ApiToken.objects.get()
    address = reverse("accounts:token_revoke", args=[token.pk])
    asked = as_agent.get(address).content.decode()
    assert "Revoke nightly export?" in asked
    assert "cannot be undone" in asked
    assert call(secret).status_code == 200
    assert as_agent.post(address)["Location"] == reverse("accounts:tokens")
    assert call(secret).status_code == 401
    assert not as_agent.get(reverse("accounts:tokens")).context["tokens"]
    assert make(as_agent).status_code == 201
    deeds = list(AuditEntry.objects.order_by("pk").values_list("deed", "actor_id"))
    assert deeds == [(deed, world.agent.pk) for deed in ("made API token", "revoked API token", "made API token")]


def test_a_token_is_revoked_once(world):
    token, _ = services.issue_token(world.agent, "export")
    assert services.revoke_token(world.agent, token) is True
    assert services.revoke_token(world.agent, token) is False
    assert AuditEntry.objects.filter(deed="revoked API token").count() == 1


@pytest.mark.parametrize("who", ["as_colleague", "as_supervisor", "as_admin", "as_stranger"])
def test_somebody_elses_token_is_not_there(request, world, who):
    other = request.getfixturevalue(who)
    token, _ = services.issue_token(world.agent, "export")
    for send in (other.get, other.post):
        assert send(reverse("accounts:token_revoke", args=[token.pk])).status_code == 404
    assert "export" not in other.get(reverse("accounts:tokens")).content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_deactivated_persons_tokens_open_nothing(as_agent, world):
    secret = secret_in(make(as_agent))
    services.deactivate(world.admin, world.agent)
    assert call(secret).status_code == 401


def test_the_list_costs_the_same_for_one_token_and_for_twenty(as_agent, world, django_assert_num_queries):
    for n in range(20):
        services.issue_token(world.agent, f"export {n}")
        if n in (0, 19):
            with django_assert_num_queries(3):  # session, user, tokens
                as_agent.get(reverse("accounts:tokens"))
