"""Unfinished wrap-ups: the strip above every page, and the page with all of them."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from feedback import selectors


@require_GET
def tray(request):
    """htmx: the strip, empty when nothing waits. Else the page."""
    if request.htmx:
        shown, count = selectors.tray(request.user)
        context = {"calls": shown, "count": count, "most": selectors.UNFINISHED_CAP}
        return render(request, "feedback/_tray.html", context)
    return render(request, "feedback/tray.html", {"unfinished": selectors.unfinished_page(request.user)})
