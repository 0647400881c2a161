"""Deeds on client accounts. Inactive and deleted are two things there, and two deeds here."""

from django.db import transaction

from accounts import audit
from customers.services import saving, vendor


def save_account(account, by, changed=()):
    """Save a new ClientAccount or the `changed` columns of one, and tell FeedbackAPI: the saved row."""
    with transaction.atomic():
        is_new = account.pk is None
        changes = saving.write(account, changed, by)
        audit.record(by, "added a client account" if is_new else "changed a client account", account, changes)
        vendor.wish(account)
    return account


def set_account_active(account, is_active, by):
    """Make an account active or inactive, there too: an inactive one does not affect billing."""
    with transaction.atomic():
        account.is_active = is_active
        saving.write(account, ["is_active"], by)
        audit.record(by, "activated a client account" if is_active else "deactivated a client account", account)
        vendor.wish(account)
    return account
