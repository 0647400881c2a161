"""What people change here reaches FeedbackAPI, and what comes back stands in the row: against the sandbox."""

import pytest
from django.utils import timezone

from customers import differences
from customers import services as deeds
from customers.models import ClientAccount, Conflict, Customer, Location, ReviewProfile
from feedback.models import Review
from integrations import outbox
from integrations.choices import DeliveryState
from integrations.models import Attempt, Connection, Delivery
from integrations.outbox import doubts
from tests.world import make_customer

pytestmark = pytest.mark.django_db
PROFILE = "https://reviews.example.test/riverside"


@pytest.fixture
def there(world, sandbox, settings):
    """FeedbackAPI's back office, with our work done in between."""
    settings.ALLOW_HTTP_IN_TRANSACTION = True  # the test's own
    return sandbox.feedbackapi


def work():
    outbox.deliver_due(vendor="feedbackapi", until_empty=True)


def row(there, resource):
    (only,) = there.rows(resource)
    return only


def linked_location(world, **fields):
    """A new location that FeedbackAPI has."""
    fields = {"name": "Lakeside", "account": world.northwind, "country_code": "PT", **fields}
    location = deeds.save_location(Location(**fields), world.admin, profiles=[PROFILE])
    work()
    location.refresh_from_db()
    return location


def linked_customer(world, location, **fields):
    fields = {"name": "Inês Duarte", "email": "ines@example.test", "location": location, **fields}
    customer = deeds.save_customer(Customer(**fields), "+351912345678", world.agent)
    work()
    customer.refresh_from_db()
    return customer


def change(location, by, **fields):
    for name, value in fields.items():
        setattr(location, name, value)
    return deeds.save_location(location, by, changed=list(fields))


def states():
    return {(one.kind.partition(".")[2], one.state) for one in Delivery.objects.all()}


def test_a_new_location_is_created_there_with_its_review_profiles(world, there):
    location = linked_location(world, postal_code="1100-148", address_line_1="Rua Augusta 1")
    theirs = row(there, "locations")
    assert (theirs["name"], theirs["country_code"], theirs["postal_code"]) == ("Lakeside", "PT", "1100-148")
    assert location.vendor_id == theirs["id"] and location.is_at_vendor and not differences.of(location)
    assert ReviewProfile.objects.get().told_at


def test_several_edits_that_wait_go_out_as_one(world, there):
    location = linked_location(world)
    change(location, world.admin, name="Lake House")
    change(location, world.admin, postal_code="K1A 0B1")
    work()
    assert {"name": "Lake House", "postal_code": "K1A 0B1"}.items() <= row(there, "locations").items()
    assert Delivery.objects.filter(kind="feedbackapi.location_update", state=DeliveryState.DELIVERED).count() == 1


def test_an_edit_while_the_creation_is_under_way_follows_it(world, there):
    location = deeds.save_location(Location(name="Lakeside", country_code="PT"), world.admin)
    change(location, world.admin, name="Lake House")
    assert states() == {("location_create", "pending")}
    work()
    assert row(there, "locations")["name"] == "Lake House"


def test_an_edit_after_a_creation_that_had_arrived_unseen_follows_it_and_is_not_undone(world, there, sandbox):
    sandbox.fault("feedbackapi", path="locations", kind="status", status=502, when="after")
    location = deeds.save_location(Location(name="Lakeside", country_code="PT"), world.admin)
    work()
    Delivery.objects.update(state=DeliveryState.PARKED)  # given up, and somebody edits it
    change(location, world.admin, name="Lake House")
    an_age = timezone.now() - doubts.LOOK_AFTER
    Attempt.objects.update(started_at=an_age)
    Delivery.objects.update(not_before=an_age)
    work()
    location.refresh_from_db()
    assert location.name == row(there, "locations")["name"] == "Lake House"
    assert location.vendor_id == row(there, "locations")["id"] and not Conflict.objects.exists()


def test_what_changed_on_both_sides_is_a_conflict_and_nothing_is_lost(world, there):
    location = linked_location(world)
    there.change(edit={"locations": [{"id": location.vendor_id, "name": "Theirs"}]})
    change(location, world.admin, name="Ours", postal_code="1100")
    work()
    conflict = Conflict.objects.get()
    assert (conflict.field, conflict.ours, conflict.theirs, conflict.base) == ("name", "Ours", "Theirs", "Lakeside")
    assert conflict.ours_by == world.admin
    # What is not in question went through.
    assert {"name": "Theirs", "postal_code": "1100"}.items() <= row(there, "locations").items()
    location.refresh_from_db()
    assert location.name == "Ours"


@pytest.mark.parametrize(("side", "name"), [("ours", "Ours"), ("theirs", "Theirs")])
def test_an_admin_says_which_value_holds(world, there, side, name):
    location = linked_location(world)
    there.change(edit={"locations": [{"id": location.vendor_id, "name": "Theirs"}]})
    change(location, world.admin, name="Ours")
    work()
    deeds.resolve(Conflict.objects.get(), side, world.admin)
    work()
    location.refresh_from_db()
    assert location.name == row(there, "locations")["name"] == name
    assert not differences.of(location)
    assert not Delivery.objects.filter(state__in=["pending", "parked"]).exists()
    with pytest.raises(deeds.Settled):
        deeds.resolve(Conflict.objects.get(), side, world.admin)


def test_a_customer_is_created_with_a_first_location_and_joins_the_others(world, there):
    lakeside, hill = linked_location(world), linked_location(world, name="Hill")
    customer = Customer(name="Mary Ann Lee", location=lakeside, country_code="PT")
    customer = deeds.save_customer(customer, "+351912345678", world.admin, others=[hill])
    work()
    theirs = row(there, "customers")
    assert (theirs["fname"], theirs["sname"], theirs["mobile_number"]) == ("Mary Ann", "Lee", "+351912345678")
    assert theirs["locations"] == [lakeside.vendor_id, hill.vendor_id]
    customer.refresh_from_db()
    customer.location = hill
    deeds.save_customer(customer, "+351912345678", world.admin, ["location"], others=[])
    work()
    assert row(there, "customers")["locations"] == [hill.vendor_id]


def test_who_may_not_see_a_location_does_not_take_anybody_out_of_it(world, there):
    lakeside, hill = linked_location(world), linked_location(world, name="Hill")
    lakeside.members.add(world.agent)
    customer = deeds.save_customer(
        Customer(name="Lee", email="lee@example.test", location=lakeside), "", world.admin, others=[hill]
    )
    work()
    customer.refresh_from_db()
    customer.name = "Bruce Lee"
    deeds.save_customer(customer, "", world.agent, ["name"], others=[])
    work()
    assert row(there, "customers")["locations"] == [lakeside.vendor_id, hill.vendor_id]
    assert row(there, "customers")["fname"] == "Bruce"


def test_a_customer_of_a_new_location_follows_when_it_has_arrived(world, there):
    location = deeds.save_location(Location(name="Lakeside", country_code="PT"), world.admin)
    customer = Customer(name="Lee", email="lee@example.test", location=location)
    deeds.save_customer(customer, "", world.agent)
    assert not there.rows("customers")
    work()
    assert row(there, "customers")["email"] == "lee@example.test"


def test_opting_out_goes_there_at_once_and_back_in_only_with_a_reason(world, there):
    customer = linked_customer(world, linked_location(world))
    deeds.opt_out(customer, world.agent, "Asked for on the phone")
    work()
    assert row(there, "customers")["opt_out"] is True
    with pytest.raises(ValueError, match="asked"):
        deeds.opt_in(customer, world.agent, "  ")
    deeds.opt_in(customer, world.agent, "Wrote an e-mail")
    work()
    assert row(there, "customers")["opt_out"] is False


def test_opting_out_does_not_wait_for_a_conflict_about_something_else(world, there):
    customer = linked_customer(world, linked_location(world))
    there.change(edit={"customers": [{"id": customer.vendor_id, "fname": "Agnes"}]})
    customer.name = "Inez Duarte"
    deeds.save_customer(customer, "+351912345678", world.agent, ["name"])
    deeds.opt_out(customer, world.agent)
    work()
    assert row(there, "customers")["opt_out"] is True
    assert Conflict.objects.filter(resolved_at=None).exists()


def test_a_deleted_customer_is_inactive_there_and_stays_here(world, there):
    customer = linked_customer(world, linked_location(world))
    deeds.delete(customer, world.supervisor)
    work()
    assert there.rows("customers") == []
    customer.refresh_from_db()
    assert customer.gone_at and not customer.is_at_vendor
    with pytest.raises(deeds.CannotSend):
        deeds.delete(customer, world.supervisor)


def test_a_deleted_location_takes_what_waited_with_it(world, there):
    location = linked_location(world)
    review = Review.objects.create(location=location, written_at=timezone.now(), rating=5)
    change(location, world.admin, name="Lake House")
    deeds.delete(location, world.admin)
    assert ("location_update", "pending") not in states()
    work()
    location.refresh_from_db()
    assert there.rows("locations") == [] and location.gone_at and not location.is_active
    review.refresh_from_db()
    assert review.gone_at  # kept and marked


def test_an_account_is_created_deactivated_and_deleted(world, there):
    account = deeds.save_account(ClientAccount(name="Savastano", verb="use", max_locations=10), world.admin)
    work()
    theirs = row(there, "accounts")
    assert (theirs["active"], theirs["max_locations"], theirs["max_users"]) == (True, 10, None)
    account.refresh_from_db()
    deeds.set_account_active(account, False, world.admin)
    work()
    assert row(there, "accounts")["active"] is False
    deeds.delete(account, world.admin)
    work()
    account.refresh_from_db()
    assert there.rows("accounts") == [] and account.gone_at


def test_a_refusal_is_kept_with_the_field_it_names(world, there):
    account = deeds.save_account(ClientAccount(name="Savastano", verb="use", max_locations=0), world.admin)
    work()
    deeds.save_location(Location(name="Lakeside", country_code="PT"), world.admin)
    work()
    refused = Delivery.objects.get(kind="feedbackapi.location_create")
    attempt = refused.attempts.get()
    assert (refused.state, attempt.param) == ("parked", "max_locations")
    assert "limit of 0 locations" in attempt.words
    account.refresh_from_db()


def test_nothing_is_sent_while_the_connection_is_off_and_all_of_it_later(world, there):
    Connection.objects.filter(vendor="feedbackapi").update(is_on=False)
    location = deeds.save_location(Location(name="Lakeside", country_code="PT"), world.admin)
    assert not Delivery.objects.exists()
    with pytest.raises(deeds.CannotSend, match="switched off"):
        deeds.send_again(location, world.admin)
    Connection.objects.filter(vendor="feedbackapi").update(is_on=True)
    deeds.send_again(location, world.admin)
    work()
    assert row(there, "locations")["name"] == "Lakeside"


def test_who_has_neither_address_nor_number_stays_here(world, there):
    location = linked_location(world)
    customer = make_customer("Nobody", location)
    deeds.save_customer(customer, "", world.agent, ["name"])
    assert differences.why_not(customer) == "needs an e-mail address or a mobile number"
    work()
    assert there.rows("customers") == []
