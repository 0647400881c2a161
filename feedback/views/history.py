"""What earlier calls with a customer came to: the desk asks for it by URL."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from customers.access import get_customer
from feedback import selectors


@require_GET
def customer_history(request, pk):
    """A fragment: the customer's last calls, each with its outcome, stars and issues."""
    customer = get_customer(request.user, pk)
    return render(request, "feedback/_history.html", {"calls": selectors.last_calls_of(customer), "user": request.user})
