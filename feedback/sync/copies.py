"""Reviews, answers and requests are the vendor's word alone: what it shows is copied, what we add stands beside it.

New rows are added and changed ones overwritten a page at a time, without an object each. A location or customer
we do not know is left out, its id kept, and taken up when it appears (late.py).
"""

from datetime import timedelta

from django.utils import timezone

from customers.models import Customer, Location
from integrations.sync import upsert, written
from integrations.sync.asks import Counts
from integrations.text import clean_deep

# What was written longer before we first saw it is history: nobody missed it, so it does not arrive unread. Else the
# first reading of a list would bury what is new under years of reviews.
NEWS = timedelta(days=30)
COPIED = ("connection_id", "vendor_id", "vendor_created_at", "vendor_raw", "vendor_digest", "gone_at")


class Copies:
    """One model. Its `values` are for `columns`, and those of new rows also for `born`.

    moment    the column for the vendor's `created`, or when we first saw it where none is told
    """

    model = None
    columns = ()
    born = ()
    moment = ""

    def __init__(self, read):
        self.read = read

    def sink(self, connection):
        """(rows) -> Counts for `sync.run`."""
        return lambda rows: self.take_in(connection, rows)

    def take_in(self, connection, rows):
        rows = list({row.vendor_id: row for row in rows}.values())
        kept = upsert.known(self.model, connection, [row.vendor_id for row in rows])
        fresh = [row for row in rows if row.vendor_id not in kept]
        changed = [(kept[row.vendor_id].pk, row) for row in rows if self._differs(kept, row)]
        found = Found(connection, [*fresh, *(row for _, row in changed)])
        fresh, adopted = self.adopted(connection, fresh)
        self.add(connection, fresh, found)
        self.change(connection, [*changed, *adopted], found)
        self.after(connection, fresh)
        touched = len(changed) + len(adopted)
        return Counts(len(fresh), touched, len(rows) - len(fresh) - touched)

    def _differs(self, kept, row):
        return row.vendor_id in kept and kept[row.vendor_id].differs(row)

    def cleaned(self, row):
        """The row without what databases refuse."""
        return self.read(clean_deep(row.raw))._replace(digest=row.digest)

    def add(self, connection, rows, found):
        if not rows:
            return
        rows, raws = written.storable(rows, self.cleaned)
        now, table = timezone.now(), upsert.Table(self.model, (*COPIED, *self.columns, *self.born))
        head = connection.pk
        table.insert(
            [
                (head, row.vendor_id, row.created_at, raw, row.digest, None)
                + self.values(row, found)
                + self.born_values(row, now)
                for row, raw in zip(rows, raws, strict=True)
            ]
        )

    def change(self, connection, pairs, found):
        """`pairs`: (primary key, row)."""
        if not pairs:
            return
        rows, raws = written.storable([row for _, row in pairs], self.cleaned)
        upsert.Table(self.model, (*COPIED, *self.columns)).update(
            [
                (connection.pk, row.vendor_id, row.created_at, raw, row.digest, None) + self.values(row, found) + (pk,)
                for (pk, _), row, raw in zip(pairs, rows, raws, strict=True)
            ]
        )
        moments = [(row.created_at, pk) for pk, row in pairs if row.created_at]
        upsert.Table(self.model, [self.moment]).update(moments)

    def read_at(self, row, now):
        """When a new row was read: not yet for news, and history as soon as it was written."""
        return row.created_at if row.created_at and row.created_at < now - NEWS else None

    # --- what differs -------------------------------------------------------------------------

    def values(self, row, found):
        """The values of `columns`; `found` is the Found of the page."""
        raise NotImplementedError

    def born_values(self, row, now):
        """The values of `born`, which are not written again."""
        return (row.created_at or now,)

    def adopted(self, connection, rows):
        """(rows that are new here, [(primary key, row)] of ours that the vendor shows for the first time)."""
        return rows, []

    def after(self, connection, rows):
        """What is done for new rows when they are there."""


class Found:
    """What the rows of a page point at, by the vendor's ids, looked up at once."""

    def __init__(self, connection, rows):
        self.places = upsert.keys(Location, connection, {row.location for row in rows} - {""})
        self.people = upsert.keys(Customer, connection, {getattr(row, "subscriber", "") for row in rows} - {""})
