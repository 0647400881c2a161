"""Calls that were made elsewhere, a portion at a time, written set by set.

Nobody is told anything of them, and no wrap-up is due. A blank cell never takes away what is known.
"""

from datetime import timedelta
from typing import NamedTuple

from calls.choices import CallStatus, Kind, Provider
from calls.models import Call
from customers.imports.clocks import Clocks
from customers.imports.errors import Odd
from customers.imports.kinds import Taken
from customers.imports.numbers import Numbers
from customers.imports.people import People
from customers.imports.places import Places
from customers.imports.setwise import Rows, uuids
from feedback.imports.call_customers import Callers
from feedback.imports.call_stars import Stars
from feedback.imports.written_at_once import written_at_once
from integrations.sync import upsert, written

TALKED_UNANSWERED = "Not answered, and yet a talk time of {} s"
NO_DATE = "Its date is empty"
NO_ENDING = "It does not say whether the call was answered"

# What a file says of a call, in the order of the table's columns.
SAID = (
    "kind", "status", "created_at", "connected_at", "ended_at", "talk_seconds", "agent_id", "customer_id",
    "location_id", "number_id", "wait_seconds", "topic", "resolved",
)  # fmt: skip
# A row that says nothing of these leaves what is known.
BLANKS = SAID[SAID.index("agent_id") :]
BORN = ("id", "uuid", "provider", "raw")
ELSEWHERE = Provider.ELSEWHERE.value


class Row(NamedTuple):
    """One call as it is to be: `said` in the order of SAID, and what its customer thought of it."""

    key: str
    said: tuple
    stars: int | None
    comments: str


class Calls:
    """Takes portions of one file's rows."""

    def __init__(self, run, plan):
        self.options = plan.options
        self.source = {"import": run.pk, "file": run.file_name}
        self.people, self.places, self.numbers = People(), Places(self.options, run.made_by_id), Numbers()
        self.callers, self.stars, self.clocks = Callers(), Stars(), Clocks(self.options, self.places)
        self.direction = self.options.get("direction") or Kind.INCOMING.value
        self.calls = Rows(Call, SAID, BLANKS, BORN)

    def forget(self):
        """What was made may have been rolled back."""
        self.people.forget()
        self.places.forget()

    def rest(self, dry):
        """Nothing is remembered from one turn to the next."""

    def take(self, read, dry):
        """A portion. In a dry run nothing is written, and all else is the same."""
        rows, rejected = self._rows(read, dry)
        kept = self.calls.there([row.key for row in rows])
        new = [row for row in rows if row.key not in kept]
        known = [(kept[row.key], row) for row in rows if row.key in kept]
        if not dry:
            self._insert(new)
        updated = self._update(known, dry)
        return Taken(len(new), updated, len(known) - updated, rejected)

    # --- Rows as they are to be -----------------------------------------------------------------

    def _rows(self, read, dry):
        says_ending = "answered" in read.values
        self.places.make(set(read.column("location")), dry)
        agents = self.people.of(set(read.column("agent")), dry)
        texts = read.column("phone")
        dialled = {text: self.numbers.read(text) for text in set(texts)} if texts[0] is not None else {}
        numbers = self.numbers.rows((one for one in dialled.values() if one.__class__ is str), dry)
        customers = self.callers.of(numbers, read.column("email"))
        rows, rejected = [], {}
        names = (
            "date", "time", "answered", "resolved", "topic", "wait", "talk", "rating", "comments", "direction",
            "location", "agent", "phone", "email",
        )  # fmt: skip
        for number, key, *cells in zip(read.numbers, read.keys, *map(read.column, names), strict=True):
            date, time, answered, resolved, topic, wait, talk, rating, comments, direction, place, agent, *who = cells
            status, why = _ending(answered, talk, says_ending)
            location, lost = self.places.of(place)
            phone = dialled.get(who[0])
            if phone.__class__ is Odd:
                lost = lost or phone.why
            if date is None or why or lost:
                rejected[number] = NO_DATE if date is None else why or lost
                continue
            created = self.clocks.of(location).at(date, time)
            is_answered = status == _ANSWERED
            line = numbers.get(phone)
            rows.append(
                Row(
                    key,
                    (
                        direction or self.direction,
                        status,
                        created,
                        created if is_answered else None,
                        created + timedelta(seconds=talk) if talk and is_answered else created,
                        talk if is_answered else None,
                        agents.get(agent),
                        customers.of(line, who[1]),
                        location,
                        line,
                        wait,
                        topic or "",
                        resolved,
                    ),
                    rating,
                    comments or "",
                )
            )
        return rows, rejected

    # --- What is there, and what changes --------------------------------------------------------

    def _insert(self, rows):
        if not rows:
            return
        keys, raw, provider = upsert.reserved(Call, len(rows)), written.json_text(self.source), ELSEWHERE
        with written_at_once(keys):
            self.calls.insert(
                [
                    (row.key, *row.said, pk, uuid, provider, raw)
                    for pk, uuid, row in zip(keys, uuids(len(rows)), rows, strict=True)
                ]
            )
            self.stars.add([(pk, row.said, row.stars, row.comments) for pk, row in zip(keys, rows, strict=True)])

    def _update(self, known, dry):
        """How many of `known` [((primary key, values), row)] are not as they were."""
        if not known:
            return 0
        changed = [(*wished, pk) for (pk, was), row in known if (wished := self._merged(was, row.said))]
        starred = self.stars.change([(pk, row.said, row.stars, row.comments) for (pk, _), row in known], dry)
        if changed and not dry:
            self.calls.update(changed)
        return len({row[-1] for row in changed} | starred)

    def _merged(self, was, new):
        if new[_TALK] is None and _still_talked(was, new):
            new = list(new)
            new[_TALK], new[_ENDED] = was[_TALK], was[_ENDED]
        return self.calls.merged(was, new)


def _ending(answered, talk, says_it):
    """(status, why there is none) from what a row says of an answer and of talk."""
    if answered is None:
        if says_it and talk is None:
            return None, NO_ENDING
        return (_ANSWERED if talk else _UNANSWERED), ""
    if talk and answered != _ANSWERED:
        return None, TALKED_UNANSWERED.format(talk)
    return answered, ""


_ANSWERED, _UNANSWERED = CallStatus.COMPLETED.value, CallStatus.NO_ANSWER.value
_STATUS, _CREATED, _ENDED, _TALK = map(SAID.index, ("status", "created_at", "ended_at", "talk_seconds"))


def _still_talked(was, new):
    """Whether the call had been answered, and still is, at the same time: a blank takes its talk time not away."""
    same = was[_STATUS] == new[_STATUS] == _ANSWERED and was[_CREATED] == new[_CREATED]
    return same and was[_TALK] is not None
