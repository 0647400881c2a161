"""Two who have the same form open: each changes what they changed, and nothing else."""

import re
from html import unescape

import pytest
from django.urls import reverse

from customers.choices import Verb
from customers.models import ClientAccount, Customer, Location
from integrations.models import Delivery
from tests.world import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def as_shown(client, address):
    """What the form of a page posts when nothing is typed: {name: value or values}."""
    page = client.get(address)
    form, fields = page.context["form"], {"shown": unescape(re.search(r'name="shown" value="([^"]*)"', page.text)[1])}
    for field in form:
        value = field.value()
        fields[field.name] = [row.pk for row in value] if hasattr(value, "all") else value
        if isinstance(value, list):
            fields[field.name] = [getattr(row, "pk", row) for row in value]
    return {name: "" if value is None else value for name, value in fields.items()}


def test_a_number_a_colleague_gave_a_customer_stays(world, as_agent, as_supervisor):
    address = reverse("customers:edit", args=[world.marta.pk])
    mine, theirs = as_shown(as_agent, address), as_shown(as_supervisor, address)
    more = {"phone_text": "+12125550177", "other_locations": [world.harbor.pk]}
    assert as_supervisor.post(address, theirs | more).status_code == 302
    assert as_agent.post(address, mine | {"name": "Marta de Oliveira"}).status_code == 302
    marta = Customer.objects.get(pk=world.marta.pk)
    assert (marta.name, marta.phone.e164) == ("Marta de Oliveira", "+12125550177")
    assert list(marta.other_locations.all()) == [world.harbor]


def test_what_a_reading_wrote_meanwhile_stays_and_is_not_sent_back(world, as_agent):
    address = reverse("customers:edit", args=[world.jon.pk])
    mine = as_shown(as_agent, address)
    Customer.objects.filter(pk=world.jon.pk).update(email="new@example.test", language="pt")
    assert as_agent.post(address, mine | {"time_zone": "Europe/Lisbon"}).status_code == 302
    jon = Customer.objects.get(pk=world.jon.pk)
    assert (jon.email, jon.language, jon.time_zone) == ("new@example.test", "pt", "Europe/Lisbon")
    assert not Delivery.objects.filter(payload__values__email="").exists()


def test_a_field_that_was_emptied_is_empty(world, as_agent):
    address = reverse("customers:edit", args=[world.marta.pk])
    assert as_agent.post(address, as_shown(as_agent, address) | {"email": "", "phone_text": ""}).status_code == 302
    marta = Customer.objects.get(pk=world.marta.pk)
    assert (marta.email, marta.phone) == ("", None)


def test_members_and_an_address_of_a_location_come_from_both(world, as_admin):
    address = reverse("customers:location_edit", args=[world.riverside.pk])
    first = as_shown(as_admin, address)
    added, gone = make_user(name="Added"), world.colleague
    world.riverside.members.add(added)
    Location.objects.filter(pk=world.riverside.pk).update(postal_code="10001")
    members = [pk for pk in first["members"] if pk != gone.pk]
    more = {"members": members, "address_line_1": "1 River St"}
    assert as_admin.post(address, first | more).status_code == 302
    riverside = Location.objects.get(pk=world.riverside.pk)
    assert (riverside.postal_code, riverside.address_line_1) == ("10001", "1 River St")
    assert set(riverside.members.all()) == {world.agent, world.supervisor, added}


def test_limits_of_an_account_come_from_both(world, as_admin):
    address = reverse("customers:account_edit", args=[world.northwind.pk])
    first = as_shown(as_admin, address) | {"verb": Verb.values[0]}
    ClientAccount.objects.filter(pk=world.northwind.pk).update(max_users=7)
    assert as_admin.post(address, first | {"max_locations": 9}).status_code == 302
    account = ClientAccount.objects.get(pk=world.northwind.pk)
    assert (account.max_users, account.max_locations) == (7, 9)


def test_a_form_that_comes_back_still_knows_what_it_showed(world, as_agent):
    address = reverse("customers:edit", args=[world.marta.pk])
    first = as_shown(as_agent, address)
    Customer.objects.filter(pk=world.marta.pk).update(language="pt")
    back = as_agent.post(address, first | {"phone_text": "12"})
    assert back.status_code == 422
    shown = unescape(re.search(r'name="shown" value="([^"]*)"', back.text)[1])
    assert shown == first["shown"]


@pytest.mark.parametrize(
    "shown", ["", "x", "[" * 5000, "[]", "7", '{"name": [1], "other_locations": "x", "email": {}}']
)
def test_whatever_stands_in_the_hidden_field_breaks_nothing(world, as_agent, shown):
    address = reverse("customers:edit", args=[world.marta.pk])
    fields = as_shown(as_agent, address) | {"name": "Marta O.", "shown": shown}
    assert as_agent.post(address, fields).status_code == 302
    assert Customer.objects.get(pk=world.marta.pk).name == "Marta O."
