"""Asking people to join: the form, who has not answered yet, a new link, no link any more. For admins."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_admins
from customers import user_selectors
from customers.access import get_invitation
from customers.services import invitations, vendor_users
from customers.user_forms import InviteForm


@for_admins
@require_GET
def index(request):
    """Who has not accepted yet."""
    return render(request, "customers/invitations.html", {"rows": user_selectors.open_invitations()})


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request):
    """The form; sent well, the page that shows the link, this once."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = _invited(request.user, form)
        if made:
            return _shown(request, *made, also=form.cleaned_data["also"])
    return render(request, "customers/invite.html", {"form": form}, status=422 if form.errors else 200)


def _invited(by, form):
    """(invitation, link), or None with the reason at its field: what a form looks at may change before the save."""
    given = form.cleaned_data
    try:
        with transaction.atomic():
            made = invitations.invite(by, given["email"], locations=given["locations"], **form.facts)
            if given["also"]:
                vendor_users.invite(by, given["email"])
    except invitations.CannotInvite as why:
        form.add_error("email", str(why))
    except vendor_users.CannotInvite as why:
        form.add_error("also", str(why))
    else:
        return made


@for_admins
@require_POST
def send_again(request, pk):
    """A new link; the old one ends."""
    invitation = get_invitation(request.user, pk)
    try:
        link = invitations.send_again(request.user, invitation)
    except invitations.NoLonger as why:
        messages.info(request, str(why))
        return redirect("customers:invitations")
    return _shown(request, invitation, link)


def _shown(request, invitation, link, also=False):
    """Everything is saved by now, so a mail server that is down takes nothing away."""
    is_mailed = invitations.mail(invitation, link, request.user)
    context = {"invitation": invitation, "link": link, "is_mailed": is_mailed, "also": also}
    return render(request, "customers/invited.html", context, status=201)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, pk):
    """Asks on GET; on POST the link ends."""
    invitation = get_invitation(request.user, pk)
    if request.method != "POST":
        return render(request, "customers/invitation_cancel.html", {"invitation": invitation})
    try:
        invitations.cancel(request.user, invitation)
        messages.success(request, f"The invitation of {invitation.email} is cancelled. Its link opens nothing.")
    except invitations.NoLonger as why:
        messages.info(request, str(why))
    return redirect("customers:invitations")
