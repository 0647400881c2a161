"""REST: /api/v1/feedback-requests/."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.models import Customer
from feedback.models import FeedbackRequest
from integrations.choices import DeliveryState
from integrations.models import Delivery
from tests.feedback.asked import RIVERSIDE, TEMPLATE, ask, at_vendor, make_template, surveys_work

pytestmark = pytest.mark.django_db
PATH = "/api/v1/feedback-requests/"


@pytest.fixture
def template(world):
    return surveys_work(world)


def body(world, **changes):
    return {"customer": world.marta.pk, "template": TEMPLATE} | changes


def test_asking_answers_the_request_and_a_repeat_the_same_one(world, api, template):
    client = api(world.agent)
    first = client.post(PATH, body(world), HTTP_IDEMPOTENCY_KEY="k")
    again = client.post(PATH, body(world), HTTP_IDEMPOTENCY_KEY="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert FeedbackRequest.objects.count() == 1
    said = first.json()
    assert (said["status"], said["origin"], said["location"]) == ("waiting", "api", world.riverside.pk)
    other = client.post(PATH, body(world, suppress_message=True), HTTP_IDEMPOTENCY_KEY="k")
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"customer": 10**6}, "customer"),
        ({"template": "x"}, "template"),
        ({"location": 10**6}, "location"),
        ({"due": "soon"}, "due"),
        ({"due": "9999-12-31T23:59:00Z"}, "due"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_names_its_part(world, api, template, changes, param):
    answer = api(world.agent).post(PATH, body(world, **changes))
    assert (answer.status_code, answer.json()["param"]) == (422, param)


def test_the_verdict_says_no_and_link_only_is_the_way_out(world, api, template):
    Customer.objects.update(opted_out_at=timezone.now())
    client = api(world.agent)
    refused = client.post(PATH, body(world))
    assert refused.status_code == 422 and refused.json()["message"].startswith("Opted out on")
    assert client.post(PATH, body(world, suppress_message=True)).status_code == 201


def test_a_location_of_another_account_is_refused(world, api, template):
    at_vendor(world.oak_street, "oak")
    answer = api(world.admin).post(PATH, body(world, location=world.oak_street.pk))
    assert (answer.status_code, answer.json()["param"]) == (422, "location")


def test_cancelling(world, api, template):
    row, client = ask(world), api(world.agent)
    assert client.post(f"{PATH}{row.pk}/cancel/").json()["status"] == "cancelled"
    sent = ask(world)
    Delivery.objects.filter(pk=sent.delivery_id).update(state=DeliveryState.DELIVERED)
    assert client.post(f"{PATH}{sent.pk}/cancel/").status_code == 409


def test_the_list_has_every_documented_filter_with_inclusive_bounds(world, api, template):
    at = timezone.now().replace(microsecond=0)
    sms = make_template("sms1", channel="sms")
    facts = {"location": world.riverside, "vendor_location": RIVERSIDE, "requested_at": at, "due_at": at}
    mail = FeedbackRequest.objects.create(
        vendor_id="a", type="email", customer=world.marta, vendor_template=TEMPLATE, opened=True, clicked=True,
        bounced=False, spam_complaint=False, vendor_updated_at=at, **facts,
    )  # fmt: skip
    FeedbackRequest.objects.create(
        vendor_id="b",
        type="sms",
        customer=world.jon,
        template=sms,
        vendor_template="sms1",
        opened=True,
        clicked=False,
        **facts,
    )
    client = api(world.agent)
    ids = lambda **query: {row["vendor_id"] for row in client.get(PATH, query).json()["results"]}  # noqa: E731
    stamp = at.isoformat()
    for name in ("created", "due"):
        assert ids(**{f"{name}_after": stamp, f"{name}_before": stamp}) == {"a", "b"}
        assert ids(**{f"{name}_after": (at + timedelta(seconds=1)).isoformat()}) == set()
    assert ids(updated_after=stamp) == ids(updated_before=stamp) == {"a"}
    assert ids(customer=world.jon.pk) == ids(template="sms1") == {"b"}
    assert ids(message_opened="true") == ids(message_clicked="true") == {"a"}
    assert ids(message_clicked="false") == {"b"}
    assert ids(message_bounced="false") == ids(spam_complaint="false") == {"a"}
    assert ids(status="clicked") == {"a"} and ids(status="sent") == {"b"} and ids(origin="vendor") == {"a", "b"}
    assert client.get(f"{PATH}{mail.pk}/").json()["message_opened"] is True
    assert client.get(PATH, {"colour": "red"}).status_code == 422
    assert api(world.elsewhere).get(PATH).json()["results"] == []
    assert api(world.elsewhere).get(f"{PATH}{mail.pk}/").status_code == 404
