"""`GET /{resource}`: limit, page, sort_by, every documented filter, and the envelope."""

from integrations.sandbox.feedbackapi import change, tables
from integrations.sandbox.feedbackapi.body import one
from integrations.sandbox.feedbackapi.printing import printed
from integrations.sandbox.feedbackapi.refusals import Refused
from integrations.sandbox.feedbackapi.shapes import SHAPES
from integrations.sandbox.feedbackapi.values import whole

_LIMIT, _MOST = 10, 100
# The first page is 0 in the page's words and 1 in every printed reply; the words decide what is
# asked, the replies what is answered.
_PRINTED_FIRST = 1


def answer_list(world, request, resource):
    """The envelope of one page of a resource. Raises Refused."""
    shape, asked = SHAPES[resource], request.args
    limit, page = _limit(world, asked), _page(world, asked)
    where, values = _wanted(world, shape, asked)
    rows = tables.select(world.store, shape, where, values, _order(world, shape, asked), limit, page * limit)
    data = printed(world, shape, rows)
    total = tables.count(world.store, shape, where, values)
    change.after_a_list(world, resource)
    return {"page": page + _PRINTED_FIRST, "total_count": total, "total_returned": len(data), "data": data}


def _limit(world, asked):
    clamps = world.setting("feedbackapi_limit") == "clamp"
    limit = one("limit", asked.get("limit", _LIMIT), whole(0, None) if clamps else whole(1, _MOST))
    return min(max(limit, 1), _MOST)


def _page(world, asked):
    first = world.setting("feedbackapi_first_page")
    page = one("page", asked.get("page", first), whole(0, 10**9))
    return max(page - first, 0)


def _order(world, shape, asked):
    wanted = asked.get("sort_by", shape.sort)
    column, direction = _sorting(shape, wanted)
    if world.setting("feedbackapi_order") == "vendor":
        column, direction = _sorting(shape, shape.sort)
    return f'"{column}" {direction}, n {direction}'


def _sorting(shape, wanted):
    name, _, direction = wanted.rpartition("-")
    # Times and scores are printed with a hyphen and described with an underscore.
    column = next((c for c in (name, name.replace("_", "-")) if c in shape.columns), None)
    if column is None or direction not in ("asc", "desc"):
        raise Refused(400, "sort_by must be a field followed by -asc or -desc", "sort_by")
    return column, direction


def _wanted(world, shape, asked):
    """The WHERE clause and its values. Raises Refused naming the filter."""
    terms, values = ["listed = 1"], []
    for name, (column, how, reader) in shape.filters.items():
        if name not in asked:
            continue
        value = one(name, asked[name], reader)
        if how == "in":
            terms.append(f'"{column}" IN ({", ".join("?" * len(value))})')
            values += value
        else:
            terms.append(f'"{column}" {_operator(world, how)} ?')
            values.append(value)
    return " AND ".join(terms), values


def _operator(world, how):
    """The page does not say whether before and after include the bound, so both can be had."""
    bounds = {"before": "<", "after": ">"}
    if how in bounds:
        return bounds[how] + ("=" if world.setting("feedbackapi_bounds") == "inclusive" else "")
    return how
