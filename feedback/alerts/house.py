"""Who counts for everybody: figures of a place are the same whoever is told of them."""

from django.conf import settings

from accounts.choices import Role
from accounts.models import User


def house():
    """Somebody who sees all locations and is nobody: for the Scope of what is counted without a person."""
    return User(role=Role.ADMIN, sees_all_locations=True, time_zone=settings.TIME_ZONE, name="Aftercall")
