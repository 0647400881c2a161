"""What the worker does for this room."""

from feedback import services


def time_out():
    """Close the clock of wrap-ups that are overdue; the schedule and the pulse call it."""
    return services.time_out_due()
