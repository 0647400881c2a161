"""Asking somebody to join: the invitation, its link, its mail, and what becomes of it.

The link's token is known to nobody but who is shown it or gets the mail; the row holds its digest.
"""

import logging
import secrets
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User, token_digest
from customers.models import Invitation
from customers.services.users import names, set_locations

log = logging.getLogger(__name__)
TOKEN_BYTES = 32  # 256 bits: nobody guesses it, so it needs no salt and no slow hash
# Long enough for somebody on holiday, short enough that a forgotten mail opens nothing.
LIFETIME = timedelta(days=7)
OPEN = Q(accepted_at=None, cancelled_at=None)


class CannotInvite(Exception):
    """str() says why, next to the address."""


class NoLonger(Exception):
    """The invitation was accepted, cancelled or replaced meanwhile; str() says so."""


class HasAccount(Exception):
    """Somebody signs in with this address already."""


def invite(by, email, role, locations=(), *, name="", sees_all_locations=False):
    """(Invitation, its link). The mail is the caller's to send, after the transaction. Raises CannotInvite."""
    email = email.lower()
    token, digest = _new_token()
    try:
        with transaction.atomic():
            refuse_known(email)
            invitation = Invitation.objects.create(
                email=email,
                name=name,
                role=role,
                sees_all_locations=sees_all_locations,
                digest=digest,
                invited_by=by,
                expires_at=timezone.now() + LIFETIME,
            )
            invitation.locations.set(locations)
            changes = {"role": ["", role], "sees_all_locations": [None, sees_all_locations]}
            audit.record(by, "invited", invitation, changes | {"locations": [[], names(locations)]})
    except IntegrityError as error:  # two forms at the same moment
        raise CannotInvite(_WAITING.format(email)) from error
    return invitation, link_of(token)


_WAITING = "{} is invited already. Send that invitation again, or cancel it first."


def refuse_known(email):
    """Raises CannotInvite for an address that signs in here, or did, or that is invited."""
    user = User.objects.filter(email__iexact=email).first()
    if user:
        closed = "has an account here that is deactivated. Activate it instead."
        raise CannotInvite(f"{email} uses Aftercall already." if user.is_active else f"{email} {closed}")
    if Invitation.objects.filter(OPEN, email__iexact=email).exists():
        raise CannotInvite(_WAITING.format(email))


def send_again(by, invitation):
    """A new link, and the old one ends; the days count anew. Raises NoLonger."""
    token, digest = _new_token()
    now = timezone.now()
    fresh = {"digest": digest, "sent_at": now, "expires_at": now + LIFETIME, "times_sent": F("times_sent") + 1}
    with transaction.atomic():
        _change_open(invitation, **fresh)
        audit.record(by, "sent an invitation again", invitation)
    invitation.refresh_from_db()
    return link_of(token)


def cancel(by, invitation):
    """Its link opens nothing any more. Raises NoLonger."""
    with transaction.atomic():
        _change_open(invitation, cancelled_at=timezone.now())
        audit.record(by, "cancelled an invitation", invitation)


def _change_open(invitation, **fields):
    """One conditional UPDATE, so that of two deeds at once one wins."""
    if not Invitation.objects.filter(OPEN, pk=invitation.pk).update(**fields):
        raise NoLonger(f"The invitation of {invitation.email} is no longer open.")


def mail(invitation, link, by):
    """Send the link by mail, outside any transaction. False when the mail server did not take it."""
    context = {"invitation": invitation, "link": link, "by": by, "days": LIFETIME.days}
    subject = render_to_string("customers/mail/invitation_subject.txt", context).strip()
    text = render_to_string("customers/mail/invitation_message.txt", context)
    try:
        send_mail(subject, text, None, [invitation.email])
    except (OSError, SMTPException, ValueError) as error:  # an address no mail server takes
        # Only its kind: what a mail server says may repeat the mail.
        log.warning("The mail of invitation %s was not sent: %s", invitation.pk, type(error).__name__)
        return False
    return True


def find_open(digest):
    """The Invitation that may still be accepted, by its token's digest; None for every other."""
    found = Invitation.objects.filter(OPEN, digest=digest, expires_at__gt=timezone.now()).first()
    return found if found and secrets.compare_digest(found.digest, digest) else None


def accept(invitation, name, password):
    """The new User, with role and locations as the invitation says. Raises NoLonger, HasAccount."""
    now = timezone.now()
    same = Invitation.objects.filter(OPEN, pk=invitation.pk, digest=invitation.digest, expires_at__gt=now)
    with transaction.atomic():
        if not same.update(accepted_at=now):
            raise NoLonger(f"The invitation of {invitation.email} is no longer open.")
        user = _create(invitation, name, password)
        same.model.objects.filter(pk=invitation.pk).update(user=user)
        audit.record(user, "accepted an invitation", user, {"role": ["", user.role]})
        set_locations(user, user, list(invitation.locations.all()))
    return user


def _create(invitation, name, password):
    first = invitation.locations.first()
    facts = {
        "name": name,
        "role": invitation.role,
        "sees_all_locations": invitation.sees_all_locations,
        "time_zone": first.time_zone if first else settings.TIME_ZONE,
    }
    try:
        with transaction.atomic():
            return User.objects.create_user(invitation.email, password, **facts)
    except IntegrityError as error:
        raise HasAccount(f"{invitation.email} has an account already.") from error


def _new_token():
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, token_digest(token)


def link_of(token):
    """The link's whole address: the one operators set, never a Host header."""
    return settings.PUBLIC_URL + reverse("customers:invitation", args=[token])
