"""The legs of a wrap-up, live."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET
from django_htmx.http import HTMX_STOP_POLLING, trigger_client_event

from calls.access import get_call
from feedback import pane
from feedback.models import Rating


@require_GET
def legs(request, pk):
    """The chips; 286 when nothing can change any more. Without htmx: the whole pane's page."""
    call = get_call(request.user, pk)
    if not request.htmx:
        return redirect("feedback:wrap_up", pk=pk)
    rating = get_object_or_404(Rating.objects.select_related("saved_by"), call=call)
    rating.call = call
    shown = pane.card(call, rating, request.user)
    context = {"pane": shown, "call": call}
    answer = render(request, "feedback/_legs.html", context, status=200 if shown.poll else HTMX_STOP_POLLING)
    # The call's timeline has every attempt: it looks again when the last leg has come to its end.
    return answer if shown.poll else trigger_client_event(answer, "delivery-changed")
