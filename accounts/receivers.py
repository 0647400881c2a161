"""What happens when somebody signs in, fails to, signs out or sets a new password."""

import logging

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts import audit, sessions
from accounts.models import User

log = logging.getLogger(__name__)


@receiver(user_logged_in)
def _begin(request, user, **_):
    sessions.begin(request.session)
    log.info("Signed in: user %s", user.pk)


@receiver(user_logged_out)
def _ended(user, **_):
    if user is not None:
        log.info("Signed out: user %s", user.pk)


@receiver(user_login_failed)
def _failed(credentials, **_):
    log.warning("Sign-in failed: %s", credentials.get("email", ""))


@receiver(password_reset)
def _reset(user, **_):
    audit.record(user, "set a new password by mail", user)


@receiver(post_save, sender=User)
def _forget_old_address(instance, created, update_fields, **_):
    """allauth keeps the address somebody signed in with and would go on taking it, and mailing to it."""
    if not created and (update_fields is None or "email" in update_fields):
        EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email).delete()
