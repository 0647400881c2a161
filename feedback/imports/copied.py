"""Answers and reviews from files: rows that say something, each once by its key."""

from django.utils import timezone

from customers.imports.clocks import Clocks
from customers.imports.kinds import Taken
from customers.imports.numbers import Numbers
from customers.imports.places import Places
from customers.imports.setwise import Rows
from feedback.imports.call_customers import Callers
from feedback.sync.copies import NEWS

NO_DATE = "Its date is empty"


class Copied:
    """Takes portions of one file's rows. Subclasses say what a row becomes.

    said, blanks  as in setwise.Rows;  moment  the place in `said` of when it was written
    """

    model = None
    said = ()
    blanks = ()
    moment = 0
    born = ("read_at",)

    def __init__(self, run, plan):
        self.run, self.options = run, plan.options
        self.places, self.numbers, self.callers = Places(self.options, run.made_by_id), Numbers(), Callers()
        self.clocks, self.rows = Clocks(self.options, self.places), Rows(self.model, self.said, self.blanks, self.born)

    def forget(self):
        """What was made may have been rolled back."""
        self.places.forget()

    def rest(self, dry):
        """Nothing is remembered from one turn to the next."""

    def take(self, read, dry):
        """A portion. In a dry run nothing is written, and all else is the same."""
        self.places.make(set(read.column("location")), dry)
        rows, rejected = self.as_said(read, dry)
        kept = self.rows.there([key for key, _ in rows])
        new = [row for row in rows if row[0] not in kept]
        known = [(kept[key], said) for key, said in rows if key in kept]
        changed = [(*wished, pk) for (pk, was), said in known if (wished := self.rows.merged(was, said))]
        if not dry:
            now = timezone.now()
            old = now - NEWS  # history: nobody missed it, so it does not arrive unread
            read_at = lambda said: said[self.moment] if said[self.moment] < old else None  # noqa: E731
            self.rows.insert([(key, *said, read_at(said), *self.more) for key, said in new])
            self.rows.update(changed, told_at=now)  # what is unhappy now may open a case
        return Taken(len(new), len(changed), len(known) - len(changed), rejected)

    more = ()  # values of `born` behind read_at

    def as_said(self, read, dry):
        """([(key, values of `said`)], {row number: why it is not taken})."""
        raise NotImplementedError

    def at(self, date, time, location):
        """When it was, by the clock of the file or of its location."""
        return self.clocks.of(location).at(date, time)
