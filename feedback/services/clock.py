"""The time a wrap-up has, and what happens when it is over."""

from datetime import timedelta

from django.utils import timezone

from calls.models import Call


def any_due_soon(now=None):
    """Whether some wrap-up's clock runs out within a minute: the pulse stays awake for it."""
    soon = (now or timezone.now()) + timedelta(minutes=1)
    return _running(soon).exists()


def _running(until):
    """Calls whose wrap-up is due by `until` and nobody has finished or timed out."""
    return Call.objects.ended().filter(wrap_up_due_at__lte=until, timed_out_at=None, wrapped_up_at=None)


def time_out_due(now=None):
    """Stop the clock of wrap-ups nobody finished in time. Sends nothing, keeps the draft. Returns how many."""
    now = now or timezone.now()
    return Call.objects.filter(pk__in=_running(now).values("pk"), timed_out_at=None).update(timed_out_at=now)
