"""What the machine does about cases each minute: late, early or doubled without harm."""

from feedback.cases import escalation, follow_ups, naming, opening


def keep(now=None):
    """One round. Returns how many cases were opened or joined."""
    count = opening.sweep(now)
    naming.name()
    follow_ups.look(now)
    escalation.escalate(now)
    return count
