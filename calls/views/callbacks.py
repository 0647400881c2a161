"""Planned calls: those of the desk, one press to dial, and the list of all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from calls import planned, providers, services
from calls.access import get_callback
from calls.callback_forms import CallbackFilters, intent_of
from calls.services import calling_back
from calls.services.callbacks import CannotChange
from customers.paging import by_time


@require_safe
def due(request):
    """What is due, asked for again and again. 204 while nothing changed since `seen`."""
    if not request.htmx:
        return redirect("calls:desk")
    found = planned.due(request.user)
    if request.GET.get("seen", "") == found.version:
        return HttpResponse(status=204)
    return render(request, "calls/_due.html", {"due": found, "polled": True})


@require_safe
def count(request):
    """How many are due, put beside the word in the navigation. Without htmx: the callbacks themselves."""
    if not request.htmx:
        return redirect("calls:callbacks")
    context = {"count": planned.due_count(request.user), "most": planned.COUNT_CAP}
    return render(request, "calls/_due_count.html", context)


@require_POST
def dial(request, pk):
    """Call them back, at once and through what this person dialled with last; a repeat lands on the same call."""
    row = get_callback(request.user, pk)
    provider = providers.chosen_first(request.user)
    how = {"outbound_number": providers.last_caller_id(request.user, provider), "lang": _language(row)}
    if provider:
        how["provider"] = provider
    try:
        call = calling_back.call_back(request.user, row, intent=intent_of(request.user, request.POST), **how)
    except services.OpenCall as conflict:
        return _open(request, row, conflict.call)
    except (CannotChange, services.DialRefused) as refused:
        messages.error(request, str(refused))
        return _back(row)
    return redirect("calls:detail", call.pk)


def _language(row):
    return row.customer.language or "en" if row.customer else "en"


def _open(request, row, call):
    if call.agent_id == request.user.pk:
        return redirect("calls:detail", call.pk)
    messages.error(request, planned.taken_words(call))
    return _back(row)


def _back(row):
    """To whom it is about: there the reasons can be seen, and another way found."""
    return redirect("calls:customer_desk", row.customer_id) if row.customer_id else redirect("calls:callback", row.pk)


@require_safe
def listed(request):
    """All callbacks this person may see, the soonest first."""
    filters = CallbackFilters(request.GET, user=request.user)
    rows = planned.with_people(filters.rows())
    page = by_time(rows, request.GET.get("after", ""), by="promised_at", newest_first=filters.newest_first)
    context = {"filters": filters, "applied": filters.applied(), "page": page}
    return render(request, f"calls/{'_' if request.htmx else ''}callbacks.html", context)
