"""What the customer of a call was asked and answered: the call's page asks for it by URL."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from calls.access import get_call
from feedback.inbox import selectors


@require_GET
def call_answers(request, pk):
    """A fragment for htmx, a page without. What ties an answer to a call: a request made for it, a key at its end."""
    call = get_call(request.user, pk)
    requests = selectors.requests_for(call)
    pressed = selectors.pressed_for(call)
    ids = [asked.feedback_id for asked in requests if asked.feedback_id] + [answer.pk for answer in pressed]
    mine = selectors.answers_open_to(request.user, ids)
    context = {"call": call, "requests": requests, "pressed": pressed, "open_answers": mine}
    return render(request, f"feedback/{'_' if request.htmx else ''}call_answers.html", context)
