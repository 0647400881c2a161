"""Client accounts, locations and users as FeedbackAPI lists them: new, adopted, changed on either side, on both."""

import pytest
from django.utils import timezone

from customers import sync
from customers.models import ClientAccount, Conflict, Location, VendorUser
from integrations.models import Connection
from tests.customers.vendor_rows import counts, raw, read
from tests.world import make_account, make_call, make_location, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_location_is_made_once_and_not_written_again():
    acme = raw("locations", "Ab1", address_line_1="27 Loony Toon West", postal_code="EC1A 1BB", country_code="Elbonia")
    assert counts("locations", acme, acme) == (1, 0, 0)
    assert counts("locations", acme) == (0, 0, 1)
    assert counts("locations", raw("locations", "aB1")) == (1, 0, 0), "the case of an id counts"
    row = Location.objects.get(vendor_id="Ab1")
    assert (row.name, row.postal_code, row.vendor_raw, row.account) == ("Acme Inc", "EC1A 1BB", acme, None)
    assert row.country_code == "Elbonia" and row.is_at_vendor


def test_what_the_vendor_changed_is_taken_and_what_we_changed_stays():
    read("locations", raw("locations", "a", postal_code="1"))
    Location.objects.update(name="Our name")
    assert counts("locations", raw("locations", "a", postal_code="2")) == (0, 1, 0)
    row = Location.objects.get()
    assert (row.name, row.postal_code, row.vendor_raw["name"]) == ("Our name", "2", "Acme Inc")
    assert not Conflict.objects.exists()


def test_a_change_on_both_sides_is_a_conflict_that_loses_neither_and_ends_when_both_agree():
    admin = make_user()
    read("locations", raw("locations", "a"))
    Location.objects.update(name="Ours", changed_by=admin, changed_at=timezone.now())
    for postal_code in ("1", "2"):  # seen again beside another change: still one conflict
        read("locations", raw("locations", "a", name="Theirs", postal_code=postal_code))
    row, conflict = Location.objects.get(), Conflict.objects.get()
    assert (row.name, row.postal_code, row.vendor_raw["name"]) == ("Ours", "2", "Acme Inc")
    assert (conflict.field, conflict.ours, conflict.theirs, conflict.base) == ("name", "Ours", "Theirs", "Acme Inc")
    assert (conflict.location, conflict.ours_by, conflict.resolved_at) == (row, admin, None)
    read("locations", raw("locations", "a", name="Theirs again"))
    assert Conflict.objects.get().theirs == "Theirs again"
    read("locations", raw("locations", "a", name="Ours"))
    assert Conflict.objects.get().resolved_at and Location.objects.get().vendor_raw["name"] == "Ours"


def test_one_of_ours_with_the_same_name_takes_the_id_instead_of_being_doubled():
    ours = make_location(" riverside ", postal_code="9")
    other = make_location("Riverside", country_code="GB")
    assert counts("locations", raw("locations", "a", name="RIVERSIDE", postal_code="1")) == (0, 1, 0)
    ours.refresh_from_db()
    other.refresh_from_db()
    assert (ours.vendor_id, ours.country_code, other.vendor_id) == ("a", "US", None)
    assert (ours.postal_code, Conflict.objects.get(field="postal_code").theirs) == ("9", "1")
    assert counts("locations", raw("locations", "b", name="Riverside")) == (1, 0, 0), "each is adopted once"


def test_of_two_that_fit_none_is_adopted():
    make_location("Twin")
    make_location("Twin")
    assert counts("locations", raw("locations", "a", name="Twin")) == (1, 0, 0)
    assert Location.objects.filter(vendor_id=None).count() == 2


@pytest.mark.parametrize("first", ["answer", "reading"])
def test_the_answer_to_our_creation_and_a_reading_meet_in_one_row(first):
    ours, member = make_location("Riverside"), make_user()
    acme = raw("locations", "a", name="Riverside Ltd")  # not adopted by its name
    if first == "reading":
        read("locations", acme)
        Location.objects.get(vendor_id="a").members.add(member)
        read("customers", raw("customers", locations=["a"]))
    sync.apply_location(ours, acme)
    if first == "answer":
        ours.members.add(member)
        read("locations", acme)
        read("customers", raw("customers", locations=["a"]))
    row = Location.objects.get()
    assert (row.pk, row.vendor_id) == (ours.pk, "a")
    assert row.customers.count() == 1 and row.members.get() == member


def test_a_row_that_was_worked_with_is_not_swallowed():
    read("locations", raw("locations", "a"))
    theirs, ours = Location.objects.get(), make_location("Acme Inc 2")
    make_call(make_user(), location=theirs)
    assert sync.apply_location(ours, raw("locations", "a", postal_code="7")) == theirs
    theirs.refresh_from_db()
    assert (theirs.postal_code, Location.objects.count()) == ("7", 2)


def test_an_account_shows_its_limits_and_what_it_uses():
    read("accounts", raw("accounts", "a", name="x" * 5000, max_locations=5, sms_allowance="2000", active_users=4))
    row = ClientAccount.objects.get()
    assert (row.max_locations, row.max_users, row.sms_allowance, row.active_users) == (5, None, 2000, 4)
    assert len(row.name) == 200 and len(row.vendor_raw["name"]) == 5000
    read("accounts", raw("accounts", "a", name="x" * 5000, max_locations=None, active=False))
    row.refresh_from_db()
    assert (row.max_locations, row.is_active) == (None, False)


def test_what_an_answer_does_not_tell_is_not_changed():
    ours = make_account("Savastano", max_users=3)
    sync.apply_account(ours, {"id": "a", "created": 1734134400, "name": "Savastano"})
    ours.refresh_from_db()
    assert (ours.vendor_id, ours.max_users, ours.is_active) == ("a", 3, True)


def test_a_user_who_accepted_takes_the_place_of_the_invitation():
    pending = VendorUser.objects.create(
        email="Carol@wildcat.test", status="pending", invite={"url": "https://x.test/1"}
    )
    assert counts("users", raw("users", "u1", last_access=1734134400)) == (0, 1, 0)
    row = VendorUser.objects.get()
    assert (row.pk, row.vendor_id, row.status, row.invite) == (pending.pk, "u1", "active", {})
    assert row.last_access_at and counts("users", raw("users", "u1", last_access=1734134400)) == (0, 0, 1)


def test_the_answer_to_an_invitation_has_no_id_and_the_link_is_kept_sealed():
    pending = VendorUser.objects.create(email="carol@wildcat.test")
    answer = {"email": "carol@wildcat.test", "status": "pending", "invite_url": "https://reviews.yoururl.test/1"}
    sync.apply_user(pending, answer)
    row = VendorUser.objects.get()
    assert (row.vendor_id, row.status, row.invite) == (None, "pending", {"url": "https://reviews.yoururl.test/1"})
    assert "invite_url" not in row.vendor_raw


def test_text_that_databases_refuse_is_cleaned_wherever_it_stands():
    read("locations", raw("locations", "a", name="A\x00cme", note={"x": ["\ud800y\x00"]}))
    row = Location.objects.get()
    assert (row.name, row.vendor_raw["note"]) == ("Acme", {"x": ["y"]})
    assert Connection.objects.of("feedbackapi") == row.connection
