"""The agent's desk: find somebody, see who it is, dial."""

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from calls import desk, services
from calls.forms import DialForm, read_ticket
from customers import phones, selectors
from customers.access import get_customer


@require_safe
def show(request):
    """The desk with nobody chosen yet."""
    return _page(request, DialForm(user=request.user))


@require_safe
def with_customer(request, pk):
    """The desk with a customer beside the dial button."""
    customer = get_customer(request.user, pk)
    form = DialForm(user=request.user, initial={"customer": customer.pk, "lang": customer.language or "en"})
    return _page(request, form, customer)


@require_POST
def search(request):
    """What may be meant by the typed text: a number, a ticket, customers. A fragment, or a page without htmx.

    By POST, so that no name or number stands in an address or an access log.
    """
    text = request.POST.get("who", "").strip()
    context = {"text": text, "found": selectors.search(request.user, text) if text else []}
    context["number"], context["ticket"] = _as_number(text), read_ticket(text) or _as_ticket(text)
    if request.htmx:
        return render(request, "calls/_found.html", context)
    return _page(request, DialForm(user=request.user, initial={"who": text}), found=context)


@require_POST
def dial(request):
    """Place the call and go to its page. A repeat, from wherever, lands on the same call."""
    form = DialForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    data = form.cleaned_data
    try:
        call = services.place(
            request.user,
            intent=data["intent"],
            to=data["to"],
            customer=data["customer"],
            ticket_id=data["ticket_id"],
            outbound_number=data["outbound_number"],
            lang=data["lang"],
        )
    except services.OpenCall as conflict:
        return _land_on(conflict.call, request, form, data["customer"])
    except services.DialRefused as refused:
        for refusal in refused.refusals:
            form.add_error(None, refusal.sentence)
        return _page(request, form, data["customer"], status=422)
    _remember(request.user, data["outbound_number"])
    return redirect("calls:detail", call.pk)


def _page(request, form, customer=None, found=None, status=200):
    customer = customer or getattr(form, "cleaned_data", {}).get("customer")
    context = {
        "form": form,
        "customer": customer,
        "person": desk.person(request.user, customer) if customer else None,
        "open_call": desk.open_call(request.user),
        "up_next": desk.up_next(request.user),
        "my_calls": desk.my_last_calls(request.user),
        "found": found,
    }
    return render(request, "calls/desk.html", context, status=status)


def _land_on(call, request, form, customer):
    if call.agent_id == request.user.pk:
        return HttpResponseRedirect(reverse("calls:detail", args=[call.pk]))
    form.add_error(None, f"{call.agent or 'Somebody'} is on a call with this number right now.")
    return _page(request, form, customer, status=422)


def _remember(user, caller_id):
    if caller_id and caller_id != user.default_caller_id:
        user.default_caller_id = caller_id
        user.save(update_fields=["default_caller_id"])


def _as_number(text):
    try:
        return phones.parse(text)
    except phones.PhoneProblem:
        return None


def _as_ticket(text):
    """Short digits, or a letter and digits, may be a ticket of the CRM."""
    plain = text.strip()
    return plain if 2 <= len(plain) <= 12 and plain.isalnum() and any(char.isdigit() for char in plain) else ""
