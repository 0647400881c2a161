"""Deeds on people and tokens. View, command and API call these; each writes its own audit entry."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, sessions
from accounts.choices import Role, Scope
from accounts.models import ApiToken, User


class LastAdmin(Exception):
    """Without this person nobody could administer Aftercall; str() says so."""


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


def change_user(actor, user, fields):
    """Save what an admin changed about a person: `fields` maps name, role, sees_all_locations → value.

    Returns the saved user. It holds from their next request on. Raises LastAdmin.
    """
    with transaction.atomic():
        admins = _active_admins()
        user = User.objects.select_for_update().get(pk=user.pk)
        if fields.get("role", user.role) != Role.ADMIN:
            _keep_an_admin(admins, user)
        changes = {name: [getattr(user, name), value] for name, value in fields.items() if getattr(user, name) != value}
        if changes:
            for name, (_, value) in changes.items():
                setattr(user, name, value)
            user.save(update_fields=list(changes))
            audit.record(actor, "changed a user", user, changes)
    return user


def deactivate(actor, user, reason=""):
    """Nobody signs in as `user` any more; sessions and tokens end now, and do not come back with the account.

    Raises LastAdmin.
    """
    with transaction.atomic():
        _keep_an_admin(_active_admins(), user)
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return
        audit.record(actor, "deactivated", user, {"is_active": [True, False]}, reason)
        end_access(user)
    user.is_active = False


def activate(actor, user):
    """`user` may sign in again, with the password they had. Returns False when they could already."""
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            return False
        audit.record(actor, "activated", user, {"is_active": [False, True]})
    user.is_active = True
    return True


_on_end_access = []


def on_end_access(deed):
    """Have `deed(user)` called when a person's access ends, in that transaction. In `AppConfig.ready()`."""
    _on_end_access.append(deed)


def end_access(user):
    """End a person's sessions, API tokens and whatever else opens something for them, at once."""
    for deed in _on_end_access:
        deed(user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    sessions.end_all(user)


def _active_admins():
    """The primary keys of all active admins, held until the transaction ends: two admins cannot oust each other."""
    admins = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk")
    return [admin.pk for admin in admins]


def _keep_an_admin(admins, user):
    if admins == [user.pk]:
        raise LastAdmin(f"{user} is the last active admin. Make somebody else an admin first.")
