"""Which Plivo call a call was, when numbers and time could not say."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from calls import selectors, services
from calls.access import get_call
from calls.forms import CarrierForm
from calls.views.call import render_page


@require_POST
def name(request, pk):
    """Keep the Plivo call id: one of the candidates, or typed in."""
    call = get_call(request.user, pk)
    if "record" in request.POST:
        return _choose(request, call, request.POST["record"])
    form = CarrierForm(request.POST)
    if form.is_valid():
        _keep(call, form, request.user)
    if form.errors:
        return render_page(request, call, carrier_form=form, status=422)
    messages.success(request, "Plivo call id kept.")
    return redirect("calls:detail", call.pk)


def _choose(request, call, pk):
    record = next((one for one in selectors.carrier_candidates(call) if str(one.pk) == pk), None)
    if record is None:
        raise Http404
    try:
        services.choose_carrier_record(call, record, request.user)
    except ValueError as problem:  # another call took it meanwhile
        messages.error(request, str(problem))
    else:
        messages.success(request, "Linked to that Plivo call.")
    return redirect("calls:detail", call.pk)


def _keep(call, form, user):
    try:
        services.set_carrier_uuid(call, form.cleaned_data["carrier_uuid"], user)
    except ValueError as problem:
        form.add_error("carrier_uuid", str(problem))
