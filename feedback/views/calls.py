"""The call explorer: the list of calls, with its filters in the address."""

from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_htmx.http import push_url

from feedback import scope
from feedback.explorer import saved
from feedback.explorer.filters import CallFilters


@require_GET
def calls(request):
    """An agent's own calls; a supervisor's those of their locations."""
    filters = CallFilters(request.GET, user=request.user)
    page = filters.search.page(request.GET.get("cursor", ""))
    views, has_more = saved.beside(request.user, filters)
    context = {"views": views, "has_more_views": has_more}
    context |= {"filters": filters, "applied": filters.applied(), "page": page, "days_are": scope.IN_WORDS}
    answer = render(request, "feedback/_calls.html" if request.htmx else "feedback/calls.html", context)
    # The address to send to a colleague has what was chosen, not every empty field of the form.
    return push_url(answer, f"{request.path}{filters.address()}") if request.htmx else answer
