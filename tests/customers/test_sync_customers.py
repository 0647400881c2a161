"""Customers as FeedbackAPI lists them: who they are, where they belong, opting out and in, meeting our own rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from customers import sync
from customers.models import Conflict, Customer, Location, PhoneNumber
from integrations.choices import DeliveryState
from integrations.feedbackapi.delivery import CUSTOMER_UPDATE
from integrations.models import Connection, Delivery
from tests.conftest import signed_in
from tests.customers.vendor_rows import counts, raw, read
from tests.world import fiction, make_customer, make_location, make_number, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def jane(**values):
    values = {"email": "jane@example.test", "mobile_number": fiction(1), "fname": "Jane", "sname": "Doe"} | values
    return raw("customers", "gd7TdO", **values)


def locations(*ids):
    read("locations", *(raw("locations", one, name=f"Place {one}") for one in ids))


def belongs(customer):
    """(main location, the other ones, unknown ids), by the vendor's ids."""
    customer.refresh_from_db()
    others = sorted(customer.other_locations.values_list("vendor_id", flat=True))
    return customer.location and customer.location.vendor_id, others, customer.vendor_locations


def test_a_new_customer_is_made_with_everything_the_vendor_tells():
    locations("a", "b")
    make_number(fiction(2))
    seen = jane(last_sms=1734137054, country_code="US", invalid=True, locations=["x", "b", "a"])
    other = raw("customers", mobile_number=fiction(2), fname=" Bobby ", opt_out=True, created=None)
    assert counts("customers", seen, other) == (2, 0, 0)
    customer = Customer.objects.get(vendor_id="gd7TdO")
    assert (customer.name, customer.email, customer.phone.e164) == ("Jane Doe", "jane@example.test", fiction(1))
    assert (customer.country_code, customer.is_invalid, customer.opted_out_at) == ("US", True, None)
    assert (customer.vendor_raw, customer.language, customer.last_email_at) == (seen, "en", None)
    assert customer.last_sms_at.timestamp() == 1734137054 and customer.created_at == customer.vendor_created_at
    assert belongs(customer) == ("b", ["a"], ["x"])
    bobby = Customer.objects.get(name="Bobby")
    assert bobby.opted_out_at and bobby.created_at and PhoneNumber.objects.count() == 2
    assert counts("customers", seen, other) == (0, 0, 2)


@pytest.mark.parametrize(
    ("values", "name", "mobile"),
    [
        ({"email": "a@b.test"}, "a@b.test", ""),
        ({"mobile_number": "+1813555"}, "+1813555", "+1813555"),
        ({}, "Customer z", ""),
        ({"fname": "n" * 199 + "e\u0301" * 3000}, "n" * 199, ""),
        ({"fname": "\u05e9\u05dc", "sname": "<b>\U0001f44b\x00"}, "\u05e9\u05dc <b>\U0001f44b", ""),
        ({"fname": "Jo", "mobile_number": "0161 " * 50}, "Jo", ("0161 " * 50)[:60]),
    ],
)  # fmt: skip
def test_whatever_they_are_called(values, name, mobile):
    read("customers", raw("customers", "z", **values))
    customer = Customer.objects.get()
    assert (customer.name, customer.vendor_mobile, customer.phone) == (name, mobile, None)
    assert len(customer.vendor_raw["fname"] or "") == len((values.get("fname") or "").replace("\x00", ""))
    assert counts("customers", raw("customers", "z", **values)) == (0, 0, 1)


def test_a_name_they_tell_later_takes_the_place_of_the_address_that_stood_for_it():
    read("customers", jane(fname=None, sname=None))
    read("customers", jane())
    assert Customer.objects.get().name == "Jane Doe" and not Conflict.objects.exists()


def test_each_side_keeps_what_only_it_changed_and_both_is_a_conflict():
    read("customers", jane())
    Customer.objects.update(name="Jane Our", phone=make_number(fiction(9)))
    read("customers", jane(email="new@example.test", mobile_number=fiction(5)))
    customer, conflict = Customer.objects.get(), Conflict.objects.get()
    assert (customer.name, customer.email, customer.phone.e164) == ("Jane Our", "new@example.test", fiction(9))
    assert (conflict.field, conflict.ours, conflict.theirs, conflict.base) == (
        "mobile_number", fiction(9), fiction(5), fiction(1),
    )  # fmt: skip
    assert customer.vendor_raw["mobile_number"] == fiction(1), "an update sent now sees that theirs is another"
    assert counts("customers", jane(email="new@example.test", mobile_number=fiction(5))) == (0, 0, 1)


def test_who_moves_is_seen_at_the_new_place_and_no_longer_at_the_old_one():
    locations("old", "new")
    old, new = (make_user(locations=[Location.objects.get(vendor_id=one)]) for one in ("old", "new"))
    read("customers", jane(locations=["old"]))
    page = f"/customers/{Customer.objects.get().pk}/edit/"
    assert (signed_in(old).get(page).status_code, signed_in(new).get(page).status_code) == (200, 404)
    read("customers", jane(locations=["new"]))
    assert (signed_in(old).get(page).status_code, signed_in(new).get(page).status_code) == (404, 200)


def test_places_added_and_removed_on_both_sides_are_counted_together():
    locations(*"abcd")
    read("customers", jane(locations=["a", "b", "x"]))
    customer = Customer.objects.get()
    customer.other_locations.set(Location.objects.filter(vendor_id="c"))  # we took b away and added c
    read("customers", jane(locations=["d", "b", "a"]))
    assert belongs(customer) == ("a", ["c", "d"], [])
    read("customers", jane(locations=["d", "b"]))
    assert belongs(customer) == ("d", ["c"], [])


def test_a_location_that_appears_later_takes_up_its_customers():
    read("customers", jane(locations=["a", "b", "c"]), raw("customers", locations=["b"]), raw("customers"))
    customer = Customer.objects.get(vendor_id="gd7TdO")
    assert belongs(customer) == (None, [], ["a", "b", "c"])
    ours = make_location("Harbor")
    read("locations", raw("locations", "b", name="harbor"))
    assert belongs(customer) == ("b", [], ["a", "c"]) and ours.customers.count() == 2
    sync.apply_location(make_location("Mill"), raw("locations", "c", name="Mill"))
    assert belongs(customer) == ("b", ["c"], ["a"])


# --- opting out and in


def test_an_opt_out_counts_at_once_and_letting_back_in_is_taken_and_written_down():
    read("customers", jane())
    read("customers", jane(opt_out=True))
    assert Customer.objects.get().opted_out_at
    read("customers", jane())
    assert Customer.objects.get().opted_out_at is None
    deeds = list(AuditEntry.objects.order_by("pk").values_list("deed", flat=True))
    assert deeds == ["opted out at FeedbackAPI", "opted back in at FeedbackAPI"]


def test_an_opt_out_of_ours_is_never_undone_by_an_older_row():
    read("customers", jane())
    Customer.objects.update(opted_out_at=timezone.now())
    read("customers", jane(fname="Joan"))  # ours is not delivered yet
    customer = Customer.objects.get()
    assert customer.opted_out_at and customer.name == "Joan Doe"
    delivery = Delivery.objects.create(
        kind=CUSTOMER_UPDATE,
        key=f"customer:{customer.pk}",
        connection=Connection.objects.of("feedbackapi"),
        payload={"id": "gd7TdO", "values": {"opt_out": True}},
        state=DeliveryState.DELIVERED,
        done_at=timezone.now(),
    )
    sync.apply_customer(customer, jane(fname="Joan", opt_out=True))
    read("customers", jane(fname="Joan"))  # read before, stored after it arrived
    assert Customer.objects.get().opted_out_at
    Delivery.objects.filter(pk=delivery.pk).update(done_at=timezone.now() - timedelta(hours=1))
    read("customers", jane(fname="Joan"))  # and this is what they really say now
    assert Customer.objects.get().opted_out_at is None


# --- meeting our own rows


@pytest.mark.parametrize("values", [{"mobile_number": None}, {"email": None}, {"email": "JANE@example.TEST"}])
def test_one_of_ours_takes_the_id_by_its_address_or_number(values):
    ours = make_customer("Jane Doe", phone=fiction(1), email="Jane@example.test", location=make_location())
    assert counts("customers", jane(**values)) == (0, 1, 0)
    row = Customer.objects.get()
    assert (row.pk, row.vendor_id, row.location) == (ours.pk, "gd7TdO", ours.location)
    assert (row.email, row.phone.e164) == ("Jane@example.test", fiction(1))


def test_who_told_us_to_stop_before_the_vendor_knew_them_is_stopped_there_as_soon_as_they_appear():
    Connection.objects.filter(vendor="feedbackapi").update(is_on=True)
    now = timezone.now()
    ours = make_customer("Jane Doe", email="jane@example.test", opted_out_at=now, changed_at=now)
    read("customers", jane(), raw("customers", "x2", email="joe@example.test", opt_out=True))
    owed = Delivery.objects.get(kind=CUSTOMER_UPDATE)
    assert (owed.key, owed.payload["values"]["opt_out"]) == (f"customer:{ours.pk}", True)


def test_of_two_of_ours_that_fit_none_is_taken():
    make_customer("Jane Doe", phone=fiction(1))
    make_customer("Jon Doe", phone=fiction(1))
    assert counts("customers", jane()) == (1, 0, 0)
    assert Customer.objects.filter(vendor_id=None).count() == 2


@pytest.mark.parametrize("first", ["answer", "reading"])
def test_the_answer_to_our_own_upsert_and_a_reading_meet_in_one_row(first):
    ours = make_customer("Jane Doe", email="jane.doe@example.test")
    deeds = {"answer": lambda: sync.apply_customer(ours, jane()), "reading": lambda: read("customers", jane())}
    for name in sorted(deeds, key=lambda name: name != first):
        deeds[name]()
    row = Customer.objects.get()
    assert (row.pk, row.vendor_id, row.phone.e164) == (ours.pk, "gd7TdO", fiction(1))
    assert Conflict.objects.get().field == "email"


def test_an_answer_is_the_new_base_and_what_was_changed_since_stays():
    ours = make_customer("Jane Doe", email="jane@example.test", phone=fiction(1))
    sync.apply_customer(ours, jane())
    Customer.objects.update(email="later@example.test")
    sync.apply_customer(ours, jane(fname="Janet"))
    row = Customer.objects.get()
    assert (row.name, row.email, row.vendor_raw["email"]) == ("Janet Doe", "later@example.test", "jane@example.test")


def test_a_row_that_comes_back_is_not_gone_any_more():
    read("customers", jane())
    Customer.objects.update(gone_at=timezone.now())
    assert counts("customers", jane()) == (0, 1, 0) and Customer.objects.get().gone_at is None


def test_queries_do_not_grow_with_the_page(django_assert_max_num_queries):
    locations("a", "b")
    for fname in ("Jane", "Joan"):  # new ones, then changed ones
        page = [jane(fname=fname) | {"id": f"c{n}", "email": None, "mobile_number": fiction(n), "locations": ["a", "b"]}
                for n in range(60)]  # fmt: skip
        with django_assert_max_num_queries(14):
            read("customers", *page)
