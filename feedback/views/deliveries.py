"""Deliveries: what needs a person first, then all of them; and trying again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_supervisors
from feedback import paging, selectors
from feedback.access import deliveries_visible_to, get_delivery
from feedback.filters import DeliveryFilters
from integrations import outbox
from integrations.models import Connection

FEW = 100  # counted for who sees a few of the locations: more takes longer than it tells
ALL_AT_ONCE = 500  # tried again by one press; a longer list takes a second press


@for_supervisors
@require_GET
def deliveries(request):
    """Causes first while no filter is set; then the list."""
    filters = DeliveryFilters(request.GET)
    found = filters.filter(selectors.delivery_rows(deliveries_visible_to(request.user)))
    # Who sees some locations only: what is not theirs is looked at one by one, and passed over.
    cap = paging.COUNT_CAP if request.user.sees_all_locations else FEW
    page = paging.page(found, request.GET.get("cursor", ""), cap=cap)
    is_first = not filters.applied() and not request.GET.get("cursor")
    context = {
        "filters": filters,
        "applied": filters.applied(),
        "page": page,
        "causes": selectors.causes(request.user) if is_first else [],
        "is_first": is_first,
    }
    return render(request, "feedback/_deliveries.html" if request.htmx else "feedback/deliveries.html", context)


@for_supervisors
@require_POST
def retry(request, pk):
    """Try one parked delivery again."""
    delivery = get_delivery(request.user, pk)
    if _retried(delivery, request.user):
        messages.success(request, f"{delivery.connection}: trying again.")
    else:
        messages.info(request, "Nothing to do: this delivery no longer needs a person.")
    return redirect("feedback:deliveries")


@for_supervisors
@require_http_methods(["GET", "POST"])
def retry_cause(request, vendor):
    """Try all deliveries of one cause again. GET asks first."""
    connection = get_object_or_404(Connection, vendor=vendor)
    reason = (request.POST or request.GET).get("reason", "")
    parked = selectors.parked_of_cause(request.user, vendor, reason)
    if request.method == "GET":
        context = {"connection": connection, "reason": reason, "count": parked.count()}
        return render(request, "feedback/retry_cause.html", context)
    tried = sum(
        _retried(delivery, request.user, "all of this cause") for delivery in parked.order_by("pk")[:ALL_AT_ONCE]
    )
    messages.success(request, f"{connection}: trying {tried} again." if tried else "Nothing waits for this cause.")
    return redirect("feedback:deliveries")


def _retried(delivery, by, reason=""):
    """Whether it was parked and is on its way again."""
    try:
        outbox.retry(delivery, by=by, reason=reason)
    except outbox.CannotRetry:
        return False
    return True
