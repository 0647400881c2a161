"""Voicemails that nobody has heard yet: of the locations a person sees, the oldest first."""

from calls.choices import CallStatus
from calls.models import Call

# CCAI's words for one that waits; `voicemail_read` no longer does (ccai_calls.txt, call status).
UNREAD = ("voicemail", "voicemail_received")
SHOWN = 10  # beside the desk; more than that is a morning's work and said so


def waiting(user):
    """The Calls that wait to be heard, with whom they are from; oldest first, at most SHOWN and one more."""
    return list(unread(user).select_related("customer", "number", "location").order_by("created_at")[: SHOWN + 1])


def unread(user):
    """The queryset behind `waiting` and the door to one of them.

    One whose caller nobody knows has no location: it waits for supervisors, so that somebody hears it.
    """
    mine = Call.objects.told_to(user)
    if user.is_supervisor:
        mine = mine | Call.objects.filter(location=None)
    return mine.filter(status=CallStatus.VOICEMAIL, vendor_status__in=UNREAD)
