"""Who changed this: the audit of one object, or of everything."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import selectors
from accounts.access import for_admins


@for_admins
@require_GET
def history(request):
    """`type` ("customers.location") and `id` name the object; asked for by htmx, only the list."""
    asked = {name: request.GET.get(name, "") for name in ("type", "id")}
    page = selectors.history(asked["type"], asked["id"], request.GET.get("before", ""))
    template = "accounts/_history.html" if request.htmx else "accounts/history.html"
    return render(request, template, {"page": page, "asked": asked, "is_of_one": bool(asked["type"])})
