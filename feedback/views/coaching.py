"""Coaching: the calls that were picked, and what a supervisor says about each."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import for_supervisors
from calls.access import get_call
from feedback import paging
from feedback.access import get_pick
from feedback.coaching import reviews, selectors
from feedback.coaching.choices import Why
from feedback.coaching.forms import PickFilters, ReviewForm, SkipForm, week_words
from feedback.models import CoachingPick


@for_supervisors
@require_GET
def index(request):
    """What is to review, and who was looked at."""
    filters = PickFilters(request.GET, user=request.user)
    context = {
        "filters": filters,
        "applied": filters.applied(),
        "page": paging.page(selectors.rows(filters.picks()), request.GET.get("cursor", ""), by="picked_at"),
        "agents": selectors.by_agent(filters.recent(without=("stage", "agent", "why"))),
        "of_weeks": filters.of_weeks,
        "legend": [(why.label, why.meaning) for why in Why],
    }
    return render(request, f"feedback/coaching/{'_' if request.htmx else ''}index.html", context)


@for_supervisors
@require_GET
def one(request, pk):
    """One call with why it was picked, and the form of its review."""
    picked = get_pick(request.user, pk)
    return _page(request, picked, ReviewForm(picked=picked), SkipForm())


def _page(request, picked, form, skipping, problem=""):
    context = {
        "picked": picked,
        "form": form,
        "skipping": skipping,
        "problem": problem,
        "week": week_words(picked.week),
        "rating": getattr(picked.call, "rating", None),
        "next": selectors.next_open(request.user, picked),
    }
    status = 422 if form.errors or skipping.errors or problem else 200
    return render(request, "feedback/coaching/one.html", context, status=status)


@for_supervisors
@require_POST
def review(request, pk):
    """What the supervisor says; with “then=next” the next call to review comes."""
    picked = get_pick(request.user, pk)
    form = ReviewForm(request.POST, picked=picked)
    if not form.is_valid():
        return _page(request, picked, form, SkipForm())
    try:
        reviews.review(request.user, picked, seen(request), form.cleaned_data)
    except reviews.ChangedMeanwhile as meanwhile:
        return _page(request, picked, form, SkipForm(), str(meanwhile))
    messages.success(request, f"Reviewed. {picked.agent} can read it.")
    return _next(request, picked)


@for_supervisors
@require_POST
def skip(request, pk):
    """Leave it out, with a reason."""
    picked = get_pick(request.user, pk)
    skipping = SkipForm(request.POST)
    if not skipping.is_valid():
        return _page(request, picked, ReviewForm(picked=picked), skipping)
    try:
        reviews.skip(request.user, picked, seen(request), skipping.cleaned_data["reason"])
    except reviews.ChangedMeanwhile as meanwhile:
        return _page(request, picked, ReviewForm(picked=picked), skipping, str(meanwhile))
    messages.success(request, "Left out.")
    return _next(request, picked)


def seen(request):
    """The version the page showed; what nobody sent out fits none."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def _next(request, picked):
    left = selectors.next_open(request.user, picked) if request.POST.get("then") == "next" else None
    return redirect("feedback:coached", pk=left.pk) if left else redirect("feedback:coaching")


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def of_call(request, pk):
    """For the call's page, by htmx: was it picked? A POST picks it. Without htmx the review itself, or the call."""
    call = get_call(request.user, pk)
    picked = CoachingPick.objects.visible_to(request.user).filter(call=call).select_related("done_by").first()
    if request.method == "POST":
        return _picked_by_hand(request, call)
    if not request.htmx:
        return redirect(reverse("feedback:coached", args=[picked.pk]) if picked else reverse("calls:detail", args=[pk]))
    context = {"call": call, "picked": picked, "may_pick": picked is None and reviews.why_not(request.user, call) == ""}
    return render(request, "feedback/coaching/_of_call.html", context)


def _picked_by_hand(request, call):
    try:
        picked = reviews.add(request.user, call)
    except reviews.CannotPick as why_not:
        messages.error(request, str(why_not))
        return redirect("calls:detail", pk=call.pk)
    return redirect("feedback:coached", pk=picked.pk)
