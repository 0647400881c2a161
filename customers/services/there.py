"""What a person has done at FeedbackAPI about a location, a client account or a customer, whichever it is."""

from django.db import transaction

from accounts import audit
from customers.services import saving, vendor


def delete(row, by):
    """Have it deleted there, where it turns inactive; here all of it is kept. Raises vendor.CannotSend.

    What that stops differs and stands on the page that asks first (feedbackapi.txt, Delete a Customer, a Location,
    an Account).
    """
    with transaction.atomic():
        row = saving.locked(row)
        sent = vendor.remove(row)
        audit.record(by, f"deleted a {row._meta.verbose_name} at FeedbackAPI", row)
    return sent


def send_again(row, by):
    """Send one that was kept back: the Delivery. Raises vendor.CannotSend."""
    with transaction.atomic():
        return vendor.send(saving.locked(row), by)
