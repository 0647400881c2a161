"""People who sign in at FeedbackAPI's own console: who they are, inviting and removing them. For admins."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_admins
from customers import user_selectors
from customers.access import get_vendor_user
from customers.services import vendor_users
from customers.user_forms import VendorInviteForm


@for_admins
@require_GET
def index(request):
    """Pending first, then who is active."""
    page = user_selectors.vendor_user_page(after=request.GET.get("after", ""))
    return render(request, "customers/vendor_users.html", {"page": page})


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request):
    """An e-mail address is all that FeedbackAPI asks for."""
    form = VendorInviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = vendor_users.invite(request.user, given["email"], given["send_invite"])
        except vendor_users.CannotInvite as why:
            form.add_error("email", str(why))
        else:
            messages.success(request, f"The invitation of {row.email} is on its way to FeedbackAPI.")
            return redirect("customers:vendor_user", row.pk)
    return render(request, "customers/vendor_invite.html", {"form": form}, status=422 if form.errors else 200)


@for_admins
@require_GET
def detail(request, pk):
    """One of them: what FeedbackAPI says, the link of a pending one, and what can be done."""
    row = user_selectors.vendor_user_row(get_vendor_user(request.user, pk))
    return render(request, "customers/vendor_user.html", {"row": row, "person": row.user})


@for_admins
@require_POST
def again(request, pk):
    """A new invitation in place of a pending one: the vendor has no call to mail one again."""
    old = get_vendor_user(request.user, pk)
    try:
        row = vendor_users.invite_anew(request.user, old)
    except vendor_users.CannotInvite as why:
        messages.info(request, str(why))
        return redirect("customers:vendor_users")
    messages.success(request, f"A new invitation of {row.email} is on its way to FeedbackAPI.")
    return redirect("customers:vendor_user", row.pk)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, pk):
    """Asks on GET, saying what the API cannot do; forgets the pending row on POST."""
    person = get_vendor_user(request.user, pk)
    if request.method != "POST":
        return render(request, "customers/vendor_user_cancel.html", {"person": person})
    if vendor_users.cancel(request.user, person):
        messages.success(request, f"The invitation of {person.email} is forgotten here.")
    return redirect("customers:vendor_users")


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk):
    """Asks on GET with the consequence as FeedbackAPI documents it; on POST it is on its way there."""
    person = get_vendor_user(request.user, pk)
    if not person.is_at_vendor:
        messages.info(request, f"{person} is no active user of FeedbackAPI.")
        return redirect("customers:vendor_users")
    if request.method != "POST":
        return render(request, "customers/vendor_user_delete.html", {"person": person})
    vendor_users.delete(request.user, person)
    messages.success(request, f"{person} is being removed at FeedbackAPI.")
    return redirect("customers:vendor_users")
