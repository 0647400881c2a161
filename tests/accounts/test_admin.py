"""Django's own admin: for admins marked as staff, signed in on our page, and without secrets."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, AuditEntry, User
from customers.models import DoNotCall
from tests.accounts.test_sign_in import is_in, sign_in
from tests.world import make_user


@pytest.fixture
def operator(world):
    user = make_user("operator@example.test", "admin", name="Ole Operator", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def test_signing_in_to_it_goes_through_our_page(db, client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/"
    posted = client.post("/admin/login/", {"username": "x", "password": "y"})
    assert posted["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["as_agent", "as_supervisor", "as_admin"])
def test_nobody_opens_it_by_role_alone(request, who):
    assert request.getfixturevalue(who).get("/admin/", follow=True).status_code == 403


def test_an_operator_who_is_no_admin_any_more_is_shut_out(operator):
    assert operator.get("/admin/").status_code == 200
    User.objects.filter(pk=operator.user.pk).update(role="agent")
    assert operator.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("model", ["user", "apitoken", "auditentry"])
def test_lists_and_rows_open_and_show_no_secret(operator, world, model):
    token, secret = ApiToken.objects.issue(world.agent, "export")
    AuditEntry.objects.create(actor=world.admin, deed="changed", object_type="x", object_id="1", object_label="x")
    listed = operator.get(f"/admin/accounts/{model}/")
    row = {"user": world.agent, "apitoken": token, "auditentry": AuditEntry.objects.get()}[model]
    shown = operator.get(f"/admin/accounts/{model}/{row.pk}/change/")
    assert (listed.status_code, shown.status_code) == (200, 200)
    html = listed.content.decode() + shown.content.decode()
    assert token.digest not in html
    assert secret not in html
    assert world.agent.password not in html


@pytest.mark.parametrize("model", ["apitoken", "auditentry"])
def test_tokens_and_audit_cannot_be_written(operator, world, model):
    ApiToken.objects.issue(world.agent, "export")
    AuditEntry.objects.create(actor=world.admin, deed="changed", object_type="x", object_id="1", object_label="x")
    pk = (ApiToken if model == "apitoken" else AuditEntry).objects.get().pk
    assert operator.get(f"/admin/accounts/{model}/add/").status_code == 403
    assert operator.post(f"/admin/accounts/{model}/{pk}/change/", {"name": "x"}).status_code == 403
    assert operator.post(f"/admin/accounts/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_rows_that_open_doors_are_not_there(operator):
    index = operator.get("/admin/").content.decode()
    assert "usersession" not in index
    assert "emailaddress" not in index
    assert operator.get("/admin/usersessions/usersession/").status_code == 404


def test_deactivating_somebody_ends_their_sessions_and_is_written_down(operator, world):
    browser = Client()
    sign_in(browser, "agent@example.test")
    form = operator.get(f"/admin/accounts/user/{world.agent.pk}/change/").context["adminform"].form
    data = {name: value for name, value in form.initial.items() if isinstance(value, str | bool) and value is not False}
    del data["is_active"]
    response = operator.post(f"/admin/accounts/user/{world.agent.pk}/change/", data)
    assert response.status_code == 302
    assert not is_in(browser)
    User.objects.filter(pk=world.agent.pk).update(is_active=True)
    assert not is_in(browser)
    assert AuditEntry.objects.get(deed="changed user").changes == {"is_active": [True, False]}


def test_a_new_person_is_made_without_a_password(operator):
    data = {"email": "New@Example.test", "name": "Nia New", "role": "agent"}
    assert operator.post("/admin/accounts/user/add/", data).status_code == 302
    user = User.objects.get(email="new@example.test")
    assert not user.has_usable_password()


def test_people_are_not_deleted(operator, world):
    assert operator.post(f"/admin/accounts/user/{world.agent.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=world.agent.pk).exists()


def test_chosen_tokens_are_revoked(operator, world):
    token, _ = ApiToken.objects.issue(world.agent, "export")
    operator.post("/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at
    assert AuditEntry.objects.get(deed="revoked API token").actor == operator.user


def test_a_password_set_for_somebody_ends_their_sessions_and_is_written_down(operator, world):
    browser = Client()
    sign_in(browser, "agent@example.test")
    data = {"password1": "another long password", "password2": "another long password", "usable_password": "true"}
    assert operator.post(f"/admin/accounts/user/{world.agent.pk}/password/", data).status_code == 302
    assert not is_in(browser)
    entry = AuditEntry.objects.get(deed="set a person's password")
    assert (entry.actor, entry.object_id) == (operator.user, str(world.agent.pk))
    assert "password" not in str(entry.changes)


def test_who_belongs_to_a_location_is_written_down(operator, world):
    data = {"name": "Harbor", "account": world.harbor.account_id, "time_zone": "UTC", "is_active": "on"}
    address = f"/admin/customers/location/{world.harbor.pk}/change/"
    assert operator.post(address, data | {"members": [world.stranger.pk]}).status_code == 302
    entry = AuditEntry.objects.get(deed="changed a location")
    assert (entry.actor, entry.object_label) == (operator.user, "Harbor")
    assert "Members" in entry.changes


def test_a_number_taken_from_the_do_not_call_list_is_written_down(operator, world):
    blocked = DoNotCall.objects.create(number=world.marta.phone, by=world.admin)
    assert operator.post(f"/admin/customers/donotcall/{blocked.pk}/delete/", {"post": "yes"}).status_code == 302
    assert AuditEntry.objects.get(deed="removed a do not call").object_id == str(blocked.pk)


@pytest.mark.parametrize("model", ["calls/call", "calls/carrierrecord", "customers/phonenumber", "feedback/rating"])
def test_rows_that_have_rules_are_only_looked_at(operator, model):
    assert operator.get(f"/admin/{model}/").status_code == 200
    assert operator.get(f"/admin/{model}/add/").status_code == 403
