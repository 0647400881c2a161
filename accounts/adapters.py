"""What allauth asks us: who may sign up, which address stands in mails, what is said."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse

from accounts import themes

log = logging.getLogger(__name__)


class ClosedAdapter(DefaultAccountAdapter):
    """People are invited by an admin; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        # The same words for an unknown address, a wrong password and a person who may not sign in.
        "email_password_mismatch": "This e-mail and password do not belong together. Check both and try again.",
        "too_many_login_attempts": "Too many tries. Wait 15 minutes, or set a new password.",
        "enter_current_password": "This is not your current password.",
    }

    def is_open_for_signup(self, request):
        return False

    def _get_login_attempts_cache_key(self, request, **credentials):
        # allauth counts per host name too, and we answer to several: ten guesses are ten guesses.
        return credentials.get("email", "").strip().lower()

    def get_reset_password_from_key_url(self, key):
        """The link in the mail: to the address that operators set, never to a Host header."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", key)

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:profile")

    def post_login(self, request, user, **facts):
        """Where signing in leads, in the theme the person chose."""
        response = super().post_login(request, user, **facts)
        themes.remember(response, user.theme)
        return response

    def send_mail(self, template_prefix, email, context):
        """A mail server that is down must not say who has an account, nor undo a changed password."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            log.exception("A mail was not sent: %s", template_prefix)
