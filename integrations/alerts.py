"""A connection that needs a person: the admins are told once an outage, however many workers meet it."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import mail
from accounts.choices import Role
from accounts.models import User
from integrations.models import Connection

TEMPLATE = "integrations/mail/trouble"


def in_trouble():
    """Connections that are on and paused until a person acts. One query."""
    return Connection.objects.filter(is_on=True, paused_at__isnull=False)


def tell():
    """Writes to the admins about every pause they have not been told of. Safe to call from anywhere, at any time."""
    for row in in_trouble().filter(told_at=None):
        for letter in _letters(row):
            mail.send(letter.pk)  # what does not go now goes with the other letters that wait


@transaction.atomic
def _letters(row):
    """A Letter to each admin, whose address is nobody else's business; none where somebody else has written them."""
    if not _claim(row):
        return []
    admins = User.objects.filter(role=Role.ADMIN, is_active=True)
    key = f"trouble:{row.pk}:{row.paused_at.isoformat()}"
    written = [mail.write(f"{key}:{admin.pk}", admin, TEMPLATE, _context(row)) for admin in admins]
    return list(filter(None, written))


def _claim(row):
    """Whether we are the one who tells: of many processes one UPDATE finds the row untold."""
    untold = Connection.objects.filter(pk=row.pk, paused_at=row.paused_at, told_at=None)
    return untold.update(told_at=timezone.now())


def _context(row):
    link = settings.PUBLIC_URL + reverse("integrations:connection", args=[row.pk])
    return {"connection": row, "what": what(row), "link": link}


def what(row):
    """What is the matter, in two words."""
    return "Token refused" if row.is_refused else "Paused"
