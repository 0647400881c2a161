"""Calls that wait for somebody this minute, as the team's numbers count them and the lists behind those find them."""

from datetime import timedelta

from django.db.models import Q

from calls.choices import NOT_WRAPPABLE, CallStatus

QUEUED_LONG = timedelta(minutes=1)  # in a queue: most who hang up while they wait do so after it


def queued_long(now):
    """In a queue for more than a minute at the moment `now` (aware); what is to be called later waits from then on."""
    long = now - QUEUED_LONG
    return Q(status=CallStatus.QUEUED, created_at__lt=long) & (Q(scheduled_at=None) | Q(scheduled_at__lt=long))


def unfinished(now):
    """Ended, with a wrap-up whose time was over at the moment `now` (aware)."""
    return ~Q(status__in=NOT_WRAPPABLE) & Q(wrapped_up_at=None, wrap_up_due_at__lte=now)


# name → (which calls at a moment, in words): opened like the counts of the figures, /calls/?counted=queued_long
COUNTS = {
    "queued_long": (queued_long, "In a queue for over a minute"),
    "unfinished": (unfinished, "Unfinished wrap-ups"),
}
