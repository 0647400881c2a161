"""What happens when somebody signs in, fails to, signs out or sets a new password."""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from accounts import audit, sessions

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
def _reset(request, user, **_):
    """Whoever holds the mailbox may try again at once."""
    get_adapter()._delete_login_attempts_cached_email(request, email=user.email)
    audit.record(user, "set a new password by mail", user)
