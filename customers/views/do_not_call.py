"""The do-not-call list: read, searched, added to one by one or many at once, taken from, and as a file."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import exports
from accounts.access import for_supervisors
from accounts.rule_pages import READ_AND_POST
from customers import do_not_call_list, phones, services
from customers.access import find_customer, get_do_not_call, get_phone_number
from customers.do_not_call_forms import ManyForm, OneForm, RemoveForm, accounts_of
from customers.models import DoNotCall
from customers.services import do_not_call
from customers.views.numbers import back
from integrations.errors import VendorError


@for_supervisors
@require_http_methods(READ_AND_POST)
def index(request):
    """The list, newest first. A search is posted, so that no number stands in an address."""
    text, account = request.POST.get("q", "").strip(), _account(request)
    page = do_not_call_list.page(request.user, text, account, request.GET.get("before", ""))
    context = {
        "page": page,
        "text": text,
        "account": account,
        "accounts": accounts_of(request.user),
        "can_take_off": do_not_call.can_take_off(),
        "can_look_up": do_not_call.can_look_up(),
    }
    template = "customers/_do_not_call.html" if request.htmx else "customers/do_not_call.html"
    return render(request, template, context)


def _account(request):
    chosen = request.POST.get("account", "")
    return next((one for one in accounts_of(request.user) if str(one.pk) == chosen), None)


@for_supervisors
@require_http_methods(READ_AND_POST)
def add(request):
    """One number; `customer` in the address fills in theirs."""
    customer = find_customer(request.user, request.GET.get("customer", ""))
    known = {"number": phones.display(customer.phone.e164)} if customer and customer.phone else {}
    form = OneForm(request.POST or None, user=request.user, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        number = phones.get_number(given["number"])
        services.add_do_not_call(number, given["account"], request.user, given["why"], given["until"])
        messages.success(request, f"{phones.display(number.e164)} is on the do-not-call list.")
        return redirect("calls:customer_desk", customer.pk) if customer else redirect("customers:do_not_call")
    context = {"form": form, "customer": customer}
    return render(request, "customers/do_not_call_add.html", context, status=422 if form.is_bound else 200)


@for_supervisors
@require_http_methods(READ_AND_POST)
def many(request):
    """A pasted list or a file: first what it would do, then, confirmed, it is done."""
    form = ManyForm(request.POST or None, request.FILES or None, user=request.user)
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and "confirmed" in request.POST and form.run.numbers:
        given = form.cleaned_data
        new = do_not_call.add_many(form.run.numbers, given["account"], request.user, given["why"], given["until"])
        messages.success(request, f"{new:,} more number{'' if new == 1 else 's'} on the do-not-call list.")
        return redirect("customers:do_not_call")
    context = {"form": form, "run": form.run if is_valid else None}
    status = 200 if is_valid or not form.is_bound else 422
    return render(request, "customers/do_not_call_many.html", context, status=status)


@for_supervisors
@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks why on GET; on POST the number may be called again."""
    entry = get_do_not_call(request.user, pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        shown = phones.display(entry.number.e164)
        asked = services.remove_do_not_call(entry, request.user, form.cleaned_data["reason"])
        messages.success(request, f"{shown} is off the list." + (" CCAI is asked to take it off too." if asked else ""))
        return redirect("customers:do_not_call")
    context = {"form": form, "entry": entry, "can_take_off": do_not_call.can_take_off()}
    return render(request, "customers/do_not_call_remove.html", context, status=422 if form.is_bound else 200)


@for_supervisors
@require_GET
def export(request):
    """All entries the person may see, as CSV."""
    rows = do_not_call_list.entries(request.user).prefetch_related(None).iterator(exports.CHUNK)
    return exports.respond("do-not-call", do_not_call_list.HEADS, map(do_not_call_list.as_cells, rows))


def _of_the_list(user, pk):
    """The number of an entry that a person sees on the list, whoever's customer it is; else None."""
    entry = DoNotCall.objects.visible_to(user).filter(number=pk).select_related("number").first()
    return entry and entry.number


@for_supervisors
@require_POST
def look_up(request, pk):
    """Ask CCAI whether a number is on its own list."""
    number = _of_the_list(request.user, pk) or get_phone_number(request.user, pk)
    try:
        is_listed = do_not_call.look_up_at_ccai(number, request.user)
    except VendorError as error:
        messages.error(request, f"CCAI could not be asked: {error.sentence}")
    else:
        said = {True: "is on CCAI’s own list.", False: "is not on CCAI’s own list.", None: "CCAI does not say."}
        messages.success(request, f"{phones.display(number.e164)}: {said[is_listed]}")
    return back(request)


@for_supervisors
@require_POST
def taken_off(request, pk):
    """A person says that a number was taken off CCAI's list there."""
    number = get_phone_number(request.user, pk)
    do_not_call.say_taken_off(number, request.user, "on the customer’s page")
    messages.success(request, f"{phones.display(number.e164)} counts as off CCAI’s own list.")
    return back(request)
