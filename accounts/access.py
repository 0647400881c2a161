"""Which pages a role may open, and the doors to people and tokens. Each app's objects have doors of their own."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.choices import Role
from accounts.models import ApiToken, User

SUPERVISORS = (Role.SUPERVISOR, Role.ADMIN)
ADMINS = (Role.ADMIN,)


def for_roles(*roles):
    """Decorates a view: 403 for a signed-in person of another role."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.user.role not in roles:
                raise PermissionDenied("This page is not for your role.")
            return view(request, *args, **kwargs)

        return guarded

    return decorate


for_supervisors = for_roles(*SUPERVISORS)
for_admins = for_roles(*ADMINS)


def get_user(user, pk):
    """The person `pk`, if `user` may look them up; else 404."""
    return get_object_or_404(User.objects.visible_to(user), pk=pk)


def get_token(user, pk):
    """One of the user's own tokens that is not revoked yet; else 404."""
    return get_object_or_404(ApiToken.objects.visible_to(user).filter(revoked_at=None), pk=pk)
