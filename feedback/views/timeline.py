"""Everything that happened to a call, in one list."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from calls.access import get_call
from feedback import timeline as history


@require_GET
def timeline(request, pk):
    """A fragment for htmx, a page without."""
    call = get_call(request.user, pk)
    context = {"call": call, "entries": history.of(call)}
    return render(request, "feedback/_timeline.html" if request.htmx else "feedback/timeline.html", context)
