"""The records, in tables of the sandbox's own state file: any number of them, found by index.

`n` is the order in which they came; `listed` 0 is a record that was deleted, which FeedbackAPI
keeps as inactive. `id` is not unique here on purpose: a test may plant the same one twice.
Whatever a test plants beyond the printed keys stands in `extra` and is printed too.
"""

import json
import secrets
import string

from integrations.sandbox.feedbackapi.shapes import FLAG, LIST, SHAPES, TIME_OR_FALSE

_LETTERS = string.ascii_letters + string.digits
EVENTS = "feedbackapi_event"


def _stored(shape):
    return [*shape.columns, *shape.hidden]


def _quoted(names):
    return ", ".join(f'"{name}"' for name in names)


def create(store):
    """Make the tables that are not there yet."""
    for shape in SHAPES.values():
        columns = [f'"{c}"' + (" COLLATE NOCASE" if c in shape.any_case else "") for c in _stored(shape)]
        store.sql(
            f"CREATE TABLE IF NOT EXISTS {shape.table} "
            f"(n INTEGER PRIMARY KEY, listed INTEGER DEFAULT 1, {', '.join(columns)}, extra)"
        )
        for column in ("id", "created", *shape.indexes):
            lead = "" if column == "id" else "listed, "
            store.sql(f'CREATE INDEX IF NOT EXISTS "{shape.table} {column}" ON {shape.table} ({lead}"{column}")')
    store.sql(f"CREATE TABLE IF NOT EXISTS {EVENTS} (n INTEGER PRIMARY KEY, at, request, deed)")
    store.sql(f"CREATE INDEX IF NOT EXISTS {EVENTS}_at ON {EVENTS} (at)")


def new_id():
    """Six letters and digits, as the page's ids. Never the same again, even when the state is thrown away."""
    return "".join(secrets.choice(_LETTERS) for _ in range(6))


def _kept(kind, value):
    if kind == LIST:
        return None if value is None else json.dumps(value)
    if kind == TIME_OR_FALSE and value is False:
        return None
    return value


def _printed(kind, value):
    if kind == FLAG:
        return {0: False, 1: True}.get(value, value)
    if kind == LIST:
        return [] if value is None else json.loads(value)
    if kind == TIME_OR_FALSE and value is None:
        return False
    return value


def _odd(shape, key, value):
    """Whether a planted value fits no column: a key nobody knows, or an object where a plain value belongs."""
    return (key not in shape.columns and key not in shape.hidden) or (
        isinstance(value, (dict, list)) and shape.columns.get(key) != LIST
    )


def _values(shape, record):
    known = _stored(shape)
    extra = {key: value for key, value in record.items() if _odd(shape, key, value)}
    record = {key: value for key, value in record.items() if key not in extra} if extra else record
    values = [_kept(shape.columns.get(name), record.get(name)) for name in known]
    return [*values, json.dumps(extra) if extra else None]


def insert(store, shape, records):
    """Keep records (dicts by column) as they are."""
    marks = ", ".join("?" * (len(_stored(shape)) + 1))
    store.many(
        f"INSERT INTO {shape.table} ({_quoted(_stored(shape))}, extra) VALUES ({marks})",
        (_values(shape, record) for record in records),
    )


def update(store, shape, number, changes):
    """Set columns of the listed record with this id; keys that are no column join its extra ones."""
    extra = {name: value for name, value in changes.items() if name != "listed" and _odd(shape, name, value)}
    known = {name: _kept(shape.columns.get(name), value) for name, value in changes.items() if name not in extra}
    if extra:
        _update(store, shape, number, "extra = json_patch(coalesce(extra, '{}'), ?)", [json.dumps(extra)])
    if known:
        sets = ", ".join(f'"{name}" = ?' for name in known)
        _update(store, shape, number, sets, [*known.values()])


def _update(store, shape, number, sets, values):
    store.sql(f"UPDATE {shape.table} SET {sets} WHERE id = ?", [*values, number])


def delete(store, shape, number):
    """Make a record inactive: kept, never listed nor retrieved again."""
    store.sql(f"UPDATE {shape.table} SET listed = 0 WHERE id = ?", [number])


def select(store, shape, where="listed = 1", values=(), order="n", limit=None, offset=0, hidden=False):
    """Records as printed, or with the hidden columns too."""
    columns = {name: shape.columns.get(name) for name in (_stored(shape) if hidden else shape.columns)}
    # The page is found in the index alone; only its own rows are read whole. Deep pages stay cheap.
    found = f"SELECT n FROM {shape.table} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    rows = store.sql(
        f"SELECT {_quoted(columns)}, extra FROM {shape.table} WHERE n IN ({found}) ORDER BY {order}",
        [*values, -1 if limit is None else limit, offset],
    )
    return [_record(columns, row) for row in rows]


def _record(columns, row):
    record = {name: _printed(kind, value) for (name, kind), value in zip(columns.items(), row, strict=False)}
    return record | json.loads(row[-1]) if row[-1] else record


def count(store, shape, where="listed = 1", values=()):
    """How many records there are."""
    return store.sql(f"SELECT count(*) FROM {shape.table} WHERE {where}", values)[0][0]


def find(store, shape, where, *values):
    """The first listed record for which `where` holds, hidden columns and all; or None."""
    found = select(store, shape, f"listed = 1 AND ({where})", values, limit=1, hidden=True)
    return found[0] if found else None


def by_id(store, shape, number):
    """The listed record with this id, or None."""
    return find(store, shape, "id = ?", number)


def plan(store, at, request, deed):
    """Owe a request a deed at a time (unix seconds)."""
    store.sql(f"INSERT INTO {EVENTS} (at, request, deed) VALUES (?, ?, ?)", [at, request, deed])


def next_due(store, now):
    """Take the next deed due by `now` as (at, request id, deed), or None."""
    found = store.sql(f"SELECT n, at, request, deed FROM {EVENTS} WHERE at <= ? ORDER BY at, n LIMIT 1", [now])
    if not found:
        return None
    store.sql(f"DELETE FROM {EVENTS} WHERE n = ?", [found[0][0]])
    return found[0][1:]
