"""A connection that needs a person: the admins are told once an outage, however many workers meet it."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from integrations.models import Connection

log = logging.getLogger(__name__)
SUBJECT = "{connection} needs an admin: {what}"
BODY = """{what} since {since:%d %b %Y %H:%M} UTC.

{why}

Nothing is lost: what is owed to {connection} waits, and what is read from it goes on where it stopped, as soon as \
the connection works again. Test it or enter a new secret here:

{link}

You get this once. Aftercall writes again when it breaks again.
"""


def in_trouble():
    """Connections that are on and paused until a person acts. One query."""
    return Connection.objects.filter(is_on=True, paused_at__isnull=False)


def tell():
    """Writes to the admins about every pause they have not been told of. Safe to call from anywhere, at any time."""
    for row in in_trouble().filter(told_at=None):
        if _claim(row) and not _send(row):
            Connection.objects.filter(pk=row.pk, told_at=row.told_at).update(
                told_at=None
            )  # the next minute tries again


def _claim(row):
    """Whether we are the one who tells: of many processes one UPDATE finds the row untold."""
    row.told_at = timezone.now()
    return Connection.objects.filter(pk=row.pk, paused_at=row.paused_at, told_at=None).update(told_at=row.told_at)


def _send(row):
    """Whether the mail server took it. Each admin gets a mail of their own: they are nobody else's business."""
    to = User.objects.filter(role=Role.ADMIN, is_active=True).values_list("email", flat=True)
    messages = [EmailMessage(_subject(row), _body(row), to=[address]) for address in to]
    try:
        get_connection().send_messages(messages)
    except (SMTPException, OSError) as error:
        log.warning("The admins could not be told of %s: %s", row, type(error).__name__)
        return False
    return True


def _subject(row):
    return SUBJECT.format(connection=row, what=what(row).lower())


def _body(row):
    link = settings.PUBLIC_URL + reverse("integrations:connection", args=[row.pk])
    return BODY.format(connection=row, what=what(row), since=row.paused_at, why=row.paused_why, link=link)


def what(row):
    """What is the matter, in two words."""
    return "Token refused" if row.is_refused else "Paused"
