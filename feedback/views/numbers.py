"""Numbers with receipts: every figure with its formula, its bases and its sources, and the rows behind it."""

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import exports
from accounts.access import for_supervisors
from feedback import paging
from feedback.inbox import selectors as inbox
from feedback.overview import numbers as all_numbers
from feedback.overview import rows as behind
from feedback.overview import sources
from feedback.overview.board import Board, Tile
from feedback.overview.filters import OverviewFilters
from feedback.overview.tables import told
from feedback.scope import IN_WORDS
from feedback.views.overview import what

HEADS = ("key", "figure", "value", "unit", "n", "of", "value before", "n before", "formula", "left out", "date")


def _asked(request):
    filters = OverviewFilters(request.GET, user=request.user)
    return filters, Board(filters.scope)


@for_supervisors
@require_GET
def numbers(request):
    """All figures of a period, by what they are made of; and how old each source is."""
    filters, board = _asked(request)
    found = all_numbers.compared(board)
    groups = [
        (title, [figure for figure in found.values() if figure.metric.source == source])
        for source, title in all_numbers.GROUPS.items()
    ]
    context = what(filters, board) | _ages(board) | {"groups": groups}
    return render(request, f"feedback/overview/{'_' if request.htmx else ''}numbers.html", context)


def _ages(board):
    hooks = sources.last_hooks()
    ages = [(source, hooks.get(source.name)) for source in board.sources.all]
    return {"sources": ages, "sources_rule": sources.IN_WORDS}


@for_supervisors
@require_GET
def numbers_csv(request):
    """The same as a file."""
    _, board = _asked(request)
    return exports.respond("figures", HEADS, [_line(one) for one in all_numbers.compared(board).values()])


def _line(compared):
    metric, now, before = compared.metric, compared.now, compared.before
    return [
        *(metric.key, metric.label, now.value, metric.unit, now.n, metric.base_words),
        *(before.value, before.n, metric.formula, metric.leaves_out, metric.date_words),
    ]


@for_supervisors
@require_GET
def numbers_json(request):
    """The same in the form of the API."""
    _, board = _asked(request)
    found = all_numbers.compared(board)
    return JsonResponse(
        {
            "after": board.scope.first,
            "before": board.scope.last,
            "days": IN_WORDS,
            "is_behind": board.is_behind,
            "stale": [source.stale for source in board.sources.stale],
            "metrics": {key: told(one.now) for key, one in found.items()},
            "metrics_before": {key: told(one.before) for key, one in found.items()},
        }
    )


@for_supervisors
@require_GET
def number(request, key):
    """The receipt of one figure."""
    if key not in all_numbers.ALL:
        raise Http404("There is no such figure.")
    filters, board = _asked(request)
    receipt = all_numbers.receipt(board, filters, key)
    tile = Tile(receipt.figure, board.trend(receipt.metric), receipt.figure.now.note, receipt.is_open)
    context = what(filters, board) | _ages(board) | {"receipt": receipt, "tile": tile}
    return render(request, f"feedback/overview/{'_' if request.htmx else ''}number.html", context)


def _rows(request, column):
    filters = OverviewFilters(request.GET, user=request.user)
    kind = behind.kind_of(column)
    if kind is None:
        raise Http404("There is no such count.")
    return filters, kind, behind.found(filters.scope, column)


@for_supervisors
@require_GET
def rows(request, column):
    """The rows a count is made of, as many as it says."""
    filters, kind, found = _rows(request, column)
    page = paging.page(kind.shown(found), request.GET.get("cursor", ""), by="moment")
    context = {
        "filters": filters,
        "applied": filters.applied(),
        "address": filters.address(),
        "scope": filters.scope,
        "days_are": IN_WORDS,
        "kind": kind,
        "column": column,
        "words": behind.words(column),
        "page": page,
        "known": inbox.known_to(request.user, page.rows) if kind.name == "answers" else (),
    }
    return render(request, f"feedback/overview/{'_' if request.htmx else ''}rows.html", context)


@for_supervisors
@require_GET
def rows_csv(request, column):
    """Exactly those rows, all of them, as a file."""
    _, kind, found = _rows(request, column)
    lines = kind.lines(found).order_by("-moment", "-pk").iterator(exports.CHUNK)
    return exports.respond(column.replace("_", "-"), kind.heads, map(kind.cells, lines))
