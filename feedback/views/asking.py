"""A customer's requests for feedback, and asking them for more."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from customers.access import get_customer
from feedback import selectors
from feedback.ask_form import AskForm
from feedback.services import NotAsked


@require_GET
def customer_requests(request, pk):
    """A fragment for the desk: the customer's last requests with how they stand. A page without htmx."""
    customer = get_customer(request.user, pk)
    context = {"customer": customer, "requests": selectors.last_requests_of(customer, request.user)}
    return render(request, f"feedback/{'_' if request.htmx else ''}customer_requests.html", context)


@require_http_methods(["GET", "POST"])
def ask(request, pk):
    """The form with the verdict on what is chosen; by htmx it looks again at each choice. POST asks."""
    customer = get_customer(request.user, pk)
    if request.method == "POST":
        return _asked(request, customer, AskForm(request.POST, customer=customer, user=request.user))
    chosen = request.GET if "when" in request.GET else None
    form = AskForm(chosen, customer=customer, user=request.user)
    return _show(request, customer, form)


def _asked(request, customer, form):
    if form.is_stuck or not form.is_valid():
        return _show(request, customer, form, 422)
    try:
        asked = form.send()
    except NotAsked as refused:
        form.add_error(None, str(refused))
        return _show(request, customer, form, 422)
    messages.success(request, f"{customer.name} will be asked." if not asked.suppress else "The link is being made.")
    return redirect("feedback:request", pk=asked.pk)


def _show(request, customer, form, status=200):
    context = {"customer": customer, "form": form, "verdict": None if form.is_stuck else form.verdict()}
    template = "feedback/_ask.html" if request.htmx and request.method == "GET" else "feedback/ask.html"
    return render(request, template, context, status=status)
