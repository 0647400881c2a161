"""What can be asked and told about one phone number."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from customers import services
from customers.access import get_phone_number
from customers.forms import ResponseIdForm
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
    return back(request)


@require_POST
def response_id(request, pk):
    """Keep a response id that a person read elsewhere."""
    number = get_phone_number(request.user, pk)
    form = ResponseIdForm(request.POST)
    if form.is_valid():
        _keep(number, form, request.user)
    if form.errors:
        context = {"form": form, "number": number, "back": _where_from(request)}
        return render(request, "customers/response_id.html", context, status=422)
    messages.success(request, "Trestle response id kept.")
    return back(request)


def _keep(number, form, user):
    try:
        services.type_response_id(number, form.cleaned_data["response_id"], user)
    except ValueError as problem:
        form.add_error("response_id", str(problem))


def back(request):
    """To the page of ours that the form names, else the desk."""
    return HttpResponseRedirect(_where_from(request))


def _where_from(request):
    """The page of ours that the form names, else the desk."""
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if safe else reverse("calls:desk")
