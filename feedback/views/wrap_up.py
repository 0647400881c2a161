"""The wrap-up pane: notes while the call is on, the form when it has ended, the card once it is saved."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from calls.access import get_call
from feedback import drafts, pane
from feedback.models import Rating


@require_GET
def wrap_up(request, pk):
    """The pane alone for htmx, a whole page without."""
    call = get_call(request.user, pk)
    shown = pane.build(call, request.user, correcting="correct" in request.GET)
    return show(request, shown)


@require_POST
def draft(request, pk):
    """Keep what is typed. An autosave answers one line; the call's end (`?ended`) answers the whole form."""
    call = get_call(request.user, pk)
    kept = drafts.save(call, request.user, drafts.typed_in(request.POST))
    if not request.htmx:
        return redirect("feedback:wrap_up", pk=pk)
    if "ended" in request.GET and not call.state.is_live:
        return show(request, pane.build(call, request.user, just_ended=True))
    return _said(request, call, kept)


def _said(request, call, kept):
    is_rated = kept is None and Rating.objects.filter(call=call).exists()
    answer = render(request, "feedback/_draft_said.html", {"kept": kept, "is_rated": is_rated})
    answer["HX-Retarget"], answer["HX-Reswap"] = "#draft-said", "outerHTML"
    return answer


def show(request, shown, status=200, **more):
    """Answer with a pane; `request.htmx` picks only the template."""
    template = "feedback/_wrap_up.html" if request.htmx else "feedback/wrap_up.html"
    return render(request, template, {"pane": shown, "call": shown.call, **more}, status=status)
