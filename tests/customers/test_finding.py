"""Finding customers as somebody types, and the doors to them."""

from urllib.parse import parse_qs

import pytest
from django.http import Http404

from accounts.models import AuditEntry
from customers import access
from customers.models import Customer
from customers.selectors import customer_page, search
from customers.services import save_customer
from tests.world import fiction, make_customer, make_number

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def names(user, text, **limit):
    return [customer.name for customer in search(user, text, **limit)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("marta", ["Marta Oliveira"]),
        ("oliv", ["Marta Oliveira"]),
        ("oliveira mar", ["Marta Oliveira"]),
        ("MARTA@exam", ["Marta Oliveira"]),
        ("+1 (212) 555-0101", ["Marta Oliveira"]),
        ("212-555-0101", ["Marta Oliveira"]),
        ("٢١٢٥٥٥٠١٠١", ["Marta Oliveira"]),
        ("550101", ["Marta Oliveira"]),
        ("55501", ["Jon Bell", "Marta Oliveira"]),
        ("nobody", []),
        ("", []),
        ("\x00", []),
        ("%", []),
        ("_", []),
        ("oskar", []),
        ("harriet", []),
    ],
)
def test_a_customer_is_found_by_name_mail_or_number_among_those_one_may_see(world, text, found):
    assert names(world.agent, text) == found


def test_names_that_begin_so_come_first_and_no_more_than_asked(world):
    make_customer("Anna Bellamy", world.riverside)
    make_customer("Bell Tower Dental", world.riverside)
    assert names(world.agent, "bell") == ["Bell Tower Dental", "Anna Bellamy", "Jon Bell"]
    assert names(world.agent, "bell", limit=1) == ["Bell Tower Dental"]


def test_a_search_is_few_queries(world, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        [(customer.phone and customer.phone.e164, customer.location.name) for customer in search(world.admin, "a")]


def test_the_list_goes_on_where_the_page_before_ended(world, monkeypatch):
    monkeypatch.setattr("customers.selectors.PAGE", 2)
    first = customer_page(world.admin)
    assert [row.name for row in first.rows] == ["Harriet Sund", "Jon Bell"] and first.first == ""
    (after,) = parse_qs(first.next[1:])["after"]
    second = customer_page(world.admin, after=after)
    assert [row.name for row in second.rows] == ["Marta Oliveira", "Nora Numberless"] and second.first == "?"


@pytest.mark.parametrize("keys", [0, 1, 500])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("oliveira mar", ["Marta Oliveira"]),
        ("550101", ["Marta Oliveira"]),
        ("55501", ["Jon Bell", "Marta Oliveira"]),
        ("a", ["Marta Oliveira", "Nora Numberless"]),
        ("harriet", []),
        ("%", []),
    ],
)
def test_the_list_finds_the_same_few_or_many(world, monkeypatch, text, found, keys):
    monkeypatch.setattr("customers.selectors.KEYS", keys)
    monkeypatch.setattr("customers.selectors.NUMBERS", keys)
    assert [row.name for row in customer_page(world.agent, text).rows] == found


def test_a_customer_out_of_sight_is_not_found(world):
    assert access.get_customer(world.agent, world.marta.pk) == world.marta
    for user, customer in ((world.agent, world.oskar), (world.stranger, world.marta), (world.elsewhere, world.marta)):
        with pytest.raises(Http404):
            access.get_customer(user, customer.pk)
    assert access.get_customer(world.admin, world.oskar.pk) == world.oskar


@pytest.mark.parametrize("pk", ["", "x", "-1", "9" * 30, "1.0", "٣"])
def test_what_is_no_id_is_not_found(world, pk):
    with pytest.raises(Http404):
        access.get_customer(world.admin, pk)
    with pytest.raises(Http404):
        access.get_location(world.admin, pk)


def test_a_form_that_names_nobody_finds_nobody(world):
    assert access.find_customer(world.agent, "") is None and access.find_customer(world.agent, None) is None
    assert access.find_customer(world.agent, str(world.marta.pk)) == world.marta


def test_a_location_is_its_members(world):
    assert access.get_location(world.agent, world.riverside.pk) == world.riverside
    with pytest.raises(Http404):
        access.get_location(world.agent, world.oak_street.pk)


def test_a_number_only_others_know_is_not_found(world):
    assert access.get_phone_number(world.agent, world.marta.phone.pk) == world.marta.phone
    bare = make_number(fiction(77))
    assert access.get_phone_number(world.agent, bare.pk) == bare
    with pytest.raises(Http404):
        access.get_phone_number(world.agent, world.oskar.phone.pk)
    world.oskar.other_locations.add(world.riverside)
    assert access.get_phone_number(world.agent, world.oskar.phone.pk) == world.oskar.phone, "they see him there too"


def test_a_customer_is_saved_with_the_one_row_of_their_number(world):
    sister = Customer(name="Marta’s sister", location=world.riverside)
    twin = save_customer(sister, world.marta.phone.e164, world.agent)
    assert twin.phone == world.marta.phone
    save_customer(twin, "", world.agent, changed=["phone_text"])
    assert Customer.objects.get(pk=twin.pk).phone is None
    said = AuditEntry.objects.order_by("pk").values_list("deed", "changes")
    assert list(said) == [("added a customer", {}), ("changed a customer", {"phone_text": ["", "changed"]})]


@pytest.mark.parametrize("cursor", ["\0", "Marta\x1f\0", "\0\x1f1", "\x1f" + "9" * 30])
def test_a_cursor_nobody_gave_out_is_no_error(world, cursor):
    assert customer_page(world.agent, after=cursor).rows
