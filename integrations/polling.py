"""How often a page asks again for what waits: every second only while something is about to happen."""

from datetime import timedelta

SOON, LATER, SELDOM = "1s", "2s", "60s"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def every(wait):
    """The htmx time for a `wait` (timedelta) until the next thing happens. What is long overdue waits for somebody:
    its connection is paused, or no worker runs."""
    if wait < -MINUTE:
        return SELDOM
    return SOON if wait < MINUTE else LATER if wait < HOUR else SELDOM
