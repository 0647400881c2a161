"""The overview: the page a supervisor leaves open all day, its live part, and its tables as pages and files."""

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_htmx.http import push_url, trigger_client_event

from accounts import exports
from accounts.access import for_supervisors
from feedback import selectors
from feedback.inbox import selectors as inbox
from feedback.overview import live, shown, tables
from feedback.overview.board import SHOWN, Board
from feedback.overview.filters import OverviewFilters
from feedback.overview.links import links
from feedback.scope import IN_WORDS

EVERY = "4s"  # with reading, what somebody has saved is on the page within five seconds
ROWS = 20  # of a table on the page; all of them have a page of their own
PARKED_SHOWS = 5


@for_supervisors
@require_GET
def overview(request):
    """Figures of a period beside those of the one before; a fragment for htmx."""
    filters = OverviewFilters(request.GET, user=request.user)
    board = Board(filters.scope, SHOWN)
    context = what(filters, board) | _now(filters, board) | _charts(request, filters, board) | _lists(request, board)
    name = "_overview" if request.htmx else "overview"
    answer = render(request, f"feedback/overview/{name}.html", context)
    # The address to send to a colleague has what was chosen, not every empty field of the form.
    by_form = request.htmx and request.htmx.target == "overview"
    return push_url(answer, request.path + filters.address()) if by_form else answer


@for_supervisors
@require_GET
def now(request):
    """The live part; the tiles with it when a figure is another than the page has (`seen`)."""
    filters = OverviewFilters(request.GET, user=request.user)
    if not request.htmx:
        return redirect(f"{reverse('feedback:overview')}{filters.address()}")
    board = Board(filters.scope, SHOWN)
    has_changed = request.GET.get("seen") != board.stamp
    context = _now(filters, board, is_followed=True) | {"has_changed": has_changed, "oob": True}
    answer = render(request, "feedback/overview/_poll.html", context)
    return trigger_client_event(answer, "figures-changed") if has_changed else answer


@for_supervisors
@require_GET
def today(request):
    """Where the overview used to be."""
    return redirect(f"{reverse('feedback:overview')}?period=today")


def what(filters, board):
    """What every page says of the figures it shows."""
    return {
        "filters": filters,
        "applied": filters.applied(),
        "address": filters.address(),
        "board": board,
        "scope": board.scope,
        "days_are": IN_WORDS,
        "stale": [source for source in board.sources.stale if source.touches(board.scope)],
    }


def _now(filters, board, is_followed=False):
    return {
        "team": live.team(board.scope, is_followed),
        "board": board,
        "address": filters.address(),
        "links": links(filters),
        "every": EVERY,
    }


def _charts(request, filters, board):
    # Days are kept by agent and by provider, not by both at once: of one provider the agents are counted from the rows,
    # which nobody waits for who has not asked.
    names = ("issues", "locations", *(() if board.scope.provider else ("agents",)))
    found = {name: _table(request, filters, board, name, f"{name}_by") for name in names}
    return found | {
        "ends": shown.ends(board),
        "nps": shown.score(board, "nps"),
        "csat": shown.score(board, "csat"),
        "days": tables.days(board, filters),
        "beside": ("NPS", "CSAT"),
        "first_rows": f":{ROWS}",
        "most": ROWS,
    }


def _table(request, filters, board, name, by):
    return tables.TABLES[name](board, filters, request.GET.get(by, ""))


def _lists(request, board):
    """What somebody should look at, of the last thirty days whatever the period is."""
    here = board.scope.of_places()
    unhappy = board.compared(["unhappy_rate"])["unhappy_rate"].now
    return {
        "unhappy": inbox.unhappy_answers(request.user, here),
        "unhappy_says": f"Not handled yet, of the last 30 days. In this period: {unhappy.note or 'no answer'}",
        "low": inbox.low_reviews(request.user, here),
        "parked": list(selectors.need_a_person(request.user)[:PARKED_SHOWS]),
    }


def _asked_table(request, name):
    if name not in tables.TABLES:
        raise Http404("There is no such table.")
    filters = OverviewFilters(request.GET, user=request.user)
    board = Board(filters.scope)
    return filters, board, _table(request, filters, board, name, "by")


@for_supervisors
@require_GET
def table(request, table):
    """One table whole."""
    filters, board, found = _asked_table(request, table)
    context = what(filters, board) | {"table": found, "sort_name": "by", "first_rows": ":", "most": len(found.rows)}
    return render(request, "feedback/overview/table.html", context)


@for_supervisors
@require_GET
def table_csv(request, table):
    """Exactly the rows of the table, each figure unrounded and with its base."""
    _, _, found = _asked_table(request, table)
    heads, *rows = found.lines
    return exports.respond(table, heads, rows)


@for_supervisors
@require_GET
def table_json(request, table):
    """The same rows as JSON, in the form of the API."""
    _, board, found = _asked_table(request, table)
    told = {"after": board.scope.first, "before": board.scope.last, "days": IN_WORDS, "is_behind": board.is_behind}
    return JsonResponse(told | {"rows": found.told})
