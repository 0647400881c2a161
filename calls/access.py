"""The door to a call: what a person may not see is a 404."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from calls import planned, voicemails
from calls.models import Call, Callback, RetryPlan
from customers.access import whole


def get_call(user, pk):
    """The call `pk` with whom it is about. Raises Http404."""
    calls = Call.objects.visible_to(user)
    people = (
        "agent",
        "asked_by",
        "customer__phone",
        "customer__location",
        "number",
        "location__account",
        "connection",
    )
    return get_object_or_404(calls.select_related(*people), pk=whole(pk))


def get_voicemail(user, pk):
    """A voicemail `pk` that waits to be heard at one of the user's locations. Raises Http404."""
    return get_object_or_404(voicemails.unread(user).select_related("customer", "number"), pk=whole(pk))


def find_call(user, text):
    """The call that a form or an address names, None where it names none. Raises Http404 for one out of sight."""
    return get_call(user, text) if text else None


def get_callback(user, pk):
    """The planned call `pk` with whom it is about and who carries it out. Raises Http404."""
    rows = planned.with_people(Callback.objects.visible_to(user))
    return get_object_or_404(rows.select_related("customer__phone", "location__account", "made_by"), pk=whole(pk))


def may_change(user, callback, ask=False):
    """Whether a person may move, give or cancel it: their own, anyone's, or as a supervisor. Raises PermissionDenied
    unless one only asks."""
    is_theirs = user.pk in (callback.owner_id, callback.made_by_id) or callback.is_anyones
    if not (is_theirs or user.is_supervisor or ask):
        raise PermissionDenied(f"This callback is {callback.owner}’s. They or a supervisor can change it.")
    return is_theirs or user.is_supervisor


def get_retry_plan(user, pk):
    """An account's own retry plan. Raises Http404, as for everybody but admins."""
    own = RetryPlan.objects.filter(account__isnull=False) if user.is_admin else RetryPlan.objects.none()
    return get_object_or_404(own.select_related("account"), pk=whole(pk))
