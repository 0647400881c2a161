"""The message templates one may choose from: those in use, of an account or of all."""

from django.db.models import Q

from feedback import verdict
from feedback.models import MessageTemplate
from integrations.choices import Vendor


def for_account(account):
    """The templates for a ClientAccount (None: of nobody's), the one to propose first in front.

    An account's own stands in for the same one kept for all.
    """
    return for_accounts([account.pk] if account else [])


def for_accounts(ids):
    """As `for_account`, of several; one query."""
    found = MessageTemplate.objects.filter(Q(account=None) | Q(account__in=ids), is_active=True)
    rows = found.filter(connection__vendor=Vendor.FEEDBACKAPI).order_by("name", "pk")
    ranked = sorted(rows, key=lambda row: (not row.is_default, row.account_id is None))
    return list({row.vendor_id: row for row in reversed(ranked)}.values())[::-1]


def first_for(customer, templates):
    """The template to begin with: the first that reaches the customer, else the first; None where there is none."""
    reaching = (one for one in templates if not verdict.out_of_reach(customer, one.channel))
    return next(reaching, next(iter(templates), None))


def named(account, vendor_id):
    """The template of that id for an account, or None."""
    return next((row for row in for_account(account) if row.vendor_id == str(vendor_id)), None)
