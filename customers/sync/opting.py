"""Opting out and back in, which must not be a matter of who was quicker.

they say out, and had not before     out at once, whatever we have
they say in, we say out              ours stays, as long as they never said out: our opt-out is on its way
they said out before, and now in     they were let back in over there: taken, and said so in the audit; but not
                                     when our own opt-out has arrived only just now, because this row may have
                                     been read before it did
"""

from datetime import timedelta

from django.utils import timezone

from accounts import audit
from integrations.feedbackapi.delivery import CUSTOMER_UPDATE, CUSTOMER_UPSERT
from integrations.models import Delivery

# A page may lie this long between its reading and its storing: naps of other windows, the longest exchange.
JUST_NOW = timedelta(minutes=5)


def merge(customer, row, base):
    """Puts the vendor's word into `customer`, by the rules above. Not saved."""
    if row.opt_out is None:
        return
    was = base.opt_out if base else None
    if row.opt_out and not was and customer.opted_out_at is None:
        customer.opted_out_at = timezone.now()
        _say(customer, "opted out at FeedbackAPI")
    elif not row.opt_out and was and customer.opted_out_at and not _arrived_just_now(customer):
        customer.opted_out_at = None
        _say(customer, "opted back in at FeedbackAPI")


def is_older(customer, row, base):
    """Whether the row may be from before our own opt-out arrived: its word on that is then not taken for the base."""
    return bool(row.opt_out is False and base and base.opt_out and _arrived_just_now(customer))


def _arrived_just_now(customer):
    kinds, since = (CUSTOMER_UPDATE, CUSTOMER_UPSERT), timezone.now() - JUST_NOW
    arrived = Delivery.objects.filter(kind__in=kinds, key=f"customer:{customer.pk}", done_at__gte=since)
    return arrived.filter(payload__values__opt_out=True).exists()


def _say(customer, deed):
    if customer.pk:
        audit.record(None, deed, customer)
