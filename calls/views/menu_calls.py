"""Having CCAI call somebody for a queue, now or at a time: a form, then the call's page."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from calls import desk, rules, services
from calls.access import find_call
from calls.forms import Overruling
from calls.menu_form import MenuCallForm
from customers.access import find_customer


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """GET with `customer`, or with `parent` (a call), shows the form for that one."""
    parent = find_call(request.user, request.GET.get("parent", ""))
    customer = find_customer(request.user, request.GET.get("customer", "")) or (parent and parent.customer)
    form = MenuCallForm(request.POST or None, user=request.user, parent=parent, initial=_known(customer, parent))
    overruling = None
    if request.method == "POST" and form.is_valid():
        call, overruling = _placed(request, form)
        if call:
            return redirect("calls:detail", call.pk)
    customer = customer or getattr(form, "cleaned_data", {}).get("customer")
    context = {
        "form": form,
        "customer": customer,
        "parent": parent,
        "overruling": overruling,
        "person": desk.person(request.user, customer) if customer else None,
    }
    return render(request, "calls/menu_call.html", context, status=422 if form.is_bound else 200)


def _known(customer, parent):
    known = {"customer": customer.pk} if customer else {}
    if parent:
        known |= {"kind": "scheduled", "lang": parent.lang}
        known |= {"who": parent.number.e164} if parent.number and not customer else {}
    return known


def _placed(request, form):
    """(the Call, None), or (None, a form to overrule what refused it, or None) with the reasons in the form."""
    try:
        return services.place(request.user, override=request.POST.get("override", ""), **form.deed()), None
    except services.OpenCall as conflict:
        form.add_error(None, rules.held_words(conflict.call))
        return None, None
    except services.DialRefused as refused:
        return None, Overruling.after(request, form, refused)
