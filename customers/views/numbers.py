"""What can be asked and told about one phone number."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from customers import services
from customers.access import get_phone_number
from integrations.errors import VendorError


@require_POST
def look_up(request, pk):
    """Ask Trestle about the number; its answer, and its response id where there is one, are kept."""
    number = get_phone_number(request.user, pk)
    try:
        lookup = services.look_up(number, request.user)
    except VendorError as error:
        theirs = f" “{error.words}”" if error.words else ""
        messages.error(request, f"Trestle could not be asked: {error.sentence}{theirs}")
    else:
        found = "" if lookup.response_id else " It carried no response id, so phone feedback cannot name it."
        messages.success(request, f"Trestle answered.{found}")
    return _back(request)


@require_POST
def response_id(request, pk):
    """Keep a response id that a person read elsewhere."""
    number = get_phone_number(request.user, pk)
    try:
        services.type_response_id(number, request.POST.get("response_id", ""), request.user)
    except ValueError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Trestle response id kept.")
    return _back(request)


def _back(request):
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(to if safe else reverse("calls:desk"))
