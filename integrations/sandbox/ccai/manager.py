"""The Manager API, as far as it is documented: calls by `updated_at`, agents, menus, statuses, organization."""

from urllib.parse import urlencode

from integrations.sandbox.ccai import objects, people
from integrations.sandbox.clock import iso, parse
from integrations.sandbox.wire import answer

_COLUMNS = ("id", "created_at", "updated_at")
_PER = 100  # default and cap, as the pagination page says


def calls(world, request):
    """A bare array, with Total, Per-Page and (RFC 5988) Link."""
    try:
        rows = _wanted(world, request.args)
        page = max(1, int(request.args.get("page", 1)))
        per = min(max(1, int(request.args.get("per", _PER))), _PER)
    except ValueError as error:
        return answer({"message": str(error)}, 400)
    now = world.now()
    shown = [objects.manager_object(call, now) for call in rows[(page - 1) * per : page * per]]
    return answer(shown, headers=_paging(request, len(rows), page, per))


def _wanted(world, args):
    """The calls that exist by now, filtered and sorted. Raises ValueError."""
    now = world.now()
    rows = [(call, objects.updated_at(call, now)) for call in _existing(world) if _may_change_after(call, args)]
    for name, of in (("updated_at", lambda row: row[1]), ("created_at", lambda row: parse(row[0]["created_at"]))):
        since, until = (args.get(f"{name}[{end}]") for end in ("from", "to"))
        if since:
            since = parse(since)
            rows = [row for row in rows if of(row) >= since]
        if until:
            until = parse(until)
            rows = [row for row in rows if of(row) <= until]
    column, direction = args.get("sort_column", "id"), args.get("sort_direction", "ASC").upper()
    if column not in _COLUMNS or direction not in ("ASC", "DESC"):
        raise ValueError(f"sort_column is one of {', '.join(_COLUMNS)}; sort_direction ASC or DESC")
    rows.sort(key=lambda row: (_key(row, column), row[0]["id"]), reverse=direction == "DESC")
    return [call for call, _ in rows]


def _may_change_after(call, args):
    """False for a call long settled: most of a long list is, and a tail comes every second."""
    since = args.get("updated_at[from]")
    return not since or max(call["settles_at"], call["flags_at"] or "") >= iso(parse(since))


def _key(row, column):
    return row[1] if column == "updated_at" else row[0][column]


def _existing(world):
    now = iso(world.now())
    return [call for call in world.store.all("call") if call["created_at"] <= now]


def _paging(request, total, page, per):
    last = max(1, -(-total // per))
    links = [("last", last)] + ([("next", page + 1)] if page < last else [])
    return {
        "Total": str(total),
        "Per-Page": str(per),
        "Link": ", ".join(f'<{_page_url(request, number)}>; rel="{rel}"' for rel, number in links),
    }


def _page_url(request, page):
    return f"{request.base_url}?{urlencode({**request.args.to_dict(), 'page': page})}"


def call(world, request, number):
    """One call, or 404."""
    found = next((call for call in _existing(world) if call["id"] == number), None)
    if found is None:
        return answer({"message": "Resource not found"}, 404)
    return answer(objects.manager_object(found, world.now()))


def agents(world, request):
    return answer(people.agents())


def menus(world, request):
    return answer([people.menu(number) for number in people.MENUS])


def menu_tree(world, request):
    return answer(people.menu_tree())


def statuses(world, request):
    return answer(people.statuses())


def organization(world, request):
    """Used as a credential check: 200 is good."""
    return answer({"id": 1, "name": "Demo", "subdomain": world.credentials.ccai_subdomain})
