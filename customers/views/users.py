"""People who use Aftercall: who they are, what they may see, and whether they may sign in. For admins."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services as accounts
from accounts.access import for_admins, get_user
from customers import user_selectors
from customers.models import Invitation
from customers.services import invitations, users
from customers.user_forms import UserFilters, UserForm


@for_admins
@require_GET
def index(request):
    """The list, found by name or e-mail."""
    filters = UserFilters(request.GET)
    page = user_selectors.user_page(filters.chosen(), after=request.GET.get("after", ""))
    context = {"page": page, "filters": filters, "is_filtered": bool(filters.chosen())}
    return render(request, "customers/_users.html" if request.htmx else "customers/users.html", context)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """One person: name, role, locations."""
    person = get_user(request.user, pk)
    form = UserForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid() and _saved(request, person, form):
        return redirect("customers:users" if _still_admin(request, person) else "home")
    context = {"form": form, "person": person, "is_self": person == request.user}
    return render(request, "customers/user.html", context, status=422 if form.errors else 200)


def _saved(request, person, form):
    try:
        users.save_user(request.user, person, form.facts, form.cleaned_data["locations"])
    except accounts.LastAdmin as problem:
        form.add_error("role", str(problem))
        return False
    messages.success(request, f"{form.cleaned_data['name']} was saved. It holds from their next click on.")
    return True


def _still_admin(request, person):
    """Whether whoever changed this still may see the list: they may have changed themselves."""
    person.refresh_from_db(fields=["role"])
    return person != request.user or person.is_admin


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request, pk):
    """Asks on GET, and says what stays; ends everything on POST."""
    person = get_user(request.user, pk)
    problem = "You cannot deactivate yourself. Ask another admin." if person == request.user else ""
    if request.method == "POST" and not problem:
        try:
            accounts.deactivate(request.user, person, request.POST.get("reason", "").replace("\0", "")[:300])
        except accounts.LastAdmin as last:
            problem = str(last)
        else:
            messages.success(request, f"{person} is deactivated and signed out everywhere.")
            return redirect("customers:users")
    sent = Invitation.objects.filter(invitations.OPEN, invited_by=person).count()
    context = {"person": person, "problem": problem, "invitations": sent}
    return render(request, "customers/user_deactivate.html", context, status=422 if request.method == "POST" else 200)


@for_admins
@require_POST
def activate(request, pk):
    """Let a deactivated person sign in again."""
    person = get_user(request.user, pk)
    if accounts.activate(request.user, person):
        messages.success(request, f"{person} may sign in again. Their API tokens stay revoked.")
    return redirect("customers:user", person.pk)
