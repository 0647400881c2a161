"""Deliveries to Plivo: a frozen payload back into the contract, and off it goes."""

from decimal import Decimal, InvalidOperation

from integrations.contracts import CallFeedback
from integrations.errors import Rejected
from integrations.plivo.client import Client

CALL_FEEDBACK = "plivo.call_feedback"


def payload_of(feedback):
    """A CallFeedback as the JSON a delivery keeps; the rating as text, so that 4.5 stays 4.5."""
    return {
        "call_uuid": feedback.call_uuid,
        "rating": str(feedback.rating),
        "issues": list(feedback.issues),
        "notes": feedback.notes,
    }


def deliver(connection, payload):
    """Send a kept payload; gives Delivered. Raises the errors of `Client.post_feedback`."""
    return Client(connection).post_feedback(_read(payload))


def _read(payload):
    try:
        return CallFeedback(
            call_uuid=str(payload["call_uuid"]),
            rating=Decimal(str(payload["rating"])),
            issues=tuple(payload.get("issues") or ()),
            notes=str(payload.get("notes") or ""),
        )
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise Rejected("This delivery's content cannot be read.") from error
