"""Saving a wrap-up, correcting it, and taking back one that a single key saved."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from calls.access import get_call
from feedback import pane, services
from feedback.forms import RatingForm, page_data
from feedback.models import Rating
from feedback.views.wrap_up import show

# base.html's tray and the calls list listen for it.
SAVED = "wrap-up-saved"


@require_http_methods(["GET", "POST"])
def rating(request, pk):
    """GET: the pane. POST: save; 422 with everything typed when it cannot be."""
    call = get_call(request.user, pk)
    if request.method == "GET":
        return show(request, pane.build(call, request.user))
    form = RatingForm(page_data(request.POST, call, Rating.objects.filter(call=call).first()), call=call)
    saved = _save(request, call, form)
    return _saved(request, saved) if saved else _refused(request, call, form)


def _save(request, call, form):
    """The Rating, or None with the reason added to the form."""
    if not form.is_valid():
        return None
    post = request.POST
    try:
        return services.save_rating(
            call,
            request.user,
            form.cleaned_data,
            form_key=post.get("form_key", "")[:64],
            reason=post.get("reason", ""),
            based_on=_revision(post.get("based_on")),
        )
    except services.CannotSave as refused:
        form.add_error(None, str(refused))
        return None


def _revision(text):
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def _refused(request, call, form):
    return show(
        request, pane.refused(call, request.user, form, request.POST, request.POST.get("form_key", "")[:64]), 422
    )


def _saved(request, saved):
    if request.POST.get("then") == "next":
        messages.success(request, "Wrap-up saved.")
        return _go(request, reverse("calls:desk"))
    if not request.htmx:
        return redirect("feedback:wrap_up", pk=saved.call_id)
    answer = show(request, pane.build(saved.call, request.user), said="Wrap-up saved.", focus=True)
    return trigger_client_event(answer, SAVED)


def _go(request, url):
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@require_POST
def undo(request, pk):
    """Back to a draft, while that is still possible; else the card says why not."""
    call = get_call(request.user, pk)
    try:
        services.undo_rating(call, request.user)
    except services.CannotUndo as too_late:
        return _not_undone(request, call, str(too_late))
    if not request.htmx:
        return redirect("feedback:wrap_up", pk=pk)
    call.refresh_from_db()
    answer = show(request, pane.build(call, request.user, just_ended=True), said="Taken back. Choose again.")
    return trigger_client_event(answer, SAVED)


def _not_undone(request, call, why):
    if not request.htmx:
        messages.error(request, why)
        return redirect("feedback:wrap_up", pk=call.pk)
    return show(request, pane.build(call, request.user), said=why, said_tone="error")
