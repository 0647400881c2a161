"""Logging a call made elsewhere: a form, then its page, where the wrap-up waits."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from calls import services
from calls.log_form import LogForm
from customers.access import find_customer


@require_http_methods(["GET", "HEAD", "POST"])
def log(request):
    """GET with `customer` in the address shows the form for that customer."""
    customer = find_customer(request.user, request.GET.get("customer", ""))
    form = LogForm(request.POST or None, user=request.user, initial={"customer": customer.pk if customer else ""})
    if request.method == "POST" and form.is_valid():
        call = services.log_by_hand(request.user, **form.deed())
        return redirect("calls:detail", call.pk)
    customer = customer or getattr(form, "cleaned_data", {}).get("customer")
    status = 422 if form.is_bound else 200
    return render(request, "calls/log.html", {"form": form, "customer": customer}, status=status)
