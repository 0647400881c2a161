"""One review or answer: its page, and what is done to it. `inbox` comes from urls.py and says which of the two."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from accounts.access import for_supervisors
from feedback.inbox import replies, services
from feedback.inbox.forms import SUGGESTED, HandledForm

CHANGED = "inbox-changed"  # base.html counts the unread again when it hears this


@for_supervisors
@require_GET
def page(request, inbox, pk):
    """The whole of it. That it has been read is posted by the page, so that no GET changes anything."""
    return render_page(request, inbox, inbox.get(request.user, pk))


def render_page(request, inbox, thing, form=None, status=200):
    context = state(inbox, thing, form) | inbox.around(request.user, thing)
    context |= _reply(thing, context.get("replies", ()), request.GET.get("reply", ""))
    return render(request, f"feedback/{inbox.name}.html", context, status=status)


def _reply(thing, offered, chosen):
    """The reply template that was chosen, and what it says of this review."""
    reply = next((one for one in offered if str(one.pk) == chosen), None)
    return {"reply": reply, "reply_text": replies.fill(reply.text, thing) if reply else ""}


def state(inbox, thing, form=None):
    """What `_inbox_state.html` needs."""
    return {"inbox": inbox, "thing": thing, "form": form or HandledForm(), "suggested": SUGGESTED}


@for_supervisors
@require_POST
def read(request, inbox, pk):
    """Somebody has opened it."""
    thing = inbox.get(request.user, pk)
    services.read(thing, request.user)
    return done(request, inbox, thing)


@for_supervisors
@require_POST
def unread(request, inbox, pk):
    thing = inbox.get(request.user, pk)
    services.unread(thing)
    return done(request, inbox, thing, "Marked as unread.")


@for_supervisors
@require_POST
def handled(request, inbox, pk):
    """Dealt with; 422 with the form again when nobody says how."""
    thing, form = inbox.get(request.user, pk), HandledForm(request.POST)
    if not form.is_valid():
        return refused(request, inbox, thing, form)
    return attempt(request, inbox, thing, "Marked as handled.", services.handle, form.cleaned_data["how"])


@for_supervisors
@require_POST
def reopened(request, inbox, pk):
    return attempt(request, inbox, inbox.get(request.user, pk), "Marked as not handled.", services.reopen)


@for_supervisors
@require_POST
def replied(request, inbox, pk):
    """A person has answered the review on its platform."""
    return attempt(request, inbox, inbox.get(request.user, pk), "Marked as answered.", services.mark_replied)


@for_supervisors
@require_POST
def unreplied(request, inbox, pk):
    return attempt(request, inbox, inbox.get(request.user, pk), "Marked as not answered.", services.unmark_replied)


def attempt(request, inbox, thing, said, deed, *more):
    """Do it, or say who was quicker; either way the row is shown as it is now."""
    try:
        deed(thing, request.user, *more)
    except services.Overtaken as late:
        return done(request, inbox, inbox.get(request.user, thing.pk), str(late), messages.INFO)
    return done(request, inbox, thing, said)


def done(request, inbox, thing, said="", level=messages.SUCCESS):
    """The row's state again: the fragment, or its page."""
    if not request.htmx:
        if said:
            messages.add_message(request, level, said)
        return redirect(inbox.urls["one"], pk=thing.pk)
    context = state(inbox, thing) | {"said": said, "tone": messages.DEFAULT_TAGS[level]}
    return trigger_client_event(render(request, "feedback/_inbox_state.html", context), CHANGED)


def refused(request, inbox, thing, form):
    if request.htmx:
        return render(request, "feedback/_inbox_state.html", state(inbox, thing, form), status=422)
    return render_page(request, inbox, thing, form, status=422)
