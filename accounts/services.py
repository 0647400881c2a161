"""Deeds on people and tokens. View, command and API call these; each writes its own audit entry."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, sessions
from accounts.choices import Scope
from accounts.models import ApiToken, User


class NameTaken(Exception):
    """The user has a token of this name that is not revoked."""


def save_profile(user, fields):
    """Save what a person changed about themselves: `fields` maps field → value. Returns the saved user."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        changes = {name: [getattr(user, name), value] for name, value in fields.items() if getattr(user, name) != value}
        if changes:
            for name, (_, value) in changes.items():
                setattr(user, name, value)
            user.save(update_fields=list(changes))
            audit.record(user, "changed profile", user, changes)
    return user


def issue_token(user, name, scope=Scope.READ, expires_at=None, actor=None):
    """A new token and its secret, which is shown once. Raises NameTaken."""
    try:
        with transaction.atomic():
            token, secret = ApiToken.objects.issue(user, name, scope, expires_at)
            changes = {"scope": [None, scope], "expires_at": [None, expires_at and expires_at.isoformat()]}
            audit.record(actor or user, "made API token", token, changes)
    except IntegrityError as error:
        raise NameTaken(f"{user.email} has a token named “{name}”. Choose another name.") from error
    return token, secret


def revoke_token(actor, token):
    """Close a token for good. Returns False when it was closed already."""
    with transaction.atomic():
        alive = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
        if not alive.update(revoked_at=timezone.now()):
            return False
        audit.record(actor, "revoked API token", token)
    return True


def deactivate(actor, user, reason=""):
    """Nobody signs in as `user` any more; their sessions end now, and do not come back with the account."""
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return
        audit.record(actor, "deactivated", user, {"is_active": [True, False]}, reason)
        sessions.end_all(user)
    user.is_active = False
