"""Deeds on locations. FeedbackAPI knows no inactive location but a deleted one: to deactivate is ours alone."""

from django.db import transaction

from accounts import audit
from customers.models import ReviewProfile
from customers.services import saving, vendor


def save_location(location, by, changed=(), members=None, profiles=()):
    """Save a new Location or the `changed` columns of one, and tell FeedbackAPI: the saved row.

    members    who belongs to it from now on; None leaves them
    profiles   addresses to add to its review profiles
    """
    with transaction.atomic():
        is_new = location.pk is None
        changes = saving.write(location, changed, by)
        changes |= _set_members(location, members) | _add_profiles(location, profiles, by)
        audit.record(by, "added a location" if is_new else "changed a location", location, changes)
        vendor.wish(location)
    return location


def _set_members(location, members):
    if members is None:
        return {}
    before, after = set(location.members.all()), set(members)
    if before == after:
        return {}
    location.members.set(after)
    return {"members": [_names(before), _names(after)]}


def _names(people):
    return ", ".join(sorted(map(str, people)))


def _add_profiles(location, profiles, by):
    known = set(location.review_profiles.values_list("url", flat=True))
    new = [url for url in dict.fromkeys(profiles) if url not in known]
    ReviewProfile.objects.bulk_create(ReviewProfile(location=location, url=url, added_by=by) for url in new)
    return {"review_profiles": ["", "\n".join(new)]} if new else {}


def set_active(location, is_active, by):
    """Take a location off the lists to choose from, or put it back. FeedbackAPI is not told: it has no such state."""
    with transaction.atomic():
        location.is_active = is_active
        saving.write(location, ["is_active"], by)
        audit.record(by, "activated a location" if is_active else "deactivated a location", location)
    return location


def forget_profile(profile, by):
    """Take an address off our list of review profiles. FeedbackAPI cannot drop one it has."""
    with transaction.atomic():
        location = profile.location
        audit.record(by, "took a review profile off the list", location, {"review_profiles": [profile.url, ""]})
        profile.delete()
    return location
