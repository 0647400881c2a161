"""The clock of a case in words: "31 h left", "overdue by 3 h"."""

from dataclasses import dataclass

from django.utils import timezone

from feedback.choices import CaseStage

HOUR, MINUTE = 3600, 60
SOON = 6 * HOUR  # less than that is left: look at it now


@dataclass(frozen=True)
class Clock:
    """`words` to show, `tone` of a badge, `is_overdue`; `stopped` once they were contacted or it is closed."""

    words: str
    tone: str = ""
    icon: str = "clock"
    is_overdue: bool = False
    stopped: bool = False


def of(case, now=None):
    """How a case stands with its time, by the server's clock."""
    now = now or timezone.now()
    if case.is_closed:
        return Clock(case.get_stage_display(), CaseStage(case.stage).tone, CaseStage(case.stage).icon, stopped=True)
    if case.contacted_at:
        return contacted(case)
    left = (case.due_at - now).total_seconds()
    if left <= 0:
        return Clock(f"overdue by {span(-left)}", "bad", "clock-alert", is_overdue=True)
    return Clock(f"{span(left)} left", "warn" if left < SOON else "", "clock")


def contacted(case):
    """The Clock of a contact, also of a closed case: in time, or how late."""
    late = (case.contacted_at - case.due_at).total_seconds()
    if late > 0:
        return Clock(f"contacted {span(late)} late", "warn", "phone", stopped=True)
    return Clock("contacted in time", "good", "phone", stopped=True)


def span(seconds):
    """ "3 days", "31 h", "25 min": what is said of it, rounded down, never "0 min"."""
    if seconds >= 96 * HOUR:
        return f"{int(seconds // (24 * HOUR)):,} days"
    if seconds >= HOUR:
        return f"{int(seconds // HOUR)} h"
    return f"{max(1, int(seconds // MINUTE))} min"
