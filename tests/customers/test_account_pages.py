"""Client accounts: the list, one with its limits, changing one, and the two ways to end one."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from customers.models import ClientAccount
from integrations.models import Attempt, Connection, Delivery
from tests.world import make_account, make_location

pytestmark = pytest.mark.django_db
NEW = {"name": "Savastano and Son", "verb": "visit", "max_locations": "10", "sms_allowance": ""}


def text(response):
    return response.content.decode()


def there(account, **fields):
    """The account as FeedbackAPI has it."""
    raw = {"id": f"acc{account.pk}", "name": account.name, "active": True, "max_locations": account.max_locations}
    values = {"vendor_id": raw["id"], "vendor_raw": raw, "connection": Connection.objects.of("feedbackapi")}
    ClientAccount.objects.filter(pk=account.pk).update(**values | fields)
    account.refresh_from_db()
    return account


def test_the_list_says_what_each_may_have_and_has(as_admin, world):
    there(world.northwind, max_locations=10, max_users=3, active_locations=5, active_users=1, sms_allowance=2000)
    page = text(as_admin.get("/client-accounts/"))
    assert "5 of 10" in page and "1 of 3" in page and "2,000" in page
    assert "2, unlimited" not in page and "1, unlimited" in page  # Blue Oak has one location of ours


@pytest.mark.both
def test_the_list_asks_as_often_for_twenty_as_for_one(world, as_admin, django_assert_num_queries):
    ClientAccount.objects.exclude(pk=world.northwind.pk).update(is_active=False)
    for number in range(20):
        there(make_account(f"Account {number:02}"))
    # session, user · accounts with their counts, what waits, conflicts
    with django_assert_num_queries(5):
        as_admin.get("/client-accounts/")


def test_a_new_one_is_on_its_way_with_verb_and_limits(as_admin):
    response = as_admin.post("/client-accounts/new/", NEW)
    account = ClientAccount.objects.get(name="Savastano and Son")
    assert response["Location"] == f"/client-accounts/{account.pk}/"
    sent = Delivery.objects.get(kind="feedbackapi.account_create")
    assert sent.payload["values"] == {
        "name": "Savastano and Son",
        "active": True,
        "verb": "visit",
        "max_locations": 10,
        "max_users": None,
        "max_campaigns": None,
        "sms_allowance": None,
    }
    assert "Waiting" in text(as_admin.get(response["Location"]))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("verb", "", "Choose one."),
        ("name", "x" * 5000, "At most 200 characters; this has 5000."),
        ("max_users", "-1", "Not less than 0."),
        ("account_template", "a/b", "made of letters, digits"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(as_admin, field, value, sentence):
    response = as_admin.post("/client-accounts/new/", NEW | {field: value})
    assert response.status_code == 422 and sentence in text(response)
    assert 'value="10"' in text(response)
    assert not ClientAccount.objects.filter(name__startswith="Sav").exists()


def test_a_name_of_html_is_only_a_name(as_admin):
    name = "\u202eمطعم <script>alert(1)</script> 🦷"
    page = text(as_admin.post("/client-accounts/new/", NEW | {"name": name}, follow=True))
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_verb_and_template_are_asked_for_only_until_feedbackapi_has_it(as_admin, world):
    assert 'name="verb"' in text(as_admin.get(f"/client-accounts/{world.northwind.pk}/edit/"))
    there(world.northwind)
    assert 'name="verb"' not in text(as_admin.get(f"/client-accounts/{world.northwind.pk}/edit/"))
    assert "not reported" in text(as_admin.get(f"/client-accounts/{world.northwind.pk}/"))


def test_a_limit_is_changed_and_the_change_says_what_it_expects(as_admin, world):
    there(world.northwind, max_locations=10, vendor_raw={"name": "Northwind Dental", "max_locations": 10})
    url = f"/client-accounts/{world.northwind.pk}/edit/"
    as_admin.post(url, {"name": "Northwind Dental", "max_locations": "", "max_users": "3"})
    sent = Delivery.objects.get(kind="feedbackapi.account_update").payload
    assert sent["values"] == {"max_locations": None, "max_users": 3}
    assert sent["expects"] == {"max_locations": [10], "max_users": [None]}
    assert AuditEntry.objects.get(deed="changed a client account").changes == {
        "max_locations": [10, None],
        "max_users": [None, 3],
    }


def test_deactivating_and_deleting_are_two_deeds_with_their_own_warnings(as_admin, world):
    there(world.northwind)
    first = f"/client-accounts/{world.northwind.pk}/"
    assert "do not affect billing" in text(as_admin.get(f"{first}active/"))
    warning = text(as_admin.get(f"{first}delete/"))
    assert "cancel all campaigns and messages" in warning and "kiosk pages" in warning
    as_admin.post(f"{first}active/")
    world.northwind.refresh_from_db()
    assert not world.northwind.is_active
    assert Delivery.objects.get(kind="feedbackapi.account_update").payload["values"] == {"active": False}
    as_admin.post(f"{first}delete/")
    assert Delivery.objects.get(kind="feedbackapi.account_delete").payload["id"] == world.northwind.vendor_id
    assert {entry.deed for entry in AuditEntry.objects.all()} == {
        "deactivated a client account",
        "deleted a client account at FeedbackAPI",
    }


@pytest.mark.parametrize("what", ["account", "location"])
def test_a_second_press_of_deactivate_does_not_activate_again(as_admin, world, what):
    row = {"account": world.northwind, "location": world.riverside}[what]
    active = reverse(f"customers:{what}_active", args=[row.pk])
    for _ in range(2):  # of two admins, or of one who pressed twice
        as_admin.post(active)
        row.refresh_from_db()
        assert not row.is_active
    shown = text(as_admin.get(reverse(f"customers:{what}", args=[row.pk])))
    assert '<input type="hidden" name="active" value="yes"><button class="btn">Activate</button>' in shown
    for _ in range(2):
        as_admin.post(active, {"active": "yes"})
        row.refresh_from_db()
        assert row.is_active


def test_one_that_feedbackapi_has_not_is_not_deleted_there(as_admin, world):
    page = text(as_admin.post(f"/client-accounts/{world.northwind.pk}/delete/", follow=True))
    assert "FeedbackAPI does not have it" in page and not Delivery.objects.exists()


def test_a_full_account_takes_no_location_and_says_so(as_admin, world):
    there(world.northwind, max_locations=2, active_locations=1)  # ours are two
    assert "may have 2 locations and has 2" in text(as_admin.get(f"/client-accounts/{world.northwind.pk}/"))
    new = {"name": "Third", "country_code": "US", "time_zone": "UTC", "account": world.northwind.pk}
    refused = as_admin.post("/locations/new/", new)
    assert refused.status_code == 422 and "Raise its limit first" in text(refused)
    world.harbor.is_active = False
    world.harbor.save()
    assert as_admin.post("/locations/new/", new).status_code == 302


def test_a_refusal_is_shown_with_the_vendors_words_at_the_field_it_names(as_admin, world):
    there(world.northwind, vendor_raw={"name": "Northwind Dental", "max_locations": 10})
    url = f"/client-accounts/{world.northwind.pk}/edit/"
    as_admin.post(url, {"name": "Northwind Dental", "max_locations": "1"})
    sent = Delivery.objects.get()
    Delivery.objects.update(state="parked", reason="FeedbackAPI does not take this request.")
    words = "max_locations cannot be less than the 2 in use <b>"
    Attempt.objects.create(delivery=sent, number=1, ended_at=sent.created_at, words=words, param="max_locations")
    page = text(as_admin.get(url))
    assert "FeedbackAPI refused this: “max_locations cannot be less than the 2 in use &lt;b&gt;”" in page
    assert "Needs a person" in text(as_admin.get("/client-accounts/"))


def test_while_the_connection_is_off_it_stays_here_and_the_page_says_so(as_admin):
    Connection.objects.filter(vendor="feedbackapi").update(is_on=False)
    page = text(as_admin.post("/client-accounts/new/", NEW, follow=True))
    assert "switched off" in page and "Send to FeedbackAPI" not in page and not Delivery.objects.exists()
    Connection.objects.filter(vendor="feedbackapi").update(is_on=True)
    account = ClientAccount.objects.get(name="Savastano and Son")
    assert "Send to FeedbackAPI" in text(as_admin.get(f"/client-accounts/{account.pk}/"))
    as_admin.post(f"/client-accounts/{account.pk}/send/")
    assert Delivery.objects.get().kind == "feedbackapi.account_create"


def test_its_page_lists_what_and_who_is_in_it_in_a_fixed_number_of_queries(as_admin, world, django_assert_num_queries):
    for number in range(5):
        make_location(f"Branch {number}", world.northwind, [world.agent])
    # session, user · account · what waits, conflicts of it, connection, latest, conflicts to show · what differs ·
    # locations, members · used, customers
    with django_assert_num_queries(13):
        page = text(as_admin.get(f"/client-accounts/{world.northwind.pk}/"))
    assert "Branch 4" in page and "Ada Agent" in page and "4 customers" in page
