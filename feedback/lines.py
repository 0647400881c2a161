"""What the line itself said of a call, written onto its number, also where nobody has wrapped it up yet."""

from customers import services as customers
from feedback import truth

_TEACHES = {truth.Line.DEAD: "dead", truth.Line.ANSWERED: "answered"}


def note(call):
    """Write what a Call's line said so far. Called when it is wrapped up, and when the carrier tells its end."""
    if call.number:
        word = _TEACHES.get(truth.line_of(call), "")
        customers.note_line(call.number, call.pk, call.ended_at or call.created_at, word)
