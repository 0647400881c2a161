"""Deeds on customers."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from customers import phones
from customers.models import Location
from customers.services import saving, vendor

_PHONE = {True: ["phone"], False: []}  # `changed` calls the number as the form does


def save_customer(customer, phone, by, changed=(), others=None):
    """Save a new or changed Customer with its number (E.164, "" for none), say so in the audit, tell FeedbackAPI.

    changed   names of the fields; their values are people's data and stand in the row only
    others    the further locations, of those that `by` may see; ones out of their sight stay. None leaves them
    """
    customer.phone = phones.get_number(phone) if phone else None
    deed = "changed a customer" if customer.pk else "added a customer"
    with transaction.atomic():
        saving.write(customer, [*changed, *_PHONE[not changed or "phone_text" in changed]], by)
        if others is not None:
            _set_others(customer, others, by)
        audit.record(by, deed, customer, dict.fromkeys(changed, ["", "changed"]))
        vendor.wish(customer)
    return customer


def _set_others(customer, others, by):
    seen = Location.objects.visible_to(by).values("pk")
    unseen = set(customer.other_locations.exclude(pk__in=seen))
    customer.other_locations.set({one for one in {*others, *unseen} if one.pk != customer.location_id})


def opt_out(customer, by, why=""):
    """They do not want to hear from us: from now on, here and at FeedbackAPI. Harmless twice."""
    return _set_opted_out(customer, timezone.now(), by, "opted a customer out", why)


def opt_in(customer, by, reason):
    """They want to hear from us again, and said so: `reason` says how. Raises ValueError without one."""
    if not reason.strip():
        raise ValueError("Say how and when they asked for it.")
    return _set_opted_out(customer, None, by, "opted a customer in again", reason)


def _set_opted_out(customer, at, by, deed, reason):
    with transaction.atomic():
        customer = saving.locked(customer)
        if bool(customer.opted_out_at) == bool(at):
            return customer
        customer.opted_out_at = at
        saving.write(customer, ["opted_out_at"], by)
        audit.record(by, deed, customer, reason=reason)
        vendor.wish(customer)
    return customer
