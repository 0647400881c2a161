"""Changes at the vendor's own side: at once, or between two list requests, as a sync meets them.

`{"insert", "edit", "delete"}` each map a resource to a number (believable or random ones) or to a
list: whole records to insert (any keys, also none of the printed ones), `{"id", …}` to edit, ids to
delete. `"every": n` (with `"of": resource` and `"times"`) keeps the change for after every n-th list.
`"created"` of inserted numbers: now (default), anywhere (between the oldest and the newest), or a time.
"""

import random

from integrations.sandbox.faults import Wrong
from integrations.sandbox.feedbackapi import tables
from integrations.sandbox.feedbackapi.fill import Maker
from integrations.sandbox.feedbackapi.shapes import SHAPES
from integrations.sandbox.feedbackapi.values import moment

_KEPT = "feedbackapi change"
_DEEDS = ("insert", "edit", "delete")
_KEYS = {*_DEEDS, "every", "of", "times", "seed", "created"}
# What a random edit touches.
_TOUCHED = {
    "customers": "fname", "locations": "address_line_1", "reviews": "description", "feedback": "comments",
    "accounts": "name", "users": "name", "feedback-request": "bounce_reason",
}  # fmt: skip


def change(world, what):
    """Do it now and return the ids per deed and resource, or keep it for between lists. Raises faults.Wrong."""
    _checked(what)
    if "every" not in what:
        return _apply(world, what, random.Random(f"change {what.get('seed', 0)}"))
    number = world.store.next(_KEPT)
    return world.store.put(_KEPT, number, {"n": number, "seen": 0, "times": None, **what})


def waiting(world):
    """The changes kept for between lists."""
    return world.store.all(_KEPT)


def clear(world):
    """Forget the changes kept for between lists."""
    world.store.clear(_KEPT)


def after_a_list(world, resource):
    """A page of a list was read: do what is kept for this moment, after the page was made up."""
    for kept in waiting(world):
        if kept.get("of", resource) != resource:
            continue
        kept = world.store.put(_KEPT, kept["n"], kept | {"seen": kept["seen"] + 1})
        if kept["seen"] % kept["every"] == 0:
            _apply(world, kept, random.Random(f"{kept.get('seed', 0)} {kept['seen']}"))
            _count_down(world, kept)


def _count_down(world, kept):
    if kept["times"] == 1:
        world.store.drop(_KEPT, kept["n"])
    elif kept["times"] is not None:
        world.store.put(_KEPT, kept["n"], kept | {"times": kept["times"] - 1})


def _checked(what):
    if not isinstance(what, dict):
        raise Wrong("Send a JSON object.")
    if unknown := sorted(set(what) - _KEYS):
        raise Wrong(f"Unknown key “{unknown[0]}”. Known: {', '.join(sorted(_KEYS))}.")
    for deed in _DEEDS:
        _checked_deed(deed, what.get(deed, {}))
    for name in ("every", "times"):
        if what.get(name) is not None and (type(what[name]) is not int or what[name] < 1):
            raise Wrong(f"“{name}” must be a whole number from 1.")
    if what.get("of", "customers") not in SHAPES:
        raise Wrong(f"“of” must be one of {', '.join(SHAPES)}.")
    _when(what.get("created", "now"), 0, (0, 0), random)


def _checked_deed(deed, asked):
    kinds = {"insert": dict, "edit": dict, "delete": str}
    for resource, items in asked.items() if isinstance(asked, dict) else [(None, None)]:
        if resource not in SHAPES:
            raise Wrong(f"“{deed}” must be an object by resource: {', '.join(SHAPES)}.")
        if type(items) is int and items >= 0:
            continue
        if not isinstance(items, list) or not all(isinstance(item, kinds[deed]) for item in items):
            raise Wrong(f"“{deed}” of {resource} must be a number or a list.")
        if deed == "edit" and not all(item.get("id") for item in items):
            raise Wrong("Each record to edit needs its “id”.")


def _apply(world, what, rng):
    return {
        f"{deed}ed".replace("ee", "e"): {
            resource: _DO[deed](world, SHAPES[resource], items, what, rng)
            for resource, items in what.get(deed, {}).items()
        }
        for deed in ("edit", "delete", "insert")
    }


def _ids(world, shape):
    return [number for (number,) in world.store.sql(f"SELECT id FROM {shape.table} WHERE listed = 1 ORDER BY n")]


def _some(world, shape, count, rng):
    ids = _ids(world, shape)
    return rng.sample(ids, min(count, len(ids)))


def _insert(world, shape, items, what, rng):
    now = int(world.now().timestamp())
    if isinstance(items, int):
        bounds = world.store.sql(f"SELECT min(created), max(created) FROM {shape.table} WHERE listed = 1")[0]
        created = [_when(what.get("created", "now"), now, bounds, rng) for _ in range(items)]
        return Maker(world.store, rng, now).add(shape.name, created)
    records = [{"id": tables.new_id(), "created": now} | item for item in items]
    tables.insert(world.store, shape, records)
    return [record["id"] for record in records]


def _when(created, now, bounds, rng):
    """A time of creation (unix seconds). Raises faults.Wrong."""
    if created == "now":
        return now
    if created == "anywhere":
        return now if None in bounds else rng.randint(*bounds)
    try:
        return moment(created)
    except ValueError:
        raise Wrong("“created” must be now, anywhere, or a time.") from None


def _edit(world, shape, items, what, rng):
    if isinstance(items, int):
        ids = _some(world, shape, items, rng)
        items = [{"id": number, _TOUCHED[shape.name]: f"Changed {rng.randrange(10**6)}"} for number in ids]
    # A request says when it last changed; nothing else does.
    stamp = {"updated": int(world.now().timestamp())} if "updated" in shape.columns else {}
    for item in items:
        tables.update(world.store, shape, item["id"], stamp | item)
    return [item["id"] for item in items]


def _delete(world, shape, items, what, rng):
    ids = _some(world, shape, items, rng) if isinstance(items, int) else items
    for number in ids:
        tables.delete(world.store, shape, number)
    return ids


_DO = {"insert": _insert, "edit": _edit, "delete": _delete}
