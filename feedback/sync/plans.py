"""Which of FeedbackAPI's lists become our reviews, answers and requests, and how often they are read."""

from customers import sync as customers
from feedback.sync import late
from feedback.sync.answers import answers
from feedback.sync.requests import requests
from feedback.sync.reviews import reviews
from integrations import sync
from integrations.choices import Vendor
from integrations.feedbackapi import bodies, lists
from integrations.sync.mirrored import gone, source

OFTEN, REVIEWS = 5, 10  # minutes; an unhappy answer is wanted at once, a public review waits on strangers anyway


def register():
    """Hands the plans to the wire. In `ready()`."""
    # By their last change, which no other list can be asked by: that is how opened, bounced and answered is seen.
    by_change = source(bodies.REQUESTS, by=lists.UPDATED)
    sync.plan(_plan("feedback-requests", "Feedback requests", 60, by_change, requests, OFTEN))
    sync.plan(_plan("feedback", "Feedback", 70, source(bodies.FEEDBACK), answers, OFTEN))
    sync.plan(_plan("reviews", "Reviews", 80, source(bodies.REVIEWS), reviews, REVIEWS))
    customers.on_appearing(late.take_up)


def _plan(name, label, order, source, copies, minutes):
    return sync.Plan(
        name=name,
        label=label,
        vendor=Vendor.FEEDBACKAPI,
        order=order,
        source=source,
        sink=lambda connection: _sink(copies, connection),
        gone=gone(copies.model),
        minutes=minutes,
        windows=sync.LONG_LIST,
    )


def _sink(copies, connection):
    late.take_up_all(connection)
    return copies.sink(connection)
