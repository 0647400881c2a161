"""People who sign in at FeedbackAPI's own console: invited and removed by us, the rest they do there.

A pending one has no id there and is in no list, and the API has no call to mail an invitation again or to
withdraw it (feedbackapi.txt, Users): what we do to pending rows is ours alone, unless it is not sent yet.
"""

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts import audit
from customers import sync
from customers.models import ClientAccount, VendorUser
from integrations import outbox
from integrations.choices import DeliveryState, Vendor
from integrations.feedbackapi import delivery as feedbackapi
from integrations.models import Connection

PENDING = "pending"  # the vendor's word


class CannotInvite(Exception):
    """str() says why, next to the address."""


def invite(by, email, send_invite=True):
    """The pending VendorUser whose invitation is on its way. Raises CannotInvite."""
    email = email.lower()
    with transaction.atomic():
        # Held until the commit: two forms at the same moment invite once.
        connection = Connection.objects.select_for_update().get(vendor=Vendor.FEEDBACKAPI)
        refuse_known(email)
        refuse_full()
        # One that was forgotten here is taken up: of two rows nobody could say which one appears at FeedbackAPI.
        forgotten = VendorUser.objects.filter(vendor_id=None, email__iexact=email).first()
        row = forgotten or VendorUser(connection=connection, email=email)
        return _invited(by, row, send_invite, "invited a user of FeedbackAPI")


def invite_anew(by, row):
    """Makes a new invitation for a pending VendorUser, since the vendor mails none again. Raises CannotInvite."""
    with transaction.atomic():
        row = VendorUser.objects.select_for_update().get(pk=row.pk)
        if row.vendor_id or row.gone_at:
            raise CannotInvite(f"{row.email} is not pending any more.")
        return _invited(by, row, True, "invited a user of FeedbackAPI anew")


def _invited(by, row, send_invite, deed):
    payload = feedbackapi.creation({"email": row.email, "send_invite": send_invite})
    if row.pk:
        payload["again"] = timezone.now().isoformat()  # not the wish that was delivered
    row.status, row.invited_by, row.invited_at, row.invite, row.gone_at = PENDING, by, timezone.now(), {}, None
    row.save()
    row.delivery = outbox.send(feedbackapi.USER_INVITE, key_of(row), payload)
    row.save(update_fields=["delivery"])
    audit.record(by, deed, row, {"mail sent by FeedbackAPI": ["", send_invite]})
    return row


def cancel(by, row):
    """Forget a pending invitation here: whether it was pending. One that is not sent yet is not sent."""
    with transaction.atomic():
        if not _end_pending(row):
            return False
        audit.record(by, "forgot an invitation to FeedbackAPI", row)
    return True


def _end_pending(row):
    return pending().filter(pk=row.pk).update(gone_at=timezone.now())


def delete(by, row):
    """Have an active user removed at FeedbackAPI: the Delivery."""
    with transaction.atomic():
        row.delivery = outbox.send(feedbackapi.USER_DELETE, key_of(row), feedbackapi.removal(row.vendor_id))
        row.save(update_fields=["delivery"])
        audit.record(by, "deleted a user of FeedbackAPI", row)
    return row.delivery


def refuse_known(email):
    """Raises CannotInvite for an address that is a user there, or is invited."""
    known = present().filter(email__iexact=email).first()
    if known is None:
        return
    if known.vendor_id is None:
        raise CannotInvite(f"{email} is invited to FeedbackAPI already.")
    raise CannotInvite(f"{email} is a user of FeedbackAPI already.")


def refuse_full():
    """Raises CannotInvite when the client accounts have no room for one more user."""
    used, most = room()
    if most is not None and used >= most:
        people = "user" if most == 1 else "users"
        raise CannotInvite(
            f"The limit of {most} {people} is reached: {used} active or invited. Raise it on the client account first."
        )


def room():
    """(users active or invited, most users there may be), the second None for unlimited.

    FeedbackAPI does not say whose a user will be, so this is of all active client accounts together: where there
    is one, exactly its limit; where there are several, what none of them could take.
    """
    accounts = ClientAccount.objects.filter(is_active=True, gone_at=None, vendor_id__isnull=False)
    waiting = pending().exclude(delivery__state=DeliveryState.PARKED).count()  # a refused one takes no room
    used = (accounts.aggregate(used=Sum("active_users"))["used"] or 0) + waiting
    limits = list(accounts.values_list("max_users", flat=True))
    return used, None if not limits or None in limits else sum(limits)


def present():
    """Those that are there, as far as we know: active and pending."""
    return VendorUser.objects.filter(gone_at=None)


def pending():
    """Those that were invited by us and have not appeared at FeedbackAPI yet."""
    return present().filter(vendor_id=None)


def key_of(row):
    """What the outbox calls it."""
    return f"vendor-user:{row.pk}"


# --- What the outbox tells and asks -------------------------------------------------------------


def ready_to_invite(delivery):
    """Not sent when it was forgotten here before it left."""
    row = VendorUser.objects.filter(pk=_pk_of(delivery)).first()
    return None if row and row.gone_at is None else outbox.NoMore("Forgotten before it was sent.")


def on_invited(delivery):
    """Keep what the answer holds: type, status and the link, which opens an account and is sealed."""
    row, said = _row_of(delivery), delivery.result.get("row")
    if row and said and row.gone_at is None:
        sync.apply_user(row, said)


def on_deleted(delivery):
    """It is gone at FeedbackAPI. A refusal leaves it, with the vendor's words at the delivery."""
    row = _row_of(delivery)
    if row and delivery.state == DeliveryState.DELIVERED:
        row.gone_at = timezone.now()
        row.save(update_fields=["gone_at"])


def _row_of(delivery):
    return VendorUser.objects.select_for_update().filter(pk=_pk_of(delivery)).first()


def _pk_of(delivery):
    return delivery.key.partition(":")[2]
