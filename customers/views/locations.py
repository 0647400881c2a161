"""Locations: the list, one of them, a new one, and what can be done with one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_admins
from customers import selectors, services
from customers.access import get_location, get_profile
from customers.forms import LocationFilters, LocationForm
from customers.standing import Standing
from customers.views.asking import asked, told

READ_AND_POST = ["GET", "HEAD", "POST"]
DELETE = (
    "All campaigns for this location will cease working and any reviews attached to this location will no longer be "
    "active.",
    "Its calls, its customers and the reviews read so far stay here; the reviews are marked as inactive.",
)
DEACTIVATE = (
    "It is no longer offered where a location is chosen.",
    "FeedbackAPI has no such state: its campaigns and requests go on. To stop those, delete the location there.",
)


@for_admins
@require_GET
def index(request):
    filters = LocationFilters(request.GET)
    page = selectors.location_page(filters, request.GET.get("after", ""))
    context = {"filters": filters, "applied": filters.applied(), "page": page}
    return render(request, "customers/_locations.html" if request.htmx else "customers/locations.html", context)


@for_admins
@require_GET
def show(request, pk):
    location = get_location(request.user, pk)
    context = {
        "location": location,
        "standing": Standing(location),
        "members": location.members.all(),
        "profiles": location.review_profiles.all(),
        "customer_count": location.customers.count() + location.other_customers.count(),
    }
    return render(request, "customers/location.html", context)


@for_admins
@require_http_methods(READ_AND_POST)
def new(request):
    """Add a location in one form."""
    form = LocationForm(request.POST or None, initial={"account": request.GET.get("account")})
    return _form(request, form, "was added")


@for_admins
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    location = get_location(request.user, pk)
    form = LocationForm(request.POST or None, instance=location, refused=Standing(location).refused)
    return _form(request, form, "was saved")


def _form(request, form, done):
    if request.method == "POST" and form.is_valid():
        location = form.save_by(request.user)
        messages.success(request, f"{location} {done}.")
        return redirect("customers:location", location.pk)
    context = {"form": form, "location": form.instance if form.instance.pk else None}
    return render(request, "customers/location_form.html", context, status=422 if form.is_bound else 200)


@for_admins
@require_http_methods(READ_AND_POST)
def deactivate(request, pk):
    """Take it off the lists, after a page that says what goes on; a form that says "active" puts it back at once."""
    location = get_location(request.user, pk)
    if request.method != "POST":
        return asked(request, f"Deactivate {location}?", DEACTIVATE, "Deactivate", "customers:location", pk)
    services.set_active(location, "active" in request.POST, request.user)
    messages.success(request, f"{location} is {'active' if location.is_active else 'inactive'}.")
    return redirect("customers:location", pk)


@for_admins
@require_http_methods(READ_AND_POST)
def delete(request, pk):
    location = get_location(request.user, pk)
    if request.method != "POST":
        title = f"Delete {location} at FeedbackAPI?"
        return asked(request, title, DELETE, "Delete at FeedbackAPI", "customers:location", pk)
    sentence = f"The deletion of {location} is on its way to FeedbackAPI."
    told(request, lambda: services.delete(location, request.user), sentence)
    return redirect("customers:location", pk)


@for_admins
@require_POST
def send(request, pk):
    """Send what was kept back."""
    location = get_location(request.user, pk)
    told(request, lambda: services.send_again(location, request.user), f"{location} is on its way to FeedbackAPI.")
    return redirect("customers:location", pk)


@for_admins
@require_http_methods(READ_AND_POST)
def forget_profile(request, pk):
    """Take an address off our own list of review profiles."""
    profile = get_profile(request.user, pk)
    where = ("customers:location", profile.location_id)
    if request.method != "POST":
        stays = "FeedbackAPI has it and cannot drop it: it goes on checking this address." if profile.told_at else ""
        sentences = (profile.url, "It is taken off our own list.", stays)
        return asked(request, "Take this review profile off the list?", sentences, "Take it off", *where)
    services.forget_profile(profile, request.user)
    messages.success(request, "The review profile was taken off the list.")
    return redirect(*where)
