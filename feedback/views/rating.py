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
from feedback.services import surveys
from feedback.views.wrap_up import REMEMBERED, show
from feedback.when import OVER, is_over

# base.html's tray and the calls list listen for it.
SAVED = "wrap-up-saved"


@require_http_methods(["GET", "POST"])
def rating(request, pk):
    """GET: the pane. POST: save; 422 with everything typed when it cannot be."""
    call = get_call(request.user, pk)
    if request.method == "GET":
        return show(request, pane.build(call, request.user))
    before = Rating.objects.filter(call=call).first()
    form = RatingForm(page_data(request.POST, call, before), call=call)
    saved = _save(request, call, form) if form.is_valid() and _is_in_time(form, before) else None
    return _saved(request, saved) if saved else _refused(request, call, form)


def _is_in_time(form, before):
    """No survey for a time that is over, which would go at once; one that was chosen in time may be late."""
    due = _due_of(form.cleaned_data.get("feedback_request"))
    if due and is_over(due) and due != _due_of(before and before.feedback_request):
        form.add_error("feedback_request", OVER)
    return form.is_valid()


def _due_of(wish):
    return surveys.due_of(wish) if wish else None


def _save(request, call, form):
    """The Rating of a valid form, or None with the reason added to it."""
    post = request.POST
    try:
        surveys.check(call, form.cleaned_data["feedback_request"])
        return services.save_rating(
            call,
            request.user,
            form.cleaned_data,
            form_key=post.get("form_key", "")[:64],
            reason=post.get("reason", ""),
            based_on=_revision(post.get("based_on")),
        )
    except surveys.Unknown as unknown:
        form.add_error("feedback_request", str(unknown))
        return None
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
    _remember(request, saved)
    if request.POST.get("then") == "next":
        messages.success(request, "Wrap-up saved.")
        return _go(request, reverse("calls:desk"))
    if not request.htmx:
        return redirect("feedback:wrap_up", pk=saved.call_id)
    answer = show(request, pane.build(saved.call, request.user), said="Wrap-up saved.", focus=True)
    return trigger_client_event(answer, SAVED)


def _remember(request, saved):
    """The next form proposes the template this person used last."""
    template = (saved.feedback_request or {}).get("template", "")
    if template and request.session.get(REMEMBERED) != template:
        request.session[REMEMBERED] = template


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
