"""How CCAI shows the agent at the desk: whoever is not available there is refused every dial."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calls import desk
from calls.menus import AVAILABLE
from integrations.ccai import directory
from integrations.models import Connection


@require_safe
def show(request):
    """A fragment of the desk; empty without a CCAI e-mail, during a call, and where CCAI cannot be asked."""
    connection, email = Connection.objects.of("ccai"), request.user.ccai_email
    if not (email and connection.can_send) or desk.open_call(request.user):
        return HttpResponse()
    known = directory.agents(connection)
    mine = next((agent for agent in known.rows if agent.email == email.lower()), None)
    context = {"listed": known, "mine": mine, "is_available": bool(mine) and mine.availability.lower() == AVAILABLE}
    return render(request, "calls/_availability.html", context)
