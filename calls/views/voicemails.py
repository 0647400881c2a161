"""The voicemails that wait: a fragment of the desk, and "I have heard it"."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from calls import services, voicemails
from calls.access import get_voicemail
from integrations.ccai import details


@require_safe
def show(request):
    """The list; a fragment for the desk, a page without htmx."""
    return _show(request)


@require_POST
def heard(request, pk):
    call = get_voicemail(request.user, pk)
    services.hear_voicemail(call, by=request.user)
    if request.htmx:
        return _show(request)
    messages.success(request, "Marked as heard.")
    return redirect("calls:voicemails")


def _show(request):
    rows = voicemails.waiting(request.user)
    context = {
        "rows": [(call, details.of(call.raw)) for call in rows[: voicemails.SHOWN]],
        "has_more": len(rows) > voicemails.SHOWN,
    }
    return render(request, "calls/_voicemails.html" if request.htmx else "calls/voicemails.html", context)
