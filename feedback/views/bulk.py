"""Asking many: filters, a preview of who is skipped and why, and the list being worked off."""

import secrets

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from accounts.access import for_supervisors
from feedback import bulk as many
from feedback import selectors
from feedback.access import get_batch
from feedback.services import batches


@for_supervisors
@require_http_methods(["GET", "POST"])
def bulk(request):
    """GET with filters: what would happen. POST of the same: it happens."""
    if request.method == "POST":
        return _started(request, many.BulkForm(request.POST, user=request.user))
    form = many.BulkForm(request.GET if "template" in request.GET else None, user=request.user)
    if not form.is_bound:
        return _show(request, form)
    return _preview(request, form) if form.is_valid() else _show(request, form, status=422)


def _preview(request, form):
    ids = form.ids()
    shown = many.preview(ids, form.chosen_template, form.chosen_due, form.suppress)
    return _show(request, form, preview=shown, is_cut=len(ids) == many.MOST, key=secrets.token_hex(16))


def _started(request, form):
    if not form.is_valid():
        return _show(request, form, status=422)
    batch = batches.start(
        request.user,
        form.ids(),
        form.chosen_template,
        due=form.chosen_due,
        suppress=form.suppress,
        filters={"words": form.words()},
        key=request.POST.get("key", "")[:64],
    )
    return redirect("feedback:batch", pk=batch.pk)


def _show(request, form, status=200, **more):
    context = {"form": form, "most": many.MOST, "last": selectors.last_batches(request.user), **more}
    return render(request, "feedback/bulk.html", context, status=status)


@for_supervisors
@require_GET
def batch(request, pk):
    """One list with its progress; the fragment says 286 when it is done."""
    found = get_batch(request.user, pk)
    context = {"batch": found, "skipped": _skipped(found)}
    if not request.htmx:
        return render(request, "feedback/batch.html", context)
    done = bool(found.ended_at or found.cancelled_at)
    return render(request, "feedback/_batch.html", context, status=HTMX_STOP_POLLING if done else 200)


def _skipped(found):
    rows = [(many.label_of(code), count) for code, count in found.skipped.items()]
    return sorted(rows, key=lambda row: -row[1])


@for_supervisors
@require_POST
def cancel(request, pk):
    """Ask nobody more of this list, and take back what waits with us."""
    found = get_batch(request.user, pk)
    taken = batches.cancel(found, request.user)
    messages.success(request, f"Nobody more is asked. {taken:,} waiting requests were taken back.")
    return redirect("feedback:batch", pk=found.pk)
