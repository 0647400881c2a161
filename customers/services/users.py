"""Deeds on people who use Aftercall, as far as locations are concerned; the rest is the room of accounts."""

from django.db import transaction

from accounts import audit
from accounts import services as accounts


def save_user(by, user, fields, locations):
    """Save what an admin changed about a person (see accounts.services.change_user) and where they belong: the User.

    `locations` are rows, all there are to be. Raises accounts.services.LastAdmin.
    """
    with transaction.atomic():
        user = accounts.change_user(by, user, fields)
        set_locations(by, user, locations)
    return user


def set_locations(by, user, locations):
    """From now on `user` is a member of exactly these locations."""
    before = set(user.locations.all())
    if before == set(locations):
        return
    user.locations.set(locations)
    audit.record(by, "changed whose locations a user sees", user, {"locations": [names(before), names(locations)]})


def names(locations):
    """Names of locations in order, for the audit."""
    return sorted(location.name for location in locations)
