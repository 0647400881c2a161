"""Requests for feedback: the list, one of them, and taking one back that waits."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from feedback import paging, selectors, services
from feedback.access import get_request
from feedback.filters import RequestFilters
from feedback.request_status import LEGEND, can_be_cancelled, every, is_link_only, is_sms, shown


@require_GET
def requests(request):
    """All requests this person may see, newest first, whoever made them."""
    filters = RequestFilters(request.GET, user=request.user)
    found = selectors.request_rows(filters.requests())
    context = {
        "filters": filters,
        "applied": filters.applied(),
        "page": paging.page(found, request.GET.get("cursor", ""), by="requested_at"),
        "legend": LEGEND,
    }
    return render(request, f"feedback/{'_' if request.htmx else ''}requests.html", context)


@require_GET
def one(request, pk):
    """One request: how it stands, its links, its answer, and every try to send it. By htmx a fragment."""
    asked = get_request(request.user, pk)
    attempts = list(asked.delivery.attempts.all()) if asked.delivery else []
    context = {
        "asked": asked,
        "shown": shown(asked),
        "attempts": attempts,
        "is_sms": is_sms(asked),
        "is_link_only": is_link_only(asked),
        "every": every(asked),
        "can_be_cancelled": can_be_cancelled(asked),
    }
    return render(request, f"feedback/{'_' if request.htmx else ''}request.html", context)


@require_POST
def cancel(request, pk):
    """Take a waiting one back; a sentence where it is too late."""
    asked = get_request(request.user, pk)
    try:
        services.cancel(asked, request.user)
        messages.success(request, "The request was cancelled. Nothing was sent.")
    except services.CannotCancel as too_late:
        messages.error(request, str(too_late))
    return redirect("feedback:request", pk=asked.pk)
