"""Connections: how each vendor is reached, whether it works, and what waits for it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_admins
from integrations import connections, selectors, vendors
from integrations.fields import SecretUnreadable
from integrations.forms import ConnectionForm
from integrations.models import Connection


@require_GET
@for_admins
def index(request):
    return render(request, "integrations/connections.html", {"rows": selectors.connection_rows()})


@require_http_methods(["GET", "POST"])
@for_admins
def edit(request, pk):
    row = get_object_or_404(Connection, pk=pk)
    form = ConnectionForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save(request.user)
        messages.success(request, f"{row} saved.")
        return redirect("integrations:connection", pk=pk)
    return render(request, "integrations/connection.html", _context(row, form), status=422 if form.is_bound else 200)


def _context(row, form):
    return {
        "connection": row,
        "form": form,
        "differing": selectors.differing_of(row),
        "can_be_tested": row.vendor in vendors.CLIENTS,
        "hook_is_closed": row.vendor == "plivo" and not _has(row, "auth_token"),
        "is_unreadable": _is_unreadable(row),
    }


def _has(row, name):
    try:
        return bool(row.values.get(name))
    except SecretUnreadable:
        return False


def _is_unreadable(row):
    try:
        return row.values is None
    except SecretUnreadable:
        return True


@require_POST
@for_admins
def check(request, pk):
    """The test button. It calls the vendor, so no transaction may be open around it."""
    row = get_object_or_404(Connection, pk=pk)
    result = connections.check(row)
    say = messages.success if result.ok else messages.error
    words = f" It said: {result.words}" if result.words and not result.ok else ""
    say(request, f"{row}: {result.sentence}{words}")
    return redirect("integrations:connection", pk=pk)


@require_POST
@for_admins
def take_over(request, pk):
    row = get_object_or_404(Connection, pk=pk)
    connections.take_over(row, request.user)
    messages.success(request, f"{row} uses the environment's values again.")
    return redirect("integrations:connection", pk=pk)


@require_GET
@for_admins
def hook_events(request):
    return render(request, "integrations/hook_events.html", {"events": selectors.hook_events_for_a_person()})
