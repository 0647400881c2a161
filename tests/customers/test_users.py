"""Users: the list, what an admin changes about a person, deactivating and activating."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.models import ApiToken, AuditEntry
from customers.services import users
from tests.world import PASSWORD, make_location, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def listed(client, **query):
    return client.get(reverse("customers:users"), query).content.decode()


def save(client, person, **changed):
    data = {"name": person.name, "role": person.role, "locations": [one.pk for one in person.locations.all()]}
    return client.post(reverse("customers:user", args=[person.pk]), data | changed)


def test_the_list_says_role_locations_last_sign_in_and_whether_they_may(as_admin, world):
    world.agent.last_login = timezone.now() - timedelta(days=3, hours=1)
    world.agent.save()
    accounts.deactivate(world.admin, world.stranger)
    page = listed(as_admin)
    for words in (
        "Ada Agent",
        "agent@example.test",
        "Supervisor",
        "Harbor, Riverside",
        "All",
        "3\xa0days",
        "Deactivated",
    ):
        assert words in page
    assert "Ada Agent" not in listed(as_admin, q="sam") and "Sam Supervisor" in listed(as_admin, q="supervisor@")
    assert "Ada Agent" not in listed(as_admin, role="supervisor")
    assert "Stan Stranger" in listed(as_admin, state="closed") and "Ada Agent" not in listed(as_admin, state="closed")
    assert "Nobody found" in listed(as_admin, q="nobody of this name")


@pytest.mark.parametrize("rows", [1, 50])
def test_one_user_more_or_fifty_cost_the_same(as_admin, world, rows, django_assert_num_queries):
    for number in range(rows):
        make_user(f"crowd{number}@example.test", name=f"Crowd {number:02}", locations=[world.riverside, world.harbor])
    with django_assert_num_queries(4):  # session, user · users, their locations
        page = listed(as_admin)
    assert ('rel="next"' in page) is (rows == 50)


def test_the_next_page_goes_on_within_the_filter(as_admin, world):
    for number in range(51):
        make_user(f"crowd{number}@example.test", name=f"Crowd {number:02}")
    page = listed(as_admin, role="agent", q="crowd")
    assert "Crowd 49" in page and "Crowd 50" not in page
    address = page[page.index('rel="next" href="') + 17 :].split('"')[0].replace("&amp;", "&")
    older = as_admin.get(reverse("customers:users") + address).content.decode()
    assert "Crowd 50" in older and "Crowd 49" not in older and "First page" in older


def test_role_name_and_locations_are_changed_and_written_down(as_admin, world):
    answer = save(as_admin, world.agent, name="  Ada  Agnes ", role="supervisor", locations=[world.harbor.pk])
    assert answer["Location"] == reverse("customers:users")
    world.agent.refresh_from_db()
    assert (world.agent.name, world.agent.role) == ("Ada Agnes", "supervisor")
    assert list(world.agent.locations.all()) == [world.harbor]
    changes = {entry.deed: entry.changes for entry in AuditEntry.objects.filter(actor=world.admin)}
    assert changes["changed a user"]["role"] == ["agent", "supervisor"]
    assert changes["changed whose locations a user sees"]["locations"] == [["Riverside"], ["Harbor"]]


def test_saving_nothing_new_writes_nothing_down(as_admin, world):
    save(as_admin, world.agent)
    assert not AuditEntry.objects.exists()


def test_a_role_taken_away_is_gone_with_the_next_click_of_a_running_session(as_admin, as_supervisor, world):
    assert as_supervisor.get(reverse("feedback:overview")).status_code == 200
    save(as_admin, world.supervisor, role="agent")
    assert as_supervisor.get(reverse("feedback:overview")).status_code == 403
    assert as_supervisor.get(reverse("calls:desk")).status_code == 200


def test_what_makes_no_sense_gets_a_sentence_and_nothing_typed_is_lost(as_admin, world):
    answer = save(as_admin, world.agent, name=" ", role="king", locations=["999999"])
    assert answer.status_code == 422
    assert {"name", "role", "locations"} == set(answer.context["form"].errors)
    answer = save(as_admin, world.agent, name="Ada the Second", role="king")
    assert 'value="Ada the Second"' in answer.content.decode()


def test_the_last_active_admin_keeps_the_role(as_admin, world):
    answer = save(as_admin, world.admin, role="agent", sees_all_locations="on")
    assert answer.status_code == 422 and "the last active admin" in answer.content.decode()
    other = make_user("other@example.test", "admin")
    accounts.deactivate(world.admin, other)
    assert save(as_admin, world.admin, role="agent").status_code == 422
    accounts.activate(world.admin, other)
    assert save(as_admin, world.admin, role="agent")["Location"] == reverse("home")


def test_nobody_deactivates_themselves_nor_the_last_admin(as_admin, world):
    address = reverse("customers:user_deactivate", args=[world.admin.pk])
    answer = as_admin.post(address)
    assert answer.status_code == 422 and "You cannot deactivate yourself" in answer.content.decode()
    with pytest.raises(accounts.LastAdmin):
        accounts.deactivate(world.supervisor, world.admin)
    world.admin.refresh_from_db()
    assert world.admin.is_active


def test_deactivating_asks_first_then_ends_sessions_and_tokens_for_good(as_admin, world):
    browser = Client()
    browser.post(reverse("account_login"), {"login": "agent@example.test", "password": PASSWORD})
    ApiToken.objects.issue(world.agent, "export")
    address = reverse("customers:user_deactivate", args=[world.agent.pk])
    assert "signed out everywhere at once" in as_admin.get(address).content.decode()
    assert browser.get(reverse("calls:desk")).status_code == 200
    as_admin.post(address, {"reason": "left the company"})
    assert AuditEntry.objects.get(deed="deactivated").reason == "left the company"
    as_admin.post(reverse("customers:user_activate", args=[world.agent.pk]))
    assert browser.get(reverse("calls:desk")).status_code == 302
    assert not ApiToken.objects.alive().exists()
    world.agent.refresh_from_db()
    assert world.agent.is_active


def test_locations_that_closed_stay_with_who_has_them_and_are_offered_to_nobody_else(as_admin, world):
    closed = make_location("Closed Point", world.northwind, members=[world.agent], is_active=False)
    page = lambda person: as_admin.get(reverse("customers:user", args=[person.pk])).content.decode()  # noqa: E731
    assert "Closed Point" in page(world.agent) and "Closed Point" not in page(world.colleague)
    with transaction.atomic():
        users.set_locations(world.admin, world.agent, [])
    assert not closed.members.exists()


def test_the_page_of_a_person_costs_the_same_with_many_locations(as_admin, world, django_assert_num_queries):
    for number in range(20):
        make_location(f"Place {number}", world.northwind, members=[world.agent])
    with django_assert_num_queries(5):  # session, user · person, their locations, locations to choose
        as_admin.get(reverse("customers:user", args=[world.agent.pk]))
