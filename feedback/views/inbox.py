"""Reviews and feedback: the lists, their files, and how much of them is unread.

`inbox` comes from urls.py and says which of the two.
"""

from django.contrib import messages
from django.db.models import Count, Max
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts import exports
from accounts.access import for_supervisors
from customers.access import LONGEST_ID
from feedback import paging
from feedback.alerts.selectors import open_count
from feedback.inbox import moods, selectors, services
from feedback.inbox.filters import unread


@for_supervisors
@require_GET
def listed(request, inbox):
    """The list with its filters; a fragment for htmx."""
    filters = inbox.filters(request.GET, user=request.user)
    page = paging.page(inbox.rows(filters.rows()), request.GET.get("cursor", ""), by=filters.at)
    context = {
        "inbox": inbox,
        "filters": filters,
        "applied": filters.applied(),
        "page": page,
        "known": selectors.known_to(request.user, page.rows) if inbox.name == "answer" else (),
        "moods": moods.IN_WORDS,
    }
    return render(request, "feedback/_inbox.html" if request.htmx else "feedback/inbox.html", context)


@for_supervisors
@require_GET
def export(request, inbox):
    """Exactly the rows of the list, all of them and whole, as CSV."""
    filters = inbox.filters(request.GET, user=request.user)
    rows = inbox.lines(filters.rows()).order_by(f"-{filters.at}", "-pk").iterator(exports.CHUNK)
    return exports.respond(inbox.title.lower(), inbox.heads, map(inbox.cells, rows))


@for_supervisors
@require_http_methods(["GET", "POST"])
def read_all(request, inbox):
    """Mark all unread of the filtered list as read. GET asks first."""
    filters = inbox.filters(request.GET, user=request.user)
    rows = filters.rows().filter(unread())
    back = f"{reverse(inbox.urls['list'])}?{request.GET.urlencode()}"
    if request.method == "GET":
        asked = rows.aggregate(count=Count("pk"), newest=Max("pk"))
        return render(
            request, "feedback/read_all.html", {"inbox": inbox, "applied": filters.applied(), "back": back} | asked
        )
    newest = request.POST.get("newest", "")
    if newest.isascii() and newest.isdigit() and len(newest) <= LONGEST_ID:
        rows = rows.filter(pk__lte=int(newest))  # what came after the question was asked is not meant
    done = services.read_all(rows, request.user)
    messages.success(request, f"{done:,} marked as read." if done else "Nothing was unread.")
    return redirect(back)


@for_supervisors
@require_GET
def unread_counts(request):
    """How many nobody has opened, put beside their words in the navigation. Without htmx: the reviews themselves."""
    if not request.htmx:
        return redirect(f"{reverse('feedback:reviews')}?read=no")
    counts = selectors.unread_counts(request.user)
    alerts = open_count(request.user)
    return render(request, "feedback/_unread.html", {"counts": counts, "alerts": alerts, "most": selectors.COUNT_TO})
