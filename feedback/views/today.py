"""Today: the supervisor's first page."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import for_supervisors
from feedback import metrics, selectors


@for_supervisors
@require_GET
def today(request):
    """Figures of the day, the team now, the latest calls, and what needs a person."""
    context = {
        "tiles": metrics.tiles(metrics.today(request.user)),
        "now": selectors.team_now(request.user),
        "calls": selectors.latest_calls(request.user),
        "parked": list(selectors.need_a_person(request.user)[:5]),
        "day": selectors.day_began(),
    }
    return render(request, "feedback/_today.html" if request.htmx else "feedback/today.html", context)
