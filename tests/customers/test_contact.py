"""A customer at FeedbackAPI: further locations, opting out and in, deleting, what the page says of them."""

import pytest

from accounts.models import AuditEntry
from customers.models import Customer, Location
from feedback.choices import Outcome
from integrations.models import Connection, Delivery
from tests.feedback.rated import ended_call, save

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def there(customer, **raw):
    """The customer as FeedbackAPI has them, at Riverside."""
    raw = {"id": "cus1", "fname": "Marta", "sname": "Oliveira", "email": customer.email, "locations": ["riv"], **raw}
    connection = Connection.objects.of("feedbackapi")
    Location.objects.filter(pk=customer.location_id).update(connection=connection, vendor_id="riv")
    raw["mobile_number"] = customer.phone.e164 if customer.phone else None
    Customer.objects.filter(pk=customer.pk).update(connection=connection, vendor_id="cus1", vendor_raw=raw)
    customer.refresh_from_db()
    return customer


def edited(customer, **fields):
    shown = {"name": customer.name, "email": customer.email, "location": customer.location_id or "", "language": "en"}
    return shown | {"phone_text": customer.phone.e164 if customer.phone else ""} | fields


def test_the_page_says_where_the_customer_stands(as_agent, world):
    Customer.objects.filter(pk=world.marta.pk).update(is_invalid=True, last_sms_at="2026-10-01T10:00:00Z")
    page = text(as_agent.get(f"/customers/{there(world.marta).pk}/edit/"))
    assert "At FeedbackAPI" in page and "marks the customer as invalid" in page and "1 Oct 2026" in page
    assert "Delete at FeedbackAPI" not in page  # a supervisor's
    page = text(as_agent.get(f"/customers/{world.numberless.pk}/edit/"))
    assert "Not sent to FeedbackAPI: needs an e-mail address or a mobile number." in page


@pytest.mark.both
@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_asks_as_often_for_twenty_as_for_one(world, as_agent, rows, django_assert_num_queries):
    there(world.marta)
    for number in range(rows):
        Customer.objects.create(name=f"Person {number:02}", location=world.riverside)
    # session, user · customers, calling hours, what waits, conflicts
    with django_assert_num_queries(6):
        as_agent.get("/customers/")


def test_an_edit_joins_and_leaves_the_locations_one_sees_and_no_other(as_agent, as_supervisor, world):
    there(world.marta, locations=["riv", "oak"])
    connection = Connection.objects.of("feedbackapi")
    Location.objects.filter(pk=world.harbor.pk).update(connection=connection, vendor_id="har")
    Location.objects.filter(pk=world.oak_street.pk).update(connection=connection, vendor_id="oak")
    world.marta.other_locations.add(world.oak_street)
    url = f"/customers/{world.marta.pk}/edit/"
    assert "Oak Street" not in text(as_supervisor.get(url))
    as_supervisor.post(url, edited(world.marta, other_locations=[world.harbor.pk]))
    assert Delivery.objects.get().payload["values"] == {"location_add": ["har"]}
    as_agent.post(url, edited(world.marta, name="Marta de Oliveira"))  # sees neither
    assert set(world.marta.other_locations.all()) == {world.harbor, world.oak_street}


def test_a_location_out_of_sight_cannot_be_chosen(as_agent, world):
    response = as_agent.post(
        f"/customers/{world.marta.pk}/edit/", edited(world.marta, other_locations=[world.oak_street.pk])
    )
    assert response.status_code == 422 and "that is on the list" in text(response)


def test_whose_first_location_is_out_of_sight_keeps_it(as_agent, world):
    world.oskar.other_locations.add(world.riverside)
    url = f"/customers/{world.oskar.pk}/edit/"
    assert "a location you do not see" in text(as_agent.get(url))
    response = as_agent.post(url, edited(world.oskar, location="", other_locations=[world.riverside.pk]))
    assert response.status_code == 302
    world.oskar.refresh_from_db()
    assert world.oskar.location == world.oak_street


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "x" * 5000, "At most 200 characters; this has 5000."),
        ("phone_text", "12", "number"),
        ("country_code", "England", "“England” is no country"),
        ("email", "nobody", "an e-mail address like"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(as_agent, world, field, value, sentence):
    response = as_agent.post(f"/customers/{world.marta.pk}/edit/", edited(world.marta, **{field: value}))
    assert response.status_code == 422 and sentence in text(response)


def test_opting_out_is_one_press_and_goes_to_feedbackapi(as_agent, world):
    there(world.marta)
    as_agent.post(f"/customers/{world.marta.pk}/opt-out/")
    world.marta.refresh_from_db()
    assert world.marta.opted_out_at and Delivery.objects.get().payload["values"] == {"opt_out": True}
    as_agent.post(f"/customers/{world.marta.pk}/opt-out/")
    assert Delivery.objects.count() == 1 == AuditEntry.objects.filter(deed="opted a customer out").count()


def test_back_in_needs_a_confirmation_and_a_reason(as_agent, world):
    there(world.marta, opt_out=True)
    Customer.objects.filter(pk=world.marta.pk).update(opted_out_at="2026-10-01T10:00:00Z")
    url = f"/customers/{world.marta.pk}/opt-in/"
    assert "do not want to hear from us" in text(as_agent.get(url))
    for lacking in ({"reason": "Asked by mail"}, {"confirm": "on"}, {"confirm": "on", "reason": "  "}):
        assert as_agent.post(url, lacking).status_code == 422
    assert not Delivery.objects.exists()
    as_agent.post(url, {"confirm": "on", "reason": "Asked by mail on Monday"})
    assert Delivery.objects.get().payload["values"] == {"opt_out": False}
    assert AuditEntry.objects.get(deed="opted a customer in again").reason == "Asked by mail on Monday"


def test_deleting_names_the_consequence_and_is_a_supervisors(as_agent, as_supervisor, world):
    url = f"/customers/{there(world.marta).pk}/delete/"
    assert as_agent.post(url).status_code == 403
    assert "across an account and all locations" in text(as_supervisor.get(url))
    as_supervisor.post(url)
    assert Delivery.objects.get().payload["id"] == "cus1"
    world.marta.refresh_from_db()
    assert world.marta.gone_at is None  # not before FeedbackAPI says so


def test_do_not_call_in_a_wrap_up_opts_the_customer_out_at_feedbackapi(world):
    there(world.marta)
    save(ended_call(world.agent, world.marta), outcome=Outcome.DO_NOT_CALL, quality=None)
    sent = Delivery.objects.get(kind="feedbackapi.customer_update")
    assert sent.payload["values"] == {"opt_out": True}
    world.marta.refresh_from_db()
    assert world.marta.opted_out_at
