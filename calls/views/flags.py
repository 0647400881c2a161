"""CCAI's customer flags, set while talking."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from calls import flags
from calls.access import get_call
from calls.choices import CustomerFlag
from integrations.choices import DeliveryState

LATEST = 3  # deliveries shown under the flags


def flags_context(call, problem=""):
    """What `_flags.html` needs: each flag, where its latest deliveries stand, a sentence of refusal."""
    legs = list(call.flag_legs.select_related("delivery").order_by("-pk")[:LATEST])
    return {
        "call": call,
        "flags": [(name, label, getattr(call, name)) for name, label in CustomerFlag.choices],
        "flag_legs": legs,
        "flags_waiting": any(leg.delivery.state == DeliveryState.PENDING for leg in legs),
        "problem": problem,
    }


@require_safe
def show(request, pk):
    """The flags alone, with where their deliveries stand."""
    return render(request, "calls/_flags.html", flags_context(get_call(request.user, pk)))


@require_POST
def change(request, pk):
    """Send the flags that changed at once, as a delivery of their own."""
    call = get_call(request.user, pk)
    wanted = {name: name in request.POST.getlist("flag") for name in CustomerFlag.values}
    changed = {name: value for name, value in wanted.items() if bool(getattr(call, name)) != value}
    problem = _send(call, request.user, changed) if changed else ""
    if request.htmx:
        call.refresh_from_db()
        return render(request, "calls/_flags.html", flags_context(call, problem), status=422 if problem else 200)
    if problem:
        messages.error(request, problem)
    return redirect("calls:detail", call.pk)


def _send(call, user, changed):
    try:
        flags.set_flags(call, user, **changed)
    except flags.CannotSetFlags as refused:
        return str(refused)
    return ""
