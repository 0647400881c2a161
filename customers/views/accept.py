"""Following an invitation: without signing in, by the link alone.

The link's token goes from the address into the session at once, as its digest: it then stands in no log of the
form's answers, no history entry and no Referer.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import limits, sessions
from accounts.models import token_digest
from customers.services import invitations
from customers.user_forms import AcceptForm

KEPT = "invitation"  # key in the session


@login_not_required
@require_http_methods(["GET", "HEAD"])
def follow(request, token):
    """The link of the mail: on to the form, or the sentence that says the same for every link that opens nothing."""
    if refused := limits.too_many(request, "accept_invitation"):
        return refused
    digest = token_digest(token)
    if request.user.is_authenticated or invitations.find_open(digest) is None:
        return _nothing(request)
    request.session[KEPT] = digest
    return redirect("customers:accept")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request):
    """Name and password; then they are signed in."""
    if refused := limits.too_many(request, "accept_invitation"):
        return refused
    invitation = invitations.find_open(request.session.get(KEPT, ""))
    if request.user.is_authenticated or invitation is None:
        return _nothing(request)
    sent = request.POST if request.method == "POST" else None
    form = AcceptForm(sent, email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        return _accepted(request, invitation, form)
    return _form(request, invitation, form)


def _accepted(request, invitation, form):
    try:
        user = invitations.accept(invitation, form.cleaned_data["name"], form.cleaned_data["password1"])
    except invitations.NoLonger:  # a second form at the same moment, or cancelled meanwhile
        return _nothing(request)
    except invitations.HasAccount as why:
        form.add_error(None, f"{why} Sign in with it instead.")
        return _form(request, invitation, form)
    request.session.pop(KEPT, None)
    messages.success(request, f"Welcome, {user.get_short_name()}.")
    return sessions.sign_in(request, user, to=reverse("home"))


def _form(request, invitation, form):
    context = {"form": form, "invitation": invitation}
    return render(request, "customers/accept.html", context, status=422 if form.errors else 200)


def _nothing(request):
    """One page for a link that is unknown, used, cancelled, replaced or expired; and for who is signed in already."""
    status = 200 if request.user.is_authenticated else 404
    return render(request, "customers/invitation_over.html", {"days": invitations.LIFETIME.days}, status=status)
