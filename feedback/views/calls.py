"""The list of calls, with its filters in the address."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from feedback import paging, selectors
from feedback.filters import CallFilters


@require_GET
def calls(request):
    """An agent's own calls; a supervisor's those of their locations."""
    filters = CallFilters(request.GET, user=request.user)
    page = paging.page(selectors.call_rows(filters.calls()), request.GET.get("cursor", ""))
    context = {"filters": filters, "applied": filters.applied(), "page": page}
    return render(request, "feedback/_calls.html" if request.htmx else "feedback/calls.html", context)
