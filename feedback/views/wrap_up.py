"""The wrap-up pane: notes while the call is on, the form when it has ended, the card once it is saved."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from calls.access import get_call
from feedback import drafts, pane, survey_box, survey_wishes
from feedback.cases.selectors import is_open_to
from feedback.models import Rating

REMEMBERED = "survey_template"


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


@require_GET
def survey(request, pk):
    """The survey part of the form, for what is chosen in it so far. Without htmx: the whole pane's page."""
    call = get_call(request.user, pk)
    if not request.htmx:
        return redirect("feedback:wrap_up", pk=pk)
    typed = {name: request.GET.get(name, "") for name in ("outcome", "right_party", *survey_wishes.FIELDS)}
    box = survey_box.Box(call, typed, request.session.get(REMEMBERED, ""))
    return render(request, "feedback/_survey.html", {"survey": box, "call": call})


def _said(request, call, kept):
    is_rated = kept is None and Rating.objects.filter(call=call).exists()
    answer = render(request, "feedback/_draft_said.html", {"kept": kept, "is_rated": is_rated})
    answer["HX-Retarget"], answer["HX-Reswap"] = "#draft-said", "outerHTML"
    return answer


def show(request, shown, status=200, **more):
    """Answer with a pane; `request.htmx` picks only the template."""
    shown.remembered = request.session.get(REMEMBERED, "")
    template = "feedback/_wrap_up.html" if request.htmx else "feedback/wrap_up.html"
    opens_case = shown.case is not None and is_open_to(request.user, shown.case)
    context = {"pane": shown, "call": shown.call, "opens_case": opens_case, **more}
    return render(request, template, context, status=status)
