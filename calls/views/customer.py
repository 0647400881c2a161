"""A call by ticket alone: a person says who it was with."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from calls import services
from calls.access import get_call
from customers.access import find_customer
from customers.selectors import search


@require_http_methods(["GET", "HEAD", "POST"])
def pick(request, pk):
    """GET and a posted text search; a posted customer is chosen."""
    call = get_call(request.user, pk)
    customer = find_customer(request.user, request.POST.get("customer", ""))
    if customer:
        services.pick_customer(call, customer, request.user)
        messages.success(request, f"This call was with {customer}.")
        return redirect("calls:detail", call.pk)
    text = request.POST.get("who", "").strip()
    context = {"call": call, "text": text, "found": search(request.user, text) if text else []}
    return render(request, "calls/_pick.html" if request.htmx else "calls/pick.html", context)
