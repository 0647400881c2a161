"""What the worker does for this room."""

from datetime import timedelta

from django.utils import timezone

from calls.services import handover, hopeless, placing
from calls.telesign import silence


def callbacks():
    """Ends planned calls that have no sense any more, then hands over to CCAI; the schedule calls it each minute."""
    hopeless.end_hopeless()
    handover.settle_undecided()
    handover.hand_over_due()


def close_silent():
    """Calls whose asking process is gone, and those TeleSign tells nothing of; the schedule calls it each minute."""
    placing.give_up_waiting(timezone.now() - timedelta(seconds=placing.deadline()))
    silence.sweep()
