"""What the latest calls taught about a number, one entry a call, kept with the number itself.

An entry is {"call": key, "at": ISO time, "said": what a person said, "line": what the line itself said}. The apps
on the right write it (`services.note_outcome`, `services.note_line`); a correction of the same call replaces it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

KEPT = 20  # calls; at four a week a number's last five
RIGHT, REACHED, WRONG, DEAD = "right", "reached", "wrong", "dead"
SAID = (RIGHT, REACHED, WRONG, DEAD)
# What a person said -> the columns of the number that hold when it was last so.
COLUMNS = {
    RIGHT: ("right_party_at", "reached_at"),
    REACHED: ("reached_at",),
    WRONG: ("wrong_party_at", "reached_at"),
    DEAD: ("disconnected_at",),
}
LINE_DEAD, LINE_ANSWERED = "dead", "answered"


@dataclass(frozen=True)
class Fact:
    """One thing a call showed: `kind` is one of SAID, or "line dead" / "line answered" where nobody said more."""

    kind: str
    at: datetime


def with_entry(recent, call, at, **words):
    """The list `recent` (or None) with what is known of `call` (any text) now; `words`: said, line."""
    entries = [one for one in recent or () if one.get("call") != call]
    before = next((one for one in recent or () if one.get("call") == call), {})
    entry = {"call": call, "at": at.isoformat(), "said": before.get("said", ""), "line": before.get("line", "")} | words
    entries.append(entry)
    return sorted(entries, key=lambda one: one["at"])[-KEPT:]


def said_of(recent, call):
    """What was said of `call` so far, "" for nothing."""
    return next((one.get("said", "") for one in recent or () if one.get("call") == call), "")


def last_at(recent, column):
    """When the entries last showed what a column of the number holds, None = never."""
    kinds = {kind for kind, columns in COLUMNS.items() if column in columns}
    return max((parse_datetime(one["at"]) for one in recent if one["said"] in kinds), default=None)


def calls_kept(number):
    """Of how many of the latest calls something is known."""
    return max(len(number.recent or ()), len(facts(number)))


def facts(number):
    """The Facts of a PhoneNumber, the oldest first. What was written before entries were kept counts as one each."""
    found = [fact for entry in number.recent or () for fact in _of_entry(entry)]
    found += _from_columns(number, {(fact.kind, fact.at) for fact in found})
    return sorted(found, key=lambda fact: (fact.at, fact.kind))


def _of_entry(entry):
    at = parse_datetime(entry.get("at", ""))
    if at is None:
        return
    if entry.get("said") in SAID:
        yield Fact(entry["said"], at)
    elif entry.get("line") in (LINE_DEAD, LINE_ANSWERED):
        yield Fact(f"line {entry['line']}", at)


def _from_columns(number, known):
    """The last of each kind, where no entry holds it."""
    columns = {
        RIGHT: number.right_party_at,
        # An answer by the right or the wrong person is also an answer: alone it only says that the line lives.
        REACHED: None if number.reached_at in (number.right_party_at, number.wrong_party_at) else number.reached_at,
        WRONG: number.wrong_party_at,
        DEAD: number.disconnected_at,
    }
    kinds_at = {at for _, at in known}
    return [Fact(kind, at) for kind, at in columns.items() if at and at not in kinds_at]
