"""Values changed here and at FeedbackAPI: an admin says which one holds."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import for_admins
from customers import selectors, services
from customers.access import get_conflict
from customers.choices import Side


@for_admins
@require_GET
def index(request):
    return render(request, "customers/conflicts.html", {"conflicts": selectors.open_conflicts()})


@for_admins
@require_POST
def resolve(request, pk):
    """`kept` is whose value holds."""
    conflict = get_conflict(request.user, pk)
    side = request.POST.get("kept", "")
    if side not in Side.values:
        messages.error(request, "Say whose value holds.")
        return redirect("customers:conflicts")
    try:
        services.resolve(conflict, side, request.user)
    except services.Settled as settled:
        messages.info(request, str(settled))
    else:
        whose = "Ours is on its way to FeedbackAPI" if side == Side.OURS else "FeedbackAPI’s was taken"
        messages.success(request, f"{conflict.subject}: {whose}.")
    return redirect("customers:conflicts")
