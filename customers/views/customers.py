"""The customers of a person's locations: the list, a new one, an edited one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from customers.access import get_customer
from customers.forms import CustomerForm
from customers.selectors import customer_page

READ_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_POST)
def index(request):
    """The list, found by name, number or e-mail. The search is posted, so that no number stands in an address."""
    text = request.POST.get("q", "").strip()
    page = customer_page(request.user, text, after=request.GET.get("after", ""))
    template = "customers/_list.html" if request.htmx else "customers/list.html"
    return render(request, template, {"page": page, "text": text})


@require_http_methods(READ_AND_POST)
def new(request):
    """Add a customer, then stand at the desk with them."""
    form = CustomerForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        customer = form.save_by(request.user)
        messages.success(request, f"{customer.name} was added.")
        return redirect("calls:customer_desk", customer.pk)
    return render(request, "customers/form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(READ_AND_POST)
def edit(request, pk):
    """Change a customer."""
    customer = get_customer(request.user, pk)
    form = CustomerForm(request.POST or None, instance=customer, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save_by(request.user)
        messages.success(request, f"{customer.name} was saved.")
        return redirect("calls:customer_desk", customer.pk)
    context = {"form": form, "customer": customer}
    return render(request, "customers/form.html", context, status=422 if form.is_bound else 200)
