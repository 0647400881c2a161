"""Syncs: what is read from the vendors, how old it is, what is under way, and every run."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from accounts import audit
from accounts.access import for_admins
from integrations import alerts
from integrations import sync_selectors as selectors
from integrations.models import SyncRun
from integrations.sync import AlreadyRunning, CannotRun, plan_of, runs, work


@require_GET
@for_admins
def index(request):
    """All lists. The fragment asks for itself: often while something is read, else now and then."""
    rows = selectors.connections_with_lists()
    context = {"connections": rows, "is_busy": any(row.is_busy for row in rows)}
    return render(request, "integrations/_syncs.html" if request.htmx else "integrations/syncs.html", context)


@require_GET
@for_admins
def of_list(request, name):
    """The runs of one list."""
    plan = _plan(name)
    before = request.GET.get("before", "")
    return render(
        request,
        "integrations/sync_runs.html",
        {"plan": plan, "page": selectors.runs_of(plan, before), "before": before},
    )


@require_POST
@for_admins
def start(request, name):
    """The buttons: read what is new, or with `full` everything."""
    plan = _plan(name)
    _ask(request, plan, full=bool(request.POST.get("full")))
    return _see("integrations:syncs")


def _ask(request, plan, **what):
    """Asks for a run and says how that went; gives it, or None."""
    try:
        run = work.ask(plan, by=request.user, **what)
    except CannotRun as cannot:
        messages.error(request, f"{plan.label} cannot be read: {cannot}")
    except AlreadyRunning:
        messages.info(request, f"{plan.label}: what is new is being read this moment. Ask again when it is done.")
    else:
        messages.success(request, f"{plan.label}: reading {'everything' if run.is_full else 'what is new'}.")
        return run
    return None


@require_GET
@for_admins
def run(request, pk):
    """One run; its figures refresh until nothing can change any more."""
    row = _run(pk)
    context = _context(row)
    if request.htmx:
        return render(request, "integrations/_sync_run.html", context, status=200 if row.is_live else HTMX_STOP_POLLING)
    return render(request, "integrations/sync_run.html", context | {"problems": selectors.problems_of(row)})


def _context(row):
    parts, done = selectors.windows_of(row) if row.is_live else (0, 0)
    return {
        "run": row,
        "plan": _plan_or_none(row.resource),
        "parts": parts,
        "parts_done": done,
        "may_be_believed": selectors.may_be_believed(row),
    }


@require_http_methods(["GET", "POST"])
@for_admins
def abandon(request, pk):
    """End a run for good where it stands. GET asks first."""
    row = _run(pk)
    if request.method == "GET":
        return render(request, "integrations/sync_abandon.html", {"run": row, "plan": _plan_or_none(row.resource)})
    with transaction.atomic():
        if ended := runs.abandon(row):
            audit.record(request.user, "sync abandoned", row)
    messages.info(request, "The run is abandoned." if ended else "Nothing to do: the run has ended.")
    return _see("integrations:sync_run", row.pk)


@require_http_methods(["GET", "POST"])
@for_admins
def believe(request, pk):
    """What a full run missed is really gone: the next one marks it. GET asks first."""
    row = _run(pk)
    plan = _plan(row.resource)
    if request.method == "GET":
        context = {"run": row, "plan": plan, "may_be_believed": selectors.may_be_believed(row)}
        return render(request, "integrations/sync_believe.html", context)
    if not selectors.may_be_believed(row):
        messages.info(request, "Nothing to do: a later run has looked again.")
        return _see("integrations:sync_run", row.pk)
    if found := _ask(request, plan, trusted=True):
        audit.record(request.user, "sync told that missing records are gone", row, reason=row.reason)
    return _see("integrations:sync_run", (found or row).pk)


@require_GET
@for_admins
def troubles(request):
    """Connections that need an admin, for the banner above every page of theirs."""
    if not request.htmx:
        return redirect("integrations:connections")
    found = [(row, alerts.what(row)) for row in alerts.in_trouble()]
    return render(request, "integrations/_troubles.html", {"troubles": found})


def _plan(name):
    """The plan of that name, else 404."""
    if plan := _plan_or_none(name):
        return plan
    raise Http404


def _plan_or_none(name):
    try:
        return plan_of(name)
    except KeyError:
        return None


def _run(pk):
    return get_object_or_404(SyncRun.objects.select_related("connection", "started_by"), pk=pk)


def _see(name, *args):
    """Go there with GET, whatever was asked."""
    return HttpResponse(status=303, headers={"Location": reverse(name, args=args)})
