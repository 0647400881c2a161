"""Carries out a search: along which index the list is walked, and how it is counted.

    one condition with an index in the order of dates     walked along that index
    few calls, by a probe                                 found by their keys, and put in order
    many                                                  walked along the date, each row looked at

So that the first, a middle and the last page cost the same among a million calls as among a thousand.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connection
from django.db.models import Q, Value

from calls.models import DATED, Call
from customers.models import Location
from feedback import paging
from feedback.explorer import conditions, probes
from feedback.explorer.known import Known, Moment
from feedback.explorer.lines import lines
from feedback.models import CallAnswer, CallIssue, Rating

# Which copy of the date lies beside what a filter looks at.
CALL, RATING = ("dated", "pk"), ("rating__called_at", "rating__call_id")
ISSUE, ANSWER = ("issues_heard__at", "issues_heard__call_id"), ("answered__at", "answered__call_id")
OF_RATING = {"outcome", "quality_from", "quality_to", "right_party", "notes"}
NEARLY_ALL = ({"from"}, {"to"}, {"rated"})  # what each by itself holds most of the calls
BEGAN = ("created_at", "pk")


@dataclass(frozen=True)
class Beside:
    """A row beside the call: its name from there, and its model."""

    prefix: str
    model: type


BESIDE = {
    RATING: Beside("rating__", Rating),
    ISSUE: Beside("issues_heard__", CallIssue),
    ANSWER: Beside("answered__", CallAnswer),
}


def _said_beside(asked, prefix):
    """The same Q from a row beside the call, None where it asks for more than that row tells."""
    said = Q()
    for part in asked.children:
        if isinstance(part, Q):
            here = _said_beside(part, prefix)
        elif not isinstance(part, tuple) or not part[0].startswith(prefix):
            return None
        else:
            name = part[0].removeprefix(prefix)
            here = Q() if (name, part[1]) == ("isnull", False) else Q((name, part[1]))
        if here is None or asked.connector != Q.AND or asked.negated:
            return None
        said &= here
    return said


def _counted_by(rows, key, *order):
    """Rows as each database counts them out of an index alone: SQLite is told which one by the order that it has,
    PostgreSQL must be asked for nothing that the index has not (of times, it has what is computed of them)."""
    if connection.vendor == "sqlite":
        return rows.order_by(*order).values(key)
    return rows.order_by().annotate(one=Value(1)).values("one")


class Search:
    """The calls that `user` may see and that pass `chosen` (name → value, as the filters' form gives them).

    `dates(field)` is the Q of the days, of a time field by that name; `counted` is what a count counts.
    """

    def __init__(self, user, chosen, dates=None, counted=None, by="dated"):
        self.user, self.chosen, self.counted, self.by = user, chosen, counted, by
        self.dates = dates or (lambda field: Q())

    def calls(self):
        """All of them, each with `dated`; in no order."""
        return self._narrowed(Q())

    def page(self, cursor=""):
        """A paging.Page of them, each as a Line."""
        page = paging.page_of(self._walk, cursor, *self._count)
        # What a row shows is read for these few only: where they are put in order, it would be for all of them.
        return replace(page, rows=lines([key for _, key in page.rows], self.by))

    def after(self, edge, size):
        """The keys of the next `size` calls behind the edge, (time `by`, key) or None, newest first; and a new edge."""
        places, _ = self._walk.older(edge, size)
        return [key for _, key in places], places[-1] if places else edge

    @cached_property
    def _walk(self):
        """Along which it is walked, by (time `by`, key) of each call."""
        if self._are_few:
            known = next((one.dated for one in self._found if one.dated is not None and self._is_all_of(one)), None)
            if known is None or self.by != "dated":
                known = self._narrowed(Q()).order_by().values_list(Moment(self.by), "pk")
            return Known(sorted(known))
        return paging.Walk(self._places_of, self.by, self.along)

    def _places_of(self, also):
        return self._narrowed(also).order_by().values_list(self.by, "pk")

    def _narrowed(self, also, how="here"):
        calls = Call.objects.annotate(dated=DATED)
        found = [getattr(one, how) for one in self._found]
        # In one go: what is joined for the one condition, the other is said of. Where to go on before the days: of two
        # ends SQLite begins at the first that is said.
        return calls.filter(self._whose(how), self._wanted, *found, also, self._days)

    @property
    def _days(self):
        """The days, said of the time that the list is walked along where that is the date calls count on."""
        return self.dates("dated" if self._are_few or self.along == BEGAN else self.along[0])

    @cached_property
    def along(self):
        """The (time, key) the list is walked along; it says the same as (`by`, pk)."""
        if self.by == "created_at":
            return BEGAN
        chosen = self.chosen
        if chosen.keys() & {"customer", "agent", "location"}:  # not many calls, whatever else is asked of them
            return CALL
        if "issue" in chosen:
            return ISSUE
        if chosen.get("answer", conditions.NOT_ANSWERED) != conditions.NOT_ANSWERED:
            return ANSWER
        return RATING if chosen.keys() & OF_RATING else CALL

    # --- what is asked of each row

    @cached_property
    def _found(self):
        """What the probes found."""
        chosen, found = self.chosen, []
        if "q" in chosen:
            found.append(probes.whom(chosen["q"]))
        if "account" in chosen:
            found.append(probes.account(chosen["account"]))
        if chosen.keys() & {"quality_from", "quality_to"}:
            found.append(probes.quality(chosen.get("quality_from"), chosen.get("quality_to")))
        if "notes" in chosen:
            found.append(probes.words(chosen["notes"]))
        if chosen.get("rated") == conditions.YES and not chosen.keys() & OF_RATING and (few := probes.rated()).are_few:
            found.append(few)
        if "sent" in chosen:
            found.append(probes.sent(chosen["sent"], conditions.sent(chosen["sent"])))
        if self.counted is not None:
            found.append(probes.counted(self.counted, self._wanted, self.dates("dated")))
        return found

    @cached_property
    def _are_few(self):
        if any(one.are_few for one in self._found):
            return True
        return self._places is not None and self._places.are_few and self._elsewhere.are_few

    @cached_property
    def _wanted(self):
        wanted = Q()
        for name, value in self.chosen.items():
            if name in conditions.BY:
                wanted &= conditions.BY[name](value)
        return wanted

    # --- whose

    @cached_property
    def _places(self):
        """What the locations of a supervisor of some hold; None for everybody else."""
        user = self.user
        if not user.is_supervisor or user.sees_all_locations:
            return None
        return probes.at(list(Location.objects.visible_to(user).order_by().values_list("pk", flat=True)))

    @property
    def _all_found(self):
        return [*self._found, *([self._places] if self._places else [])]

    def _whose(self, how):
        """The same calls as Call.objects.visible_to."""
        user = self.user
        if user.is_supervisor and user.sees_all_locations:
            return Q()
        elsewhere = self._elsewhere.here if self._elsewhere.calls else Q()  # of nothing an index need not be asked
        if not user.is_supervisor:
            return Q(agent=user) | elsewhere
        # Beside a condition with an index of its own, no other index is looked for.
        return (getattr(self._places, how) if self.along == CALL else self._places.here) | elsewhere

    @cached_property
    def _elsewhere(self):
        """A person's own calls that are not in what they see anyway: few as a rule."""
        user = self.user
        return probes.own(Q(agent=user) | Q(asked_by=user) if user.is_supervisor else Q(asked_by=user) & ~Q(agent=user))

    # --- how many

    @cached_property
    def _count(self):
        """(how many, at most one more than the cap; the cap)."""
        if self._are_few:
            return len(self._walk.rows), paging.COUNT_CAP
        for one in self._all_found:
            if one.count and self._is_all_of(one):
                return one.count
        cap = probes.HARD_CAP if self._all_found else paging.COUNT_CAP
        return paging.capped(self._to_count(), cap), cap

    def _to_count(self):
        """The rows to be counted, as `_counted_by` has them."""
        at, pk = self.along
        asked = self._wanted & self._days & self._whose("to_count")
        beside = BESIDE.get(self.along)
        if beside and not self._found and (stripped := _said_beside(asked, beside.prefix)) is not None:
            return _counted_by(beside.model.objects.filter(stripped), "call", at.removeprefix(beside.prefix))
        calls = self._narrowed(Q(), "to_count")
        if self.along == CALL and self.chosen.keys() in NEARLY_ALL:
            # The newest: else PostgreSQL reads the table from where its last reader stopped, maybe past years of calls.
            return calls.order_by(f"-{at}", f"-{pk}").values("pk")
        return _counted_by(calls, "pk", at, pk)

    def _is_all_of(self, found):
        """Whether nothing else is asked than what this probe has counted."""
        sees_all = self.user.is_supervisor and self.user.sees_all_locations
        if self.counted is not None:
            return sees_all and self._found == [found]  # it has asked for all but other probes
        asked = len(self._found) + len(self.chosen.keys() & conditions.BY.keys()) + bool(self.dates("dated"))
        if found is self._places:
            return asked == 0
        return sees_all and asked == 1
