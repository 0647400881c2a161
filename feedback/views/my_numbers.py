"""An agent's own page: their figures beside their own before, and what was said about their calls."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import for_roles
from accounts.choices import Role
from feedback.access import get_own_review
from feedback.coaching import reviews, selectors
from feedback.coaching.choices import Skill
from feedback.coaching.forms import AnswerForm
from feedback.coaching.own import Own, OwnFilters
from feedback.views.coaching import seen

for_agents = for_roles(Role.AGENT)


@for_agents
@require_GET
def page(request):
    """Own figures, own issues, own calls reviewed."""
    filters = OwnFilters(request.GET)
    context = {
        "filters": filters,
        "own": Own(request.user, filters.count),
        "reviews": selectors.own_reviews(request.user),
        "unread": selectors.unread_reviews(request.user),
    }
    return render(request, f"feedback/coaching/{'_' if request.htmx else ''}my_numbers.html", context)


@for_agents
@require_GET
def unread(request):
    """How many reviews are new, put beside the word of the navigation. Without htmx: the page itself."""
    if not request.htmx:
        return redirect("feedback:my_numbers")
    return render(request, "feedback/coaching/_unread.html", {"count": selectors.unread_reviews(request.user)})


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk):
    """What was said about one call; a POST says that it was read, with an answer if they like."""
    picked = get_own_review(request.user, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": picked.answer})
    if request.method == "POST" and form.is_valid():
        try:
            reviews.read(request.user, picked, seen(request), form.cleaned_data["answer"])
        except reviews.ChangedMeanwhile as meanwhile:
            form.add_error(None, str(meanwhile))
        else:
            messages.success(request, "Noted that you have read it.")
            return redirect("feedback:my_numbers")
    context = {
        "picked": picked,
        "form": form,
        "rating": getattr(picked.call, "rating", None),
        "strong": _skills(picked.strong),
        "weak": _skills(picked.weak),
    }
    return render(request, "feedback/coaching/my_review.html", context, status=422 if form.errors else 200)


def _skills(values):
    return [dict(Skill.choices).get(value, value) for value in values]
