"""What earlier calls with a customer came to: the desk asks for it by URL."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from customers.access import get_customer
from feedback import selectors


@require_GET
def customer_history(request, pk):
    """A fragment: the customer's last calls, each with its outcome and stars. `without` names the call on the page."""
    customer = get_customer(request.user, pk)
    without = request.GET.get("without", "")
    known = without.isascii() and without.isdigit() and len(without) < 19  # what a database's integer holds
    calls = selectors.last_calls_of(customer, without=int(without) if known else None)
    return render(request, "feedback/_history.html", {"calls": calls})
