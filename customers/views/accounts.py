"""Client accounts: the list, one of them with its limits and what is in it, and what can be done with one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_admins
from customers import limits, selectors, services
from customers.access import get_account
from customers.forms import AccountForm
from customers.models import Customer
from customers.standing import Standing
from customers.views.asking import asked, told

READ_AND_POST = ["GET", "HEAD", "POST"]
DEACTIVATE = (
    "Inactive accounts do not affect billing until they are made active.",
    "New locations and users are not taken while it is inactive. Its locations, customers and calls stay as they are, "
    "and it can be made active again.",
)
DELETE = (
    "This will cancel all campaigns and messages for this account in addition to preventing landing pages and kiosk "
    "pages from working.",
    "FeedbackAPI knows no way back. To stop billing only, make the account inactive instead. Its locations, customers "
    "and calls stay here.",
)


@for_admins
@require_GET
def index(request):
    page = selectors.account_page(request.GET.get("after", ""))
    return render(request, "customers/accounts.html", {"page": page})


@for_admins
@require_GET
def show(request, pk):
    account = get_account(request.user, pk)
    context = {
        "account": account,
        "standing": Standing(account),
        "locations": selectors.locations_of(account),
        "locations_used": limits.locations_used(account),
        "full": limits.why_no_location(account),
        "customer_count": Customer.objects.filter(location__account=account).count(),
    }
    return render(request, "customers/account.html", context)


@for_admins
@require_http_methods(READ_AND_POST)
def new(request):
    return _form(request, AccountForm(request.POST or None), "was added")


@for_admins
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    account = get_account(request.user, pk)
    form = AccountForm(request.POST or None, instance=account, refused=Standing(account).refused)
    return _form(request, form, "was saved")


def _form(request, form, done):
    if request.method == "POST" and form.is_valid():
        account = form.save_by(request.user)
        messages.success(request, f"{account} {done}.")
        return redirect("customers:account", account.pk)
    context = {"form": form, "account": form.instance if form.instance.pk else None}
    return render(request, "customers/account_form.html", context, status=422 if form.is_bound else 200)


@for_admins
@require_http_methods(READ_AND_POST)
def deactivate(request, pk):
    """Make it inactive, after a page that says what stops; a form that says "active" makes it active at once.

    The form says which, so that of two admins with the same page open the second does not undo the first.
    """
    account = get_account(request.user, pk)
    if request.method != "POST":
        return asked(request, f"Deactivate {account}?", DEACTIVATE, "Deactivate", "customers:account", pk)
    services.set_account_active(account, "active" in request.POST, request.user)
    messages.success(request, f"{account} is {'active' if account.is_active else 'inactive'}.")
    return redirect("customers:account", pk)


@for_admins
@require_http_methods(READ_AND_POST)
def delete(request, pk):
    account = get_account(request.user, pk)
    if request.method != "POST":
        title = f"Delete {account} at FeedbackAPI?"
        return asked(request, title, DELETE, "Delete at FeedbackAPI", "customers:account", pk)
    sentence = f"The deletion of {account} is on its way to FeedbackAPI."
    told(request, lambda: services.delete(account, request.user), sentence)
    return redirect("customers:account", pk)


@for_admins
@require_POST
def send(request, pk):
    """Send what was kept back."""
    account = get_account(request.user, pk)
    told(request, lambda: services.send_again(account, request.user), f"{account} is on its way to FeedbackAPI.")
    return redirect("customers:account", pk)
