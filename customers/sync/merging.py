"""Two sides of one row: what was changed here stays, what was changed there is taken, both is a conflict.

The base is what our row's `vendor_raw` says, a key at a time. So for each column:

    theirs is the base, or not told       ours stays
    ours is the base, or what theirs is   theirs is taken
    ours, theirs and the base differ      ours stays, both are written down as a Conflict, and `vendor_raw` keeps
                                          the base for that column: an update sent from here will see that theirs
                                          is not what it expects, and the next reading finds the same conflict
    the base does not tell it             an empty side gives way; else as above, with no base

A conflict closes by itself as soon as a reading shows none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from customers.models import Conflict
from integrations.text import cut

EMPTY = (None, "")


@dataclass(frozen=True)
class Column:
    """One value that both sides may change.

    field    as a Conflict calls it: the vendor's name of it
    keys     of the vendor's object that tell it
    ours     (thing) -> our value;  theirs   (row) -> the vendor's, in the same form, plain JSON
    take     (thing, value) -> None, puts the vendor's into ours
    """

    field: str
    keys: tuple
    ours: Callable
    theirs: Callable
    take: Callable


def column(model, field, name=None):
    """A Column that is a field of the model, called `field` by the vendor. A text that is too long is cut."""
    name = name or field
    limit = model._meta.get_field(name).max_length
    theirs = (lambda row: cut(getattr(row, field), limit)) if limit else (lambda row: getattr(row, field))
    return Column(field, (field,), lambda thing: getattr(thing, name), theirs, lambda thing, v: setattr(thing, name, v))


def merge(thing, row, base, columns):
    """Takes over from `row` what may be taken; gives the conflicts: {column: (ours, theirs, base)}.

    base   the row that `thing.vendor_raw` was, or None
    """
    conflicts = {}
    for one in columns:
        if not _tells(row.raw, one):
            continue
        ours, theirs = one.ours(thing), one.theirs(row)
        known = base is not None and _tells(base.raw, one)
        was = one.theirs(base) if known else None
        if ours == theirs or (theirs == was if known else theirs in EMPTY):
            continue
        if ours == was if known else ours in EMPTY:
            one.take(thing, theirs)
        else:
            conflicts[one] = (ours, theirs, was)
    return conflicts


def next_base(old, new, conflicts):
    """The `vendor_raw` after a merge: the new one, but the old one's where there is a conflict."""
    base = {**old, **new}
    for key in (key for one in conflicts for key in one.keys):
        if key in old:
            base[key] = old[key]
        else:
            base.pop(key, None)
    return base


def write_down(found, columns):
    """Keeps the conflicts of some things of one model: opens, brings up to date, and closes those that are over.

    found   [(thing, row, {column: (ours, theirs, base)})]
    """
    if not (found and columns):
        return
    subject = _SUBJECTS[found[0][0]._meta.model_name]
    ids = [thing.pk for thing, _, _ in found]
    rows = Conflict.objects.filter(resolved_at=None, **{f"{subject}__in": ids})
    kept = {(getattr(one, f"{subject}_id"), one.field): one for one in rows}
    for thing, row, conflicts in found:
        told = [one for one in columns if _tells(row.raw, one)]
        for one in told:
            _settle(subject, thing, one, conflicts.get(one), kept.get((thing.pk, one.field)))


_SUBJECTS = {"location": "location", "customer": "customer", "clientaccount": "account"}


def _settle(subject, thing, one, values, open_one):
    """One column's conflict, `values` or None, against what is written down of it, `open_one` or None."""
    if values is None:
        if open_one:
            open_one.resolved_at = timezone.now()
            open_one.save(update_fields=["resolved_at"])
        return
    ours, theirs, base = values
    facts = {
        "ours": ours, "theirs": theirs, "base": base, "ours_by_id": thing.changed_by_id, "ours_at": thing.changed_at,
    }  # fmt: skip
    if open_one is None:
        Conflict.objects.create(field=one.field, **{subject: thing}, **facts)
    elif (open_one.ours, open_one.theirs, open_one.base) != values:
        for name, value in facts.items():
            setattr(open_one, name, value)
        open_one.seen_at = timezone.now()
        open_one.save(update_fields=["ours", "theirs", "base", "ours_by", "ours_at", "seen_at"])


def _tells(raw, one):
    return any(key in raw for key in one.keys)
