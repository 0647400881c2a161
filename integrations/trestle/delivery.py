"""Deliveries to Trestle: a frozen payload back into the contract, and off it goes."""

from dataclasses import asdict

from integrations.contracts import PhoneFeedback
from integrations.errors import Rejected
from integrations.trestle.client import Client

PHONE_FEEDBACK = "trestle.phone_feedback"


def payload_of(feedback):
    """A PhoneFeedback as the JSON a delivery keeps."""
    return asdict(feedback)


def deliver(connection, payload):
    """Send a kept payload; gives Delivered. Raises the errors of `Client.post_feedback`."""
    try:
        feedback = PhoneFeedback(**payload)
    except TypeError as error:
        raise Rejected("This delivery's content cannot be read.") from error
    return Client(connection).post_feedback(feedback)
