"""The key a customer pressed at the end of a call, as an answer beside those that FeedbackAPI collects."""

from customers import phones
from feedback.choices import FeedbackKind, FeedbackSource
from feedback.models import Feedback


def hear(call, score, at):
    """For `calls.services.on_keypad_answer`: keeps the answer, one a call. `score` 1 to 5, `at` aware."""
    Feedback.objects.get_or_create(
        call=call,
        source=FeedbackSource.KEYPAD,
        defaults={
            "kind": FeedbackKind.STARS,
            "star_rating": score,
            "left_at": at,
            "customer": call.customer,
            "location": call.location,
            "subscriber_name": _name(call),
        },
    )


def name(call):
    """For `calls.services.on_customer_picked`: who answered is known now."""
    facts = {"customer": call.customer, "location": call.location, "subscriber_name": _name(call)}
    Feedback.objects.filter(call=call, source=FeedbackSource.KEYPAD).update(**facts)


def _name(call):
    if call.customer:
        return call.customer.name
    return phones.display(call.number.e164) if call.number else ""
