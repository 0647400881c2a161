"""How words become a status: the same way for every vendor, each with a table of its own.

The furthest outcome wins, else the furthest progress. As the set of words only grows, so do both: order,
repeats and gaps cannot matter. A word in no table is kept and shown; it moves nothing and ends nothing.
"""

from dataclasses import dataclass, field

from calls.choices import CallStatus

_NO_REASON = {"", "nothing", "unknown"}


@dataclass(frozen=True)
class Table:
    """A vendor's words: each with how far it is and the status it means.

    progress, outcome  {word: (rank, CallStatus)}; words of one rank mean the same
    reasons            {fail reason: CallStatus}, in the order of what tells more
    told_by_reason     outcomes whose status is their reason's, and FAILED without one
    unanswered         outcomes that only say that nobody answered: after an answer the call was completed
    over               the word for a call that simply ended, for a person to say
    says               a word or a reason in a line for people, where the status alone would not tell
    """

    progress: dict
    outcome: dict
    reasons: dict
    told_by_reason: frozenset = frozenset()
    unanswered: frozenset = frozenset()
    over: str = ""
    says: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Derived:
    """Where a set of reports leads. `status` None: nothing known was reported yet; `word` the vendor's that decided."""

    status: CallStatus | None
    progress: int = 0
    outcome: int = 0
    word: str = ""
    fail_reason: str = ""
    odd: frozenset = frozenset()


def normal(word):
    """The vendor's word in lower case with underscores: "Action Only" and action_only are one."""
    return "_".join(str(word).lower().replace("-", " ").replace("_", " ").split())


def read(reports, table):
    """The Derived of any iterable of (word, fail_reason) by a Table. Never raises, whatever the words."""
    seen = {(normal(word), normal(reason)) for word, reason in reports}
    words = {word for word, _ in seen if word}
    outcome, ended_by = _furthest(words, table.outcome)
    progress, came_to = _furthest(words, table.progress)
    reason = _telling({reason for word, reason in seen if word in table.told_by_reason}, table.reasons)
    return Derived(
        status=_status(ended_by, came_to, reason, table),
        progress=progress,
        outcome=outcome,
        word=ended_by or came_to,
        fail_reason=reason,
        odd=frozenset(words - set(table.outcome) - set(table.progress)),
    )


def _furthest(words, known):
    """(rank, word); words of one rank are ordered by their letters, so that the answer has one form."""
    found = sorted((known[word][0], word) for word in words if word in known)
    return found[-1] if found else (0, "")


def _telling(reasons, known):
    """The reason that says most; by its letters where two say as much."""
    place = {reason: rank for rank, reason in enumerate(known)}
    return min(reasons, key=lambda reason: (place.get(reason, len(place)), reason in _NO_REASON, reason), default="")


def _status(ended_by, came_to, reason, table):
    if ended_by in table.told_by_reason:
        return table.reasons.get(reason, CallStatus.FAILED)
    if ended_by in table.unanswered and came_to and table.progress[came_to][1] == CallStatus.IN_PROGRESS:
        return CallStatus.COMPLETED
    if ended_by:
        return table.outcome[ended_by][1]
    return table.progress[came_to][1] if came_to else None
