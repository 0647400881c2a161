"""Invitations: made in a form, mailed, shown once, sent again, cancelled."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from customers.models import Invitation, VendorUser
from customers.services import invitations

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NEW = "new.person@example.test"


class DeafServer(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError


def invite(client, email=NEW, **more):
    return client.post(reverse("customers:invite"), {"email": email, "role": "agent"} | more)


def link_in(response):
    return re.search(r'value="(http[^"]+/invite/[^"]+)"', response.content.decode()).group(1)


def test_a_mail_a_role_and_locations_make_an_invitation_whose_link_is_shown_once(as_admin, world):
    answer = invite(as_admin, "New.Person@Example.test", role="supervisor", locations=[world.harbor.pk])
    assert answer.status_code == 201 and answer["Cache-Control"] == "no-store"
    link = link_in(answer)
    assert link in mail.outbox[0].body and mail.outbox[0].to == [NEW]
    made = Invitation.objects.get()
    assert (made.email, made.role, list(made.locations.all())) == (NEW, "supervisor", [world.harbor])
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) >= 43  # 256 bits
    assert token not in str(vars(made)) + str(AuditEntry.objects.values())
    page = as_admin.get(reverse("customers:invitations")).content.decode()
    assert NEW in page and token not in page and "by <bdi>Ana Admin" in page and "6\xa0days, 23\xa0hours" in page


def test_a_mail_server_that_is_down_is_said_and_the_link_is_still_shown(as_admin, world, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.DeafServer"
    answer = invite(as_admin)
    assert answer.status_code == 201 and "The mail could not be sent" in answer.content.decode()
    token = link_in(answer).rstrip("/").rpartition("/")[2]
    assert "was not sent" in caplog.text and token not in caplog.text
    assert Invitation.objects.get().is_pending


@pytest.mark.parametrize(
    ("email", "says"),
    [("AGENT@example.test", "uses Aftercall already"), ("gone@example.test", "deactivated"), (NEW, "invited already")],
)
def test_who_is_known_is_not_invited_and_the_sentence_says_why(as_admin, world, email, says):
    world.stranger.email, world.stranger.is_active = "gone@example.test", False
    world.stranger.save()
    invitations.invite(world.admin, NEW, "agent")
    answer = invite(as_admin, email.upper(), name="Typed Name")
    assert answer.status_code == 422 and says in answer.context["form"].errors["email"][0]
    assert "Typed Name" in answer.content.decode() and mail.outbox == []
    assert Invitation.objects.count() == 1


def test_of_two_forms_at_the_same_moment_one_invites(as_admin, world, monkeypatch):
    invitations.invite(world.admin, NEW, "agent")
    # Both passed the look before either was saved: only the database can tell.
    monkeypatch.setattr(invitations, "refuse_known", lambda email: None)
    assert "invited already" in invite(as_admin).context["form"].errors["email"][0]
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    "field", [{"email": "no address"}, {"role": "king"}, {"locations": ["0"]}, {"email": "a\0b@c.d"}]
)
def test_bad_input_invites_nobody(as_admin, field):
    answer = invite(as_admin, **field)
    assert answer.status_code == 422 and set(answer.context["form"].errors) == set(field)
    assert not Invitation.objects.exists()


def test_sent_again_the_new_link_works_the_old_one_ends_and_the_days_count_anew(as_admin, client):
    old = link_in(invite(as_admin))
    one = Invitation.objects.get()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        page = as_admin.get(reverse("customers:invitations"))
        if page.status_code == 302:  # the admin's own sign-in is over too
            as_admin.force_login(one.invited_by)
            page = as_admin.get(reverse("customers:invitations"))
        assert "Expired" in page.content.decode()
        new = link_in(as_admin.post(reverse("customers:invitation_again", args=[one.pk])))
        assert client.get(old).status_code == 404
        assert client.get(new)["Location"] == reverse("customers:accept")
        assert "sent 2 times" in as_admin.get(reverse("customers:invitations")).content.decode()
    assert [entry.deed for entry in AuditEntry.objects.order_by("pk")] == ["invited", "sent an invitation again"]


def test_cancelling_asks_first_and_ends_the_link_and_then_they_can_be_invited_again(as_admin, client):
    link = link_in(invite(as_admin))
    address = reverse("customers:invitation_cancel", args=[Invitation.objects.get().pk])
    assert "opens nothing from then on" in as_admin.get(address).content.decode()
    assert client.get(link).status_code == 302
    as_admin.post(address)
    assert client.get(link).status_code == 404
    assert "Nobody is invited right now" in as_admin.get(reverse("customers:invitations")).content.decode()
    again = as_admin.post(reverse("customers:invitation_again", args=[Invitation.objects.get().pk]), follow=True)
    assert "no longer open" in again.content.decode()
    assert invite(as_admin).status_code == 201


def test_a_tick_invites_to_feedbackapi_too_and_all_or_nothing_is_saved(as_admin, world):
    world.northwind.vendor_id, world.northwind.max_users, world.northwind.active_users = "gd7TdO", 1, 1
    world.northwind.save()
    refused = invite(as_admin, also="on")
    assert refused.status_code == 422 and "The limit of 1 user is reached" in refused.context["form"].errors["also"][0]
    assert not Invitation.objects.exists() and not VendorUser.objects.exists()
    world.northwind.max_users = None
    world.northwind.save()
    assert invite(as_admin, also="on").status_code == 201
    assert VendorUser.objects.get().email == NEW


@pytest.mark.parametrize("rows", [1, 20])
def test_one_invitation_or_twenty_cost_the_same(as_admin, world, rows, django_assert_num_queries):
    for number in range(rows):
        invitations.invite(world.admin, f"new{number}@example.test", "agent", [world.riverside, world.harbor])
    with django_assert_num_queries(4):  # session, user · invitations with who invited, their locations
        as_admin.get(reverse("customers:invitations"))
