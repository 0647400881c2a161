"""The requests of the story: ours and FeedbackAPI's side of each, and what came back from people unasked."""

from datetime import timedelta

from config.demo import there
from feedback.choices import RequestOrigin
from feedback.models import FeedbackRequest, MessageTemplate
from integrations.feedbackapi import delivery as feedbackapi

STRANGERS_PLACE = "uNk9Q2"  # a location nobody has told us of: its review waits under "unknown location"


def wish(survey, location):
    """What the wrap-up said, as its form keeps it."""
    return {"template": survey.template, "location": location.pk, "due": None, "suppress_message": survey.link_only}


def payload(survey, call):
    """What the delivery told FeedbackAPI."""
    values = {"template": survey.template, "location": call.location.vendor_id}
    if survey.link_only:
        values["suppress_message"] = True
    return feedbackapi.creation(values | {"subscriber": call.customer.vendor_id})


def write_there(world, past, customers):
    """FeedbackAPI's side: a request for each of `past`, answers, reviews. Returns {place in the story: request}."""
    people = {one["id"]: one for one in world.rows["customers"]}
    places = [one["id"] for one in world.rows["locations"]]
    made = {}
    for survey in past:
        customer = customers[survey.customer]
        there.request(world, survey, people[customer.vendor_id], customer.location.vendor_id)
        made[survey.call] = world.rows["feedback-request"][-1]
    there.kiosk(world, places)
    there.reviews(world, places, strangers_place=STRANGERS_PLACE)
    return made


def write_here(past, ratings, made, deliveries):
    """Our rows of those requests, each with its call and the delivery that made it."""
    templates = {one.vendor_id: one for one in MessageTemplate.objects.all()}
    FeedbackRequest.objects.bulk_create(
        FeedbackRequest(
            origin=RequestOrigin.WRAP_UP,
            connection=deliveries[survey.call].connection,
            vendor_id=made[survey.call]["id"],
            customer=ratings[survey.call].call.customer,
            location=ratings[survey.call].call.location,
            template=templates[survey.template],
            call=ratings[survey.call].call,
            delivery=deliveries[survey.call],
            requested_by=ratings[survey.call].saved_by,
            requested_at=survey.asked_at - timedelta(seconds=1),
            suppress=survey.link_only,
        )
        for survey in past
    )
