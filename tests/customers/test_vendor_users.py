"""Users of FeedbackAPI's own console: listed, invited, their link, forgotten, removed."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import AuditEntry
from customers.models import VendorUser
from customers.services import vendor_users
from customers.sync import apply_user
from integrations import outbox
from integrations.models import Delivery
from tests.customers.vendor_rows import raw, read

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NEW = "rishi@example.test"
sent = pytest.mark.django_db(transaction=True)  # nothing is sent inside a transaction


def listed(client):
    return client.get(reverse("customers:vendor_users")).content.decode()


def page_of(client, row):
    return client.get(reverse("customers:vendor_user", args=[row.pk])).content.decode()


def invite(client, email=NEW, **more):
    return client.post(reverse("customers:vendor_invite"), {"email": email, "send_invite": "on"} | more)


def test_active_ones_show_type_and_last_access_and_pending_ones_their_age(as_admin, world):
    read("users", raw("users", name="Carol Baskin", type="restricted", last_access=False))
    read("users", raw("users", name="<b>Bobby</b>", email="bobby@example.test", last_access=1734134400))
    vendor_users.invite(world.admin, NEW)
    page = listed(as_admin)
    assert "Restricted" in page and "never" in page and "14 Dec 2024" in page and "&lt;b&gt;Bobby" in page
    assert NEW in page and "by <bdi>Ana Admin" in page and "Waiting" in page


@sent
def test_an_address_is_sent_as_it_is_its_link_shown_here_alone_and_it_is_active_once_it_appears(
    as_admin, sandbox, world
):
    assert invite(as_admin, "Rishi@Example.test").status_code == 302
    row = VendorUser.objects.get()
    assert "The link shows up here once" in page_of(as_admin, row)
    outbox.deliver_due()
    (asked,) = sandbox.requests("feedbackapi", "/v1.3/users")
    assert asked["body"] == {"email": NEW, "send_invite": True}
    page = page_of(as_admin, row)
    assert "https://reviews.yoururl.com/invite?code=" in page and "Standard" in page
    assert "yoururl" not in listed(as_admin) + str(Delivery.objects.values()) + str(AuditEntry.objects.values())
    with transaction.atomic():  # as every page of a reading
        read("users", sandbox.feedbackapi.accept(NEW, "Rishi S.", signed_in=False))
    row.refresh_from_db()
    assert (row.name, row.status, row.invite) == ("Rishi S.", "active", {})
    assert "yoururl" not in page_of(as_admin, row) and VendorUser.objects.count() == 1


@sent
def test_what_the_vendor_refuses_is_shown_in_its_own_words(as_admin, sandbox, world):
    sandbox.answer("feedbackapi", 402, body={"type": "invalid_request_error", "message": "No seats left, sorry"})
    invite(as_admin)
    outbox.deliver_due()
    page = page_of(as_admin, VendorUser.objects.get())
    assert "No seats left, sorry" in page and "Needs a person" in page
    assert f"{reverse('feedback:deliveries')}?vendor=feedbackapi&amp;state=parked" in page


@sent
def test_one_that_did_not_arrive_is_invited_anew_as_the_vendor_mails_none_again(as_admin, sandbox, world):
    invite(as_admin)
    outbox.deliver_due()
    row = VendorUser.objects.get()
    assert "FeedbackAPI has no call to mail an invitation again" in page_of(as_admin, row)
    as_admin.post(reverse("customers:vendor_user_again", args=[row.pk]))
    outbox.deliver_due()
    assert len(sandbox.requests("feedbackapi", "/v1.3/users")) == 2
    assert [one["mails"] for one in sandbox.feedbackapi.pending()] == [2]
    assert VendorUser.objects.count() == 1 and "yoururl" in page_of(as_admin, row)


@sent
def test_forgetting_says_what_the_api_cannot_do_and_what_has_not_left_is_not_sent(as_admin, sandbox, world):
    invite(as_admin)
    row = VendorUser.objects.get()
    address = reverse("customers:vendor_user_cancel", args=[row.pk])
    assert "FeedbackAPI’s API cannot withdraw an invitation" in as_admin.get(address).content.decode()
    as_admin.post(address)
    outbox.deliver_due()
    assert not sandbox.requests("feedbackapi", "/v1.3/users")
    assert "Nobody is invited right now" in listed(as_admin)
    invite(as_admin)  # on second thoughts
    outbox.deliver_due()
    assert len(sandbox.feedbackapi.pending()) == 1 and VendorUser.objects.get() == row


@sent
def test_deleting_names_the_documented_consequence_and_takes_them_off_the_list(as_admin, sandbox, world):
    vendor_users.invite(world.admin, NEW)
    outbox.deliver_due()
    row = apply_user(VendorUser.objects.get(), sandbox.feedbackapi.accept(NEW))
    address = reverse("customers:vendor_user_delete", args=[row.pk])
    assert "Removes a user account preventing any sign in attempts." in as_admin.get(address).content.decode()
    assert not sandbox.requests("feedbackapi", f"/v1.3/users/{row.vendor_id}")
    as_admin.post(address)
    assert "Waiting" in listed(as_admin)
    outbox.deliver_due()
    assert NEW not in listed(as_admin) and "Removed at FeedbackAPI" in page_of(as_admin, row)
    assert sandbox.feedbackapi.rows("users") == []
    assert as_admin.post(address)["Location"] == reverse("customers:vendor_users")


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("CAROL@wildcat.test", "is a user of FeedbackAPI already"),
        (NEW, "is invited to FeedbackAPI"),
        ("x", "like name@example.com"),
    ],
)
def test_who_is_there_already_is_not_invited(as_admin, world, email, says):
    read("users", raw("users"))
    vendor_users.invite(world.admin, NEW)
    answer = invite(as_admin, email)
    assert answer.status_code == 422 and says in answer.context["form"].errors["email"][0]
    assert Delivery.objects.count() == 1


def test_the_limit_counts_active_and_invited_ones_and_refused_ones_not(as_admin, world):
    read("accounts", raw("accounts", max_users=2, active_users=1))
    refused = vendor_users.invite(world.admin, "refused@example.test")
    Delivery.objects.filter(pk=refused.delivery_id).update(state="parked")
    assert invite(as_admin).status_code == 302
    answer = invite(as_admin, "one.more@example.test")
    assert answer.status_code == 422
    assert "The limit of 2 users is reached: 2 active or invited" in answer.context["form"].errors["email"][0]
    assert "2 of 2 users" in listed(as_admin)
    read("accounts", raw("accounts", max_users=None))  # another one, and nobody says whose a user will be
    assert invite(as_admin, "one.more@example.test").status_code == 302


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_or_twenty_cost_the_same(as_admin, world, rows, django_assert_num_queries):
    for number in range(rows):
        vendor_users.invite(world.admin, f"new{number}@example.test")
        read("users", raw("users", email=f"known{number}@example.test"))
    # session, user · accounts' users, pending, limits · pending rows, their attempts · active rows · last reading
    with django_assert_num_queries(9):
        listed(as_admin)
