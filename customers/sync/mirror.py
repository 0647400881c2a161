"""What a reading, or a vendor's answer, does to the rows of one model.

    sink(connection)(rows)     rows of a list: new ones made, unlinked ones of ours adopted, changed ones merged
    apply(thing, raw)          the vendor's answer about one row of ours

Both come out the same whichever is first, and again.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q

from customers.sync import linking, merging
from integrations.models import Connection
from integrations.sync import upsert
from integrations.sync.asks import Counts
from integrations.text import clean_deep

# What every merge writes, besides a model's own columns.
LINKED = ("connection_id", "vendor_id", "vendor_created_at", "vendor_raw", "vendor_digest", "gone_at")
_appearing, _linking = [], []


def on_appearing(hear):
    """Registers `hear(model, connection, vendor_ids)`: rows that are new here, or have a vendor's id now, called in
    the transaction that writes them. Who kept something for an unknown id may take it up. In `ready()`."""
    _appearing.append(hear)


def on_linking(hear):
    """Registers `hear(model, connection, vendor_ids)` in the same way for rows that were here before the vendor's
    id was known: only these can hold what people said meanwhile. Of a first reading that is nearly none."""
    _linking.append(hear)


class Mirror:
    """One model. What differs between models is in the methods below the line.

    model     a Mirrored one
    read      (raw) -> row
    columns   merging.Column of what both sides may change
    written   attribute names of what a merge may change
    """

    def __init__(self, model, read, columns, written):
        self.model, self.read, self.columns, self.written = model, read, tuple(columns), (*written, *LINKED)

    def sink(self, connection):
        """(rows) -> Counts for `sync.run`."""
        return lambda rows: self.take_in(connection, rows)

    def take_in(self, connection, rows):
        rows = list({row.vendor_id: row for row in rows}.values())
        kept = upsert.known(self.model, connection, [row.vendor_id for row in rows])
        fresh = [row for row in rows if row.vendor_id not in kept]
        changed = [row for row in rows if row.vendor_id in kept and kept[row.vendor_id].differs(row)]
        adopted = self.adopted(connection, fresh) if fresh else []
        made = self._made(connection, fresh, {row.vendor_id for _, row in adopted})
        self._merge(connection, [*self._changed(kept, changed), *adopted])
        self._tell(connection, fresh, [row for _, row in adopted])
        return Counts(len(made), len(changed) + len(adopted), len(rows) - len(fresh) - len(changed))

    def apply(self, thing, raw):
        """Puts a vendor's object into our saved row; gives the row that has its id now, merged and saved.

        That is `thing`, unless the vendor takes two of ours for one, and the other has it already and was worked
        with here. Call it in a transaction.
        """
        connection = thing.connection or Connection.objects.of("feedbackapi")
        row = self.read(raw)
        try:
            with transaction.atomic():
                return self._apply(thing, connection, row)
        except IntegrityError:  # a reading brought it in at this very moment
            return self._apply(thing, connection, row)

    def _apply(self, thing, connection, row):
        thing, known = self._fresh(thing), thing.vendor_id
        other = linking.holder(thing, connection, row.vendor_id) if row.vendor_id else None
        if other and not linking.is_bare(other):
            thing = other
        elif other:
            linking.absorb(thing, other)
        self._merge(connection, [(thing, row)])
        if row.vendor_id and not known:
            self._tell(connection, [row], [row])
        return thing

    def _fresh(self, thing):
        """The same object with what stands in the table, locked; what the caller holds is brought up to date."""
        self.model._base_manager.select_for_update(no_key=True).get(pk=thing.pk)
        thing.refresh_from_db()
        return thing

    def cleaned(self, row):
        """The row without what databases refuse. Answers come clean over the wire, so nearly always itself."""
        raw = clean_deep(row.raw)
        return row if raw == row.raw else self.read(raw)._replace(digest=row.digest)

    def _made(self, connection, fresh, adopted):
        rest = [row for row in fresh if row.vendor_id not in adopted]
        if rest:
            self.make(connection, rest)
        return rest

    def _changed(self, kept, rows):
        if not rows:
            return []
        keys = [kept[row.vendor_id].pk for row in rows]
        things = self.all().select_for_update(no_key=True, of=("self",)).order_by("pk").in_bulk(keys)
        return [(things[kept[row.vendor_id].pk], row) for row in rows]

    def _merge(self, connection, pairs):
        """Each thing with its row, by the rules of merging.py, and saved."""
        if not pairs:
            return
        pairs = [(thing, self.cleaned(row)) for thing, row in pairs]
        found = [(thing, row, self._merged(connection, thing, row)) for thing, row in pairs]
        self.finish(connection, pairs)
        self.save([thing for thing, _ in pairs])
        self.after(connection, pairs)
        merging.write_down(found, self.columns)

    def _merged(self, connection, thing, row):
        base = self.read(thing.vendor_raw) if thing.vendor_raw else None
        conflicts = merging.merge(thing, row, base, self.columns)
        self.facts(thing, row, base)
        if row.vendor_id:
            linking.link(thing, connection, row)
        thing.vendor_raw = merging.next_base(thing.vendor_raw, row.raw, conflicts)
        thing.vendor_digest, thing.gone_at = row.digest, None
        return conflicts

    def _tell(self, connection, fresh, linked):
        for rows, listeners in ((fresh, _appearing), (linked, _linking)):
            for hear in listeners if rows else ():
                hear(self.model, connection, [row.vendor_id for row in rows])

    # --- what differs -------------------------------------------------------------------------

    def all(self):
        """The rows with what a merge looks at."""
        return self.model._base_manager.all()

    def unlinked(self, connection):
        """The rows that the vendor has not, as far as we know. Locked."""
        alone = Q(connection=None) | Q(connection=connection)
        return self.all().select_for_update(no_key=True, of=("self",)).filter(alone, vendor_id=None)

    def save(self, things):
        """Writes what a merge may have changed."""
        upsert.Table(self.model, self.written).update_objects(things)

    def adopted(self, connection, rows):
        """[(thing, row)]: unlinked rows of ours that are what these rows are."""
        return []

    def make(self, connection, rows):
        """Adds rows that nobody here has."""
        rows, things = [self.cleaned(row) for row in rows], [self.model() for _ in rows]
        for thing, row in zip(things, rows, strict=True):
            self._merged(connection, thing, row)
        self.finish(connection, list(zip(things, rows, strict=True)))
        self.model._base_manager.bulk_create(things)

    def facts(self, thing, row, base):
        """Puts in what only the vendor knows."""

    def finish(self, connection, pairs):
        """Looks up, for all at once, what the columns point at. Before they are saved."""

    def after(self, connection, pairs):
        """What can only be written when they are saved."""
