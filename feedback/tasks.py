"""What the worker does for this room."""

from feedback import services


def time_out():
    """Stop the clock of wrap-ups that are overdue; the schedule calls it each minute."""
    return services.time_out_due()
