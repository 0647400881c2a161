"""Unfinished wrap-ups: the strip above every page, and the page with all of them, narrowed like the overview."""

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_GET

from feedback import selectors
from feedback.overview.filters import OverviewFilters


@require_GET
def tray(request):
    """htmx: the strip, empty when nothing waits. Else the page."""
    if request.htmx:
        shown, count = selectors.tray(request.user)
        context = {"calls": shown, "count": count, "most": selectors.UNFINISHED_CAP}
        return render(request, "feedback/_tray.html", context)
    filters = OverviewFilters(request.GET, user=request.user)
    unfinished = selectors.unfinished_page(request.user, _narrowed(filters))
    applied = [chip for chip in filters.applied() if chip[0] in filters.NARROWS]
    return render(request, "feedback/tray.html", {"unfinished": unfinished, "applied": applied})


def _narrowed(filters):
    return filters.scope.whose_calls() if filters.narrowed else Q()
