"""The customers of a person's locations: the list, a new one, an edited one, and what FeedbackAPI is told of one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import for_supervisors
from customers import services
from customers.access import get_customer
from customers.forms import CustomerForm, OptInForm
from customers.selectors import customer_page
from customers.standing import Standing
from customers.views.asking import asked, told

READ_AND_POST = ["GET", "HEAD", "POST"]
DELETE = (
    "This makes the customer inactive at FeedbackAPI, across an account and all locations: no campaign writes to them.",
    "FeedbackAPI keeps them as inactive, so that the same campaign is not sent again should they be added later. "
    "Here they stay, with their calls and answers.",
)


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
    standing = Standing(customer)
    form = CustomerForm(request.POST or None, instance=customer, user=request.user, refused=standing.refused)
    if request.method == "POST" and form.is_valid():
        form.save_by(request.user)
        messages.success(request, f"{customer.name} was saved.")
        return redirect("calls:customer_desk", customer.pk)
    context = {"form": form, "customer": customer, "standing": standing}
    return render(request, "customers/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def opt_out(request, pk):
    """At once, without a question: they said so."""
    customer = services.opt_out(get_customer(request.user, pk), request.user, "on the customer’s page")
    messages.success(request, f"{customer.name} hears no more from us.")
    return redirect("customers:edit", pk)


@require_http_methods(READ_AND_POST)
def opt_in(request, pk):
    """Back in, with a confirmation and how it is known."""
    customer = get_customer(request.user, pk)
    form = OptInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.opt_in(customer, request.user, form.cleaned_data["reason"])
        messages.success(request, f"{customer.name} may hear from us again.")
        return redirect("customers:edit", pk)
    context = {"form": form, "customer": customer}
    return render(request, "customers/opt_in.html", context, status=422 if form.is_bound else 200)


@for_supervisors
@require_http_methods(READ_AND_POST)
def delete(request, pk):
    customer = get_customer(request.user, pk)
    if request.method != "POST":
        title = f"Delete {customer} at FeedbackAPI?"
        return asked(request, title, DELETE, "Delete at FeedbackAPI", "customers:edit", pk)
    sentence = f"The deletion of {customer} is on its way to FeedbackAPI."
    told(request, lambda: services.delete(customer, request.user), sentence)
    return redirect("customers:edit", pk)


@require_POST
def send(request, pk):
    """Send what was kept back."""
    customer = get_customer(request.user, pk)
    told(request, lambda: services.send_again(customer, request.user), f"{customer} is on its way to FeedbackAPI.")
    return redirect("customers:edit", pk)
