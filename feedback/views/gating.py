"""The proof of no gating: who clicked a public link, by score."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import exports
from accounts.access import for_supervisors
from feedback.reports import gating


@for_supervisors
@require_GET
def page(request):
    """Of the locations this person sees."""
    filters = gating.GatingFilters(request.GET, user=request.user)
    context = {
        "filters": filters,
        "applied": [chip for chip in filters.applied() if chip[0] != "days"],
        "proof": gating.prove(filters.scope),
        "nothing_claimed": gating.NOTHING_CLAIMED,
        "counts": gating.COUNTS,
    }
    return render(request, f"feedback/reports/{'_' if request.htmx else ''}gating.html", context)


@for_supervisors
@require_GET
def export(request):
    """The same as CSV."""
    proof = gating.prove(gating.GatingFilters(request.GET, user=request.user).scope)
    return exports.respond("public-links-by-score", gating.HEADS, gating.lines(proof))
