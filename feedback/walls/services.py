"""The deeds on wall screens; each writes its own audit entry."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import token_digest
from customers.access import accounts_seen_by
from customers.models import Location
from feedback.models import WallScreen
from feedback.scope import Scope

NOTE_EVERY = timedelta(minutes=1)


class NameTaken(Exception):
    """The person has a screen of this name that is not closed."""


def issue(user, name, *, location=None, account=None, period, expires_at=None):
    """A new screen and its secret, which is shown once and kept nowhere. Raises NameTaken."""
    secret = f"aw_{secrets.token_urlsafe(32)}"
    try:
        with transaction.atomic():
            screen = WallScreen.objects.create(
                user=user,
                name=name,
                digest=token_digest(secret),
                hint=secret[-4:],
                location=location,
                account=account,
                period=period,
                expires_at=expires_at,
            )
            told = {"of": screen.of_what, "period": period, "expires_at": expires_at and expires_at.isoformat()}
            audit.record(user, "made a wall screen", screen, {key: [None, value] for key, value in told.items()})
    except IntegrityError as error:
        raise NameTaken(f"You have a wall screen named “{name}”. Choose another name.") from error
    return screen, secret


def revoke(actor, screen):
    """Close a screen for good: within seconds it shows nothing. Returns False when it was closed already."""
    with transaction.atomic():
        open_ = WallScreen.objects.filter(pk=screen.pk, revoked_at=None)
        if not open_.update(revoked_at=timezone.now()):
            return False
        audit.record(actor, "closed a wall screen", screen)
    return True


def close_all_of(user):
    """With a person's access their screens end, and do not come back with it."""
    WallScreen.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def find(secret, pk=None):
    """The living screen this secret opens, with its maker and places; None for any other.

    One narrowed to a place its maker does not see any more is none.
    """
    found = WallScreen.objects.alive().filter(digest=token_digest(secret)).select_related("user", "location", "account")
    screen = found.filter(Q(pk=pk) if pk else Q()).first()
    return screen if screen is not None and _may_still(screen) else None


def _may_still(screen):
    user = screen.user
    if screen.location_id and not Location.objects.visible_to(user).filter(pk=screen.location_id).exists():
        return False
    return not screen.account_id or accounts_seen_by(user).filter(pk=screen.account_id).exists()


def note_use(screen):
    """When it was last looked at, written once a minute."""
    now = timezone.now()
    if screen.last_used_at is None or screen.last_used_at < now - NOTE_EVERY:
        WallScreen.objects.filter(pk=screen.pk).update(last_used_at=now)


NAMED = 3  # locations by name in the title of a screen


def places_of(screen):
    """Its places in words for everybody in the room. One query where they are its maker's."""
    if screen.location or screen.account or screen.user.sees_all_locations:
        return screen.of_what
    names = list(Location.objects.visible_to(screen.user).order_by("name").values_list("name", flat=True))
    return ", ".join(names) if len(names) <= NAMED else f"{len(names)} locations"


def scope_of(screen):
    """The Scope it shows: its maker's, narrowed."""
    days = 1 if screen.period == "today" else int(screen.period)
    return Scope.of_last(screen.user, days, location=screen.location, account=screen.account)
