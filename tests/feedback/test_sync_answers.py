"""Reviews, answers and requests as FeedbackAPI lists them, in any order, for people and places known or not."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, Location
from feedback import sync
from feedback.choices import FeedbackKind, RequestOrigin
from feedback.models import Feedback, FeedbackRequest, MessageTemplate, Review
from integrations.choices import DeliveryState
from integrations.feedbackapi.delivery import FEEDBACK_REQUEST
from integrations.models import Connection, Delivery
from tests.customers.vendor_rows import counts, raw, read
from tests.world import make_call, make_customer, make_location, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ANSWER = {"type": "csat", "nps_score": None, "happy": False, "comments": "Expected more", "subscriber": "c1"}


def answer(**values):
    return raw("feedback", "f1", location="p1", **ANSWER | values)


def request(**values):
    return raw("feedback-requests", "r1", location="p1", **{"feedback": answer()} | values)


def our_request(**values):
    """A request from a wrap-up, handed to the vendor as r1; the answer to that is not understood yet."""
    call = make_call(make_user(), make_customer(location=make_location()))
    delivery = Delivery.objects.create(
        kind=FEEDBACK_REQUEST,
        key=f"call:{call.pk}",
        connection=Connection.objects.of("feedbackapi"),
        state=DeliveryState.DELIVERED,
        vendor_ref="r1",
    )
    facts = {"origin": RequestOrigin.WRAP_UP, "call": call, "customer": call.customer, "location": call.location}
    return FeedbackRequest.objects.create(delivery=delivery, **facts | values)


# --- reviews


@pytest.mark.parametrize(("days", "is_unread"), [(0, True), (29, True), (31, False)])
def test_what_was_old_when_it_came_is_history_and_not_unread(as_supervisor, world, days, is_unread):
    created = int((timezone.now() - timedelta(days=days)).timestamp())
    Location.objects.filter(pk=world.riverside.pk).update(
        vendor_id="p1", connection=Connection.objects.of("feedbackapi")
    )
    counts("reviews", raw("reviews", "r", location="p1", created=created))
    counts("feedback", answer(created=created))
    for thing, name in ((Review.objects.get(), "review"), (Feedback.objects.get(), "answer")):
        assert (thing.read_at is None) == is_unread
        page = as_supervisor.get(reverse(f"feedback:{name}", args=[thing.pk])).content.decode()
        assert ("it was old when it came to us" in page) != is_unread
    counts("reviews", raw("reviews", "r", location="p1", created=created, title="Edited"))
    assert (Review.objects.get().read_at is None) == is_unread, "an edit is no reason to read it again"


def test_a_review_is_kept_as_it_is_and_only_written_again_when_it_changes():
    seen = raw(
        "reviews", "r", title="t" * 5000, description="<b>\u05d8\u05d5\u05d1</b>", rating=4.5, reviewer_name="Jo"
    )
    assert counts("reviews", seen, raw("reviews", rating=None, created=None)) == (2, 0, 0)
    assert counts("reviews", seen) == (0, 0, 1)
    review = Review.objects.get(vendor_id="r")
    assert (review.rating, review.title, review.description) == (
        Decimal("4.50"),
        "t" * 5000,
        "<b>\u05d8\u05d5\u05d1</b>",
    )
    assert (review.written_at.timestamp(), review.vendor_raw) == (1734134400, seen)
    Review.objects.update(handled_how="called back", gone_at=timezone.now())
    assert counts("reviews", {**seen, "rating": 1}) == (0, 1, 0)
    review.refresh_from_db()
    assert (review.rating, review.handled_how, review.gone_at) == (1, "called back", None)
    assert Review.objects.get(rating=None).written_at


def test_what_is_for_an_unknown_place_is_kept_and_taken_up_when_it_appears():
    read("reviews", raw("reviews", "r", location="p1"))
    read("feedback-requests", request())
    for model in (Review, Feedback, FeedbackRequest):
        assert model.objects.values_list("location", "vendor_location").get() == (None, "p1")
    ours = make_location("Acme inc")
    read("locations", raw("locations", "p1"))
    for model in (Review, Feedback, FeedbackRequest):
        assert model.objects.get().location == ours


def test_what_two_readings_at_once_did_not_see_of_each_other_is_found_by_the_next():
    read("feedback", answer())
    read("reviews", raw("reviews", "r", location="p1"))
    at = Connection.objects.of("feedbackapi")
    place = Location.objects.create(name="Acme", connection=at, vendor_id="p1")
    person = Customer.objects.create(name="Jane", connection=at, vendor_id="c1")
    read("reviews")
    assert (Review.objects.get().location, Feedback.objects.get().location) == (place, place)
    assert Feedback.objects.get().customer == person


# --- answers


@pytest.mark.parametrize(
    ("values", "kind", "score"),
    [
        ({"type": "nps", "nps_score": 0}, FeedbackKind.NPS, (0, None, None)),
        ({"type": "star-rating", "nps_score": None, "star_rating": 4}, FeedbackKind.STARS, (None, 4, None)),
        ({"type": "happy", "nps_score": None, "happy": True}, FeedbackKind.HAPPY, (None, None, True)),
        ({"type": "csat", "nps_score": None, "happy": False}, FeedbackKind.HAPPY, (None, None, False)),
        ({"type": "smileys", "nps_score": 11}, FeedbackKind.OTHER, (None, None, None)),
    ],
)
def test_the_kinds_of_an_answer(values, kind, score):
    read("feedback", raw("feedback", **values))
    one = Feedback.objects.get()
    assert (one.kind, one.type, (one.nps_score, one.star_rating, one.happy)) == (kind, values["type"], score)


DEEDS = {
    "place": lambda: read("locations", raw("locations", "p1")),
    "person": lambda: read("customers", raw("customers", "c1", locations=["p1"])),
    "answer": lambda: read("feedback", answer(subscriber_name="Jane Doe", campaign="x")),
    "request": lambda: read("feedback-requests", request()),
}


def state():
    """Everything that is kept, without keys and clocks."""
    place, person = Location.objects.get(), Customer.objects.get()
    one, asked = Feedback.objects.get(), FeedbackRequest.objects.get()
    assert (one.location, one.customer, asked.location, asked.customer) == (place, person, place, person)
    assert (asked.feedback, asked.vendor_feedback, person.location) == (one, "f1", place)
    return {
        (model.__name__, field.name): value
        for model in (Location, Customer, Feedback, FeedbackRequest)
        for field in model._meta.concrete_fields
        if not field.is_relation and field.name not in ("id", "first_seen_at", "told_at")
        for value in model.objects.values_list(field.attname, flat=True)
    }


def test_the_order_in_which_things_are_read_does_not_matter():
    seen = []
    for order in permutations(DEEDS):
        for model in (FeedbackRequest, Feedback, Customer, Location):
            model.objects.all().delete()
        for deed in (*order, order[0]):
            DEEDS[deed]()
        seen.append(state())
    assert all(one == seen[0] for one in seen)
    read("feedback-requests", request(updated=1734134500, feedback=answer(comments="And another thing")))
    one = Feedback.objects.get()
    assert (one.comments, one.campaign, one.subscriber_name) == ("And another thing", "x", "Jane Doe")


# --- requests


def test_a_request_made_elsewhere_is_the_vendors_report():
    template = MessageTemplate.objects.create(
        connection=Connection.objects.of("feedbackapi"), vendor_id="t1", name="Thanks", channel="email"
    )
    opened = {"message_opened": True, "message_clicked": True, "bounce_reason": "b" * 5000}
    assert counts("feedback-requests", request(feedback=None, **opened)) == (1, 0, 0)
    one = FeedbackRequest.objects.get()
    assert (one.origin, one.template, one.opened, one.clicked, one.feedback) == ("vendor", template, True, True, None)
    assert (one.requested_at.timestamp(), one.vendor_updated_at.timestamp()) == (1734048000, 1734134400)
    text_message = request(type="sms", feedback=None, updated=1734134500, **opened)
    assert counts("feedback-requests", text_message) == (0, 1, 0)
    one.refresh_from_db()
    assert (one.opened, one.clicked) == (None, True), "a text message cannot be seen to be opened"
    read("feedback-requests", raw("feedback-requests", "r2", type="suppressed"))
    assert FeedbackRequest.objects.get(vendor_id="r2").suppress


def test_a_request_of_ours_is_found_by_its_delivery_and_ties_the_answer_to_the_call():
    ours = our_request(due_at=timezone.now())
    assert counts("feedback-requests", request(subscriber="c9")) == (0, 1, 0)
    one = FeedbackRequest.objects.get()
    assert (one.pk, one.vendor_id, one.origin, one.call) == (ours.pk, "r1", "wrap_up", ours.call)
    assert (one.customer, one.location, one.due_at) == (ours.customer, ours.location, ours.due_at)
    assert ours.call.feedback_requests.get().feedback.comments == "Expected more"
    read("feedback-requests", request(subscriber="c9", feedback=None, updated=1734134500))
    assert FeedbackRequest.objects.get().feedback, "an answer is not taken back"


@pytest.mark.parametrize("first", ["answer", "reading"])
def test_the_answer_to_our_request_and_a_reading_meet_in_one_row(first):
    ours = our_request()
    Delivery.objects.update(vendor_ref="")  # still under way when the list is read
    deeds = {
        "answer": lambda: sync.apply_request(ours, request(feedback=None, updated=1734048000)),
        "reading": lambda: read("feedback-requests", request()),
    }
    for name in sorted(deeds, key=lambda name: name != first):
        deeds[name]()
    one = FeedbackRequest.objects.get()
    assert (one.pk, one.call, one.vendor_id) == (ours.pk, ours.call, "r1")
    assert one.feedback == Feedback.objects.get(), "the older of the two undoes nothing"
