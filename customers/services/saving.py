"""Saving what a person changed of a row that FeedbackAPI keeps too, and only that."""

from django.utils import timezone

# Where our column is not called as the vendor calls it.
_COLUMNS = {"active": "is_active", "mobile_number": "phone"}


def locked(row):
    """The row as it stands in the database now, locked."""
    return type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)


def write(row, fields, by):
    """Saves a new row, or `fields` of an old one, with who changed it. Gives {field: [old, new]} of an old one.

    What a reading wrote into other columns since the form was opened stays.
    """
    row.changed_by, row.changed_at = by, timezone.now()
    if row.pk is None:
        row.save()
        return {}
    before = locked(row)
    columns = [name for name in fields if _is_column(row, name)]
    changes = {name: [getattr(before, name), getattr(row, name)] for name in columns}
    row.save(update_fields=[*columns, "changed_by", "changed_at"])
    row.refresh_from_db()
    note_in_conflicts(row, columns)
    return {name: [_plain(old), _plain(new)] for name, (old, new) in changes.items() if old != new}


def _is_column(row, name):
    return any(field.name == name and field.concrete and not field.many_to_many for field in row._meta.get_fields())


def _plain(value):
    return value if isinstance(value, bool | int | None) else str(value)


def note_in_conflicts(row, columns):
    """An open conflict shows our newest value. `columns`: those just changed, by our names."""
    for conflict in row.conflicts.filter(resolved_at=None):
        column = _COLUMNS.get(conflict.field, conflict.field)
        if column in columns:
            conflict.ours, conflict.ours_by, conflict.ours_at = _shown(row, column), row.changed_by, row.changed_at
            conflict.save(update_fields=["ours", "ours_by", "ours_at"])


def _shown(row, column):
    """A number is its own row here, and a text in a conflict."""
    value = getattr(row, column)
    return (value.e164 if value else "") if column == "phone" else value
