"""A customer's story: the desk asks for it by URL."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from calls.models import Call
from customers.access import get_customer
from feedback import customer_timeline as story
from feedback.cases.selectors import open_of
from feedback.inbox.selectors import answers_open_to


@require_GET
def customer_timeline(request, pk):
    """A fragment for htmx, a page without. Calls that are not the reader's to open are told without a way in."""
    customer = get_customer(request.user, pk)
    found = story.of(customer, request.GET.get("cursor", ""))
    answers = [entry.row.pk for entry in found.entries if entry.kind == "answer"]
    calls = [entry.row.pk for entry in found.entries if entry.kind == "call"]
    mine = set(Call.objects.visible_to(request.user).filter(pk__in=calls).values_list("pk", flat=True))
    context = {
        "customer": customer,
        "story": found,
        "open_calls": mine,
        "open_answers": answers_open_to(request.user, answers),
        "is_first": not request.GET.get("cursor"),
        "cases": [] if request.GET.get("cursor") else open_of(customer, request.user),
    }
    name = "_customer_timeline" if request.htmx else "customer_timeline"
    return render(request, f"feedback/{name}.html", context)
