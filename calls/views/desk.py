"""The agent's desk: find somebody, see who it is, dial."""

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from calls import desk, planned, rules, services
from calls.choices import Provider
from calls.forms import DialForm, Overruling, read_ticket
from customers import hours, phones, selectors
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
    context = {"text": text, "found": _found(request.user, text)}
    context["number"], context["ticket"] = _as_number(text), read_ticket(text) or _as_ticket(text)
    if request.htmx:
        return render(request, "calls/_found.html", context)
    return _page(request, DialForm(user=request.user, initial={"who": text}), found=context)


def _found(user, text):
    return hours.Book().mark(selectors.search(user, text)) if text else []


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
            provider=data["provider"],
            to=data["to"],
            customer=data["customer"],
            ticket_id=data["ticket_id"],
            outbound_number=data["outbound_number"],
            lang=data["lang"],
            override=request.POST.get("override", ""),
        )
    except services.OpenCall as conflict:
        return _land_on(conflict.call, request, form, data["customer"])
    except services.DialRefused as refused:
        return _refused(request, form, refused)
    at_ccai = data["provider"] == Provider.CCAI
    caller_id = data["outbound_number"] if at_ccai else ""
    _remember(request.user, default_caller_id=caller_id, default_provider=data["provider"])
    return redirect("calls:detail", call.pk)


def _refused(request, form, refused):
    """The page again with every reason; a supervisor may say why it is dialled all the same."""
    overruling = Overruling.after(request, form, refused)
    return _page(request, form, form.cleaned_data["customer"], status=422, overruling=overruling)


def _page(request, form, customer=None, found=None, status=200, overruling=None):
    customer = customer or getattr(form, "cleaned_data", {}).get("customer")
    context = {
        "form": form,
        "customer": customer,
        "person": desk.person(request.user, customer, _rung(form)) if customer else None,
        "open_call": desk.open_call(request.user),
        "due": planned.due(request.user),
        "up_next": desk.up_next(request.user),
        "my_calls": desk.my_last_calls(request.user),
        "found": found,
        "overruling": overruling,
    }
    return render(request, "calls/desk.html", context, status=status)


def _rung(form):
    """The number that was posted beside the customer, None where it is theirs."""
    to = getattr(form, "cleaned_data", {}).get("to")
    return phones.get_number(to) if to else None


def _land_on(call, request, form, customer):
    if call.agent_id == request.user.pk:
        return HttpResponseRedirect(reverse("calls:detail", args=[call.pk]))
    form.add_error(None, rules.held_words(call))
    return _page(request, form, customer, status=422)


def _remember(user, **chosen):
    """What was chosen is chosen the next time; an empty choice changes nothing."""
    new = {name: value for name, value in chosen.items() if value and value != getattr(user, name)}
    for name, value in new.items():
        setattr(user, name, value)
    if new:
        user.save(update_fields=list(new))


def _as_number(text):
    try:
        return phones.parse(text)
    except phones.PhoneProblem:
        return None


def _as_ticket(text):
    """Short digits, or a letter and digits, may be a ticket of the CRM."""
    plain = text.strip()
    return plain if 2 <= len(plain) <= 12 and plain.isalnum() and any(char.isdigit() for char in plain) else ""
