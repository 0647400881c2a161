"""Which pages a role may open. Which objects it may see is said by each app's own `access.py`."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from accounts.choices import Role

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
