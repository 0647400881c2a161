"""The list of customers, a new one, a changed one."""

import pytest

from accounts.models import AuditEntry
from customers.models import Customer
from tests.world import fiction, make_customer

pytestmark = pytest.mark.django_db
NEW = {"name": "Inês Duarte", "phone_text": "(212) 555-0150", "email": "ines@example.test", "language": "pt"}


def test_the_list_holds_the_customers_of_ones_locations(as_agent, as_elsewhere):
    page = as_agent.get("/customers/").content.decode()
    assert "Marta Oliveira" in page and "Oskar Lind" not in page
    assert "Oskar Lind" in as_elsewhere.get("/customers/").content.decode()


def test_the_list_is_searched_by_post_so_that_no_number_stands_in_an_address(as_agent):
    page = as_agent.post("/customers/", {"q": "212 555 0101"}, HTTP_HX_REQUEST="true").content.decode()
    assert "Marta Oliveira" in page and "Jon Bell" not in page and "<html" not in page


def test_an_empty_result_says_what_to_do(as_agent, as_stranger):
    assert "Nobody found" in as_agent.post("/customers/", {"q": "zzz"}).content.decode()
    assert "No customers yet" in as_stranger.get("/customers/").content.decode()


def test_the_list_goes_on_page_by_page_without_missing_or_doubling(world, as_agent):
    names = {make_customer(f"Person {n:03}", world.riverside).name for n in range(120)}
    seen, address = [], "/customers/"
    while address:
        page = as_agent.get(address).context["page"]
        seen += [row.name for row in page.rows]
        address = f"/customers/{page.next}" if page.next else ""
    assert len(seen) == len(set(seen)) and names <= set(seen)


def test_a_new_customer_is_kept_and_written_down(world, as_agent):
    answer = as_agent.post("/customers/new/", {**NEW, "location": world.riverside.pk})
    customer = Customer.objects.get(name="Inês Duarte")
    assert answer.url == f"/desk/customers/{customer.pk}/"
    assert customer.phone.e164 == fiction(50) and customer.language == "pt"
    assert AuditEntry.objects.filter(deed="added a customer", actor=world.agent).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "id_name"),
        ({"phone_text": "911"}, "id_phone_text"),
        ({"phone_text": "hello"}, "id_phone_text"),
        ({"email": "not an address"}, "id_email"),
        ({"time_zone": "Mars/Olympus"}, "id_time_zone"),
        ({"location": ""}, "id_location"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(world, as_agent, changes, field):
    typed = {**NEW, "location": world.riverside.pk, **changes}
    page = as_agent.post("/customers/new/", typed)
    assert page.status_code == 422
    text = page.content.decode()
    assert f'href="#{field}"' in text and "aria-invalid" in text
    for value in (typed["name"], typed["phone_text"], typed["email"]):
        assert value in text
    assert not Customer.objects.filter(email="ines@example.test").exists()


def test_a_location_out_of_sight_cannot_be_chosen(world, as_agent):
    assert as_agent.post("/customers/new/", {**NEW, "location": world.oak_street.pk}).status_code == 422


def test_a_changed_customer_keeps_what_was_not_touched(world, as_agent):
    page = as_agent.get(f"/customers/{world.marta.pk}/edit/").content.decode()
    assert "Marta Oliveira" in page and "+1 212-555-0101" in page
    form = {"name": "Marta O.", "phone_text": "+1 212-555-0101", "language": "en", "location": world.riverside.pk}
    as_agent.post(f"/customers/{world.marta.pk}/edit/", form)
    world.marta.refresh_from_db()
    assert world.marta.name == "Marta O." and world.marta.phone.e164 == fiction(1)


def test_a_customer_elsewhere_is_not_found(world, as_agent):
    assert as_agent.get(f"/customers/{world.oskar.pk}/edit/").status_code == 404
    assert as_agent.post(f"/customers/{world.oskar.pk}/edit/", NEW).status_code == 404


def test_the_list_asks_the_database_as_often_for_fifty_as_for_one(
    world, as_agent, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6) as few:
        as_agent.get("/customers/")
    for n in range(50):
        make_customer(f"Person {n:03}", world.riverside, fiction(n % 50 + 10))
    with django_assert_num_queries(len(few)):
        as_agent.get("/customers/")
