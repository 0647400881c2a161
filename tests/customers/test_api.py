"""REST: customers, locations and accounts go through the pages' forms and deeds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import Scope
from customers.models import ClientAccount, Customer, Location
from integrations.models import Connection, Delivery

pytestmark = pytest.mark.django_db
CUSTOMERS, LOCATIONS, ACCOUNTS = "/api/v1/customers/", "/api/v1/locations/", "/api/v1/accounts/"
NEW = {"name": "Lakeside", "country_code": "PT", "postal_code": "1100-148", "time_zone": "Europe/Lisbon"}


def there(row, vendor_id, **raw):
    values = {"vendor_id": vendor_id, "connection": Connection.objects.of("feedbackapi"), "vendor_raw": raw}
    type(row).objects.filter(pk=row.pk).update(**values)


def problem(response):
    body = response.json()
    return response.status_code, body.get("param"), body["message"]


def test_a_location_is_added_changed_and_deleted(api, world):
    admin = api(world.admin)
    profiles = ["https://reviews.example.test/a"]
    made = admin.post(LOCATIONS, NEW | {"account": world.northwind.pk, "review_profiles": profiles}, format="json")
    assert made.status_code == 201 and made.json()["standing"] == "Waiting"
    assert made.json()["review_profiles"] == profiles
    address = f"{LOCATIONS}{made.json()['id']}/"
    changed = admin.patch(address, {"postal_code": "", "is_active": False, "members": [world.agent.pk]}, format="json")
    assert changed.json() | {"postal_code": "", "is_active": False, "members": [world.agent.pk]} == changed.json()
    assert changed.json()["name"] == "Lakeside"
    assert problem(admin.delete(address))[0] == 409  # FeedbackAPI has not got it yet
    there(Location.objects.get(name="Lakeside"), "loc1")
    Delivery.objects.all().delete()
    assert admin.delete(address).status_code == 202
    assert Delivery.objects.get().payload["id"] == "loc1"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"country_code": "UK"}, "country_code"),
        ({"name": "x" * 5000}, "name"),
        ({"review_profiles": ["javascript:alert(1)"]}, "review_profiles"),
        ({"account": 10**15}, "account"),
        ({"colour": "red"}, "colour"),
        ({"members": ["Ada"]}, "members.0"),
    ],
)
def test_what_cannot_be_names_the_field(api, world, body, param):
    status, named, message = problem(api(world.admin).post(LOCATIONS, NEW | body, format="json"))
    assert (status, named) == (422, param) and message


def test_only_admins_write_locations_and_see_accounts(api, world):
    supervisor = api(world.supervisor)
    assert supervisor.post(LOCATIONS, NEW, format="json").status_code == 403
    assert supervisor.patch(f"{LOCATIONS}{world.riverside.pk}/", {"name": "x"}, format="json").status_code == 403
    assert supervisor.get(ACCOUNTS).status_code == 403
    assert api(world.admin, Scope.READ).post(LOCATIONS, NEW, format="json").status_code == 403
    assert {one["name"] for one in supervisor.get(LOCATIONS).json()["results"]} == {"Riverside", "Harbor"}


def test_a_customer_is_added_and_changed_within_ones_sight(api, world):
    agent = api(world.agent)
    there(world.riverside, "riv")
    body = {"name": "Inês Duarte", "phone": "+351 912 345 678", "location": world.riverside.pk, "country_code": "pt"}
    made = agent.post(CUSTOMERS, body, format="json")
    assert made.status_code == 201, made.content
    assert (made.json()["phone"], made.json()["country_code"]) == ("+351912345678", "PT")
    values = Delivery.objects.get().payload["values"]
    assert (values["location"], values["fname"], values["sname"]) == ("riv", "Inês", "Duarte")
    address = f"{CUSTOMERS}{made.json()['id']}/"
    assert agent.patch(address, {"email": "ines@example.test"}, format="json").json()["phone"] == "+351912345678"
    assert problem(agent.post(CUSTOMERS, body | {"location": world.oak_street.pk}, format="json"))[:2] == (
        422,
        "location",
    )
    assert problem(agent.patch(address, {"phone": "12"}, format="json"))[:2] == (422, "phone")
    assert agent.get(f"{CUSTOMERS}{world.oskar.pk}/").status_code == 404


def test_opting_out_is_a_word_and_back_in_needs_a_reason(api, world):
    agent, address = api(world.agent), f"{CUSTOMERS}{world.marta.pk}/"
    assert agent.patch(address, {"opt_out": True}, format="json").json()["opted_out_at"]
    assert problem(agent.patch(address, {"opt_out": False}, format="json"))[:2] == (422, "opt_in_reason")
    back = {"opt_out": False, "opt_in_reason": "Asked by mail"}
    assert agent.patch(address, back, format="json").json()["opted_out_at"] is None


def test_a_customers_locations_are_those_one_sees(api, world):
    world.marta.other_locations.add(world.oak_street)
    seen = api(world.agent).get(f"{CUSTOMERS}{world.marta.pk}/").json()["locations"]
    assert seen == [world.riverside.pk]
    assert api(world.admin).get(f"{CUSTOMERS}{world.marta.pk}/").json()["locations"] == [
        world.riverside.pk,
        world.oak_street.pk,
    ]


def test_an_account_is_added_with_limits_and_its_verb_is_said_only_then(api, world):
    admin = api(world.admin)
    made = admin.post(ACCOUNTS, {"name": "Savastano", "verb": "use", "max_users": 3}, format="json")
    assert made.status_code == 201 and made.json()["max_users"] == 3 and made.json()["max_locations"] is None
    account = ClientAccount.objects.get(name="Savastano")
    there(account, "acc1", name="Savastano", active=True, max_users=3)
    address = f"{ACCOUNTS}{account.pk}/"
    assert problem(admin.patch(address, {"verb": "visit"}, format="json"))[:2] == (422, "verb")
    assert admin.patch(address, {"max_users": None, "is_active": False}, format="json").json()["is_active"] is False
    assert Delivery.objects.get(kind="feedbackapi.account_update", state="pending").payload["values"] == {
        "active": False,
        "max_users": None,
    }


def test_lists_are_filtered_and_a_misspelt_filter_is_said(api, world):
    admin = api(world.admin)
    Customer.objects.filter(pk=world.jon.pk).update(opted_out_at="2026-10-01T10:00:00Z")
    names = lambda query: {one["name"] for one in admin.get(f"{CUSTOMERS}?{query}").json()["results"]}  # noqa: E731
    assert names("opted_out=true") == {"Jon Bell"} and "Jon Bell" not in names("opted_out=false")
    assert names(f"location={world.harbor.pk}") == {"Harriet Sund"} == names("q=harriet")
    assert problem(admin.get(f"{CUSTOMERS}?locatoin=1"))[:2] == (422, "locatoin")


def test_a_list_asks_as_often_for_twenty_as_for_one(api, world, django_assert_num_queries):
    agent = api(world.agent)
    agent.get(CUSTOMERS)  # the token's first use is written down
    with CaptureQueriesContext(connection) as few:
        agent.get(CUSTOMERS)
    for number in range(20):
        Customer.objects.create(name=f"Person {number:02}", location=world.riverside)
    with django_assert_num_queries(len(few)):
        agent.get(CUSTOMERS)
