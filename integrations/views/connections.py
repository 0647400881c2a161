"""Connections: how each vendor is reached, whether it works, and what waits for it."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_admins
from integrations import connections, selectors, sync_selectors, vendors
from integrations.choices import Vendor
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
        "data": sync_selectors.data_of(row),
        "can_be_tested": row.vendor in vendors.CLIENTS,
        "hook_is_closed": _closed_hook(row),
        "hook_address": _hook_address(row),
        "is_unreadable": _is_unreadable(row),
    }


# What a vendor's hook needs to know its vendor by (all or any of it), and what is said where it is missing.
HOOK_NEEDS = {
    Vendor.PLIVO: (all, ("auth_token",), "There is no auth token, so every callback from Plivo is refused."),
    Vendor.CCAI: (
        all,
        ("hook_user", "hook_password"),
        "There is no user name or no password for hooks, so CCAI’s session events are refused. Calls are followed "
        "without them, by CCAI’s list.",
    ),
    Vendor.TELESIGN: (
        any,
        ("hook_key", "hook_secret"),
        "There is neither a key that signs events nor a secret in their address, so TeleSign’s events are refused. "
        "Nothing else tells how its calls go.",
    ),
}


def _closed_hook(row):
    """Why the vendor's hook lets nobody in; "" where it does, or the vendor has none."""
    enough, names, sentence = HOOK_NEEDS.get(row.vendor, (all, (), ""))
    return "" if enough(_has(row, name) for name in names) else sentence


def _hook_address(row):
    """Where an admin has the vendor send its events, entered by hand there; "" for one that is told with each call."""
    path = {Vendor.CCAI: "integrations:ccai_hook", Vendor.TELESIGN: "integrations:telesign_hook"}.get(row.vendor)
    if not path:
        return ""
    by_secret = row.vendor == Vendor.TELESIGN and _has(row, "hook_secret") and not _has(row, "hook_key")
    return settings.PUBLIC_URL.rstrip("/") + reverse(path) + ("(the secret)/" if by_secret else "")


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
