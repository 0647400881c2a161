"""Saved views of the list of calls: opened by their address, kept, renamed, shared, removed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.rule_pages import READ_AND_POST, posted
from feedback.access import get_saved_view
from feedback.explorer import saved
from feedback.explorer.filters import CallFilters
from feedback.explorer.saved_form import SavedViewForm


@require_GET
def index(request):
    """All that the person may open."""
    views = list(saved.listed(request.user))
    for view in views:
        view.is_theirs = view.owner_id == request.user.pk
        view.may_change = view.is_theirs or request.user.is_admin
    return render(request, "feedback/saved/list.html", {"views": views})


@require_GET
def follow(request, pk):
    """To the list with the view's filters, as they stand: the list says what of them means nothing to this person."""
    return redirect(_address(get_saved_view(request.user, pk)))


@require_http_methods(READ_AND_POST)
def new(request):
    """A name for the filters in the address; `replace` puts them in place of one's own view of that name."""
    filters = CallFilters(request.GET, user=request.user)
    form = SavedViewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            view = saved.save(request.user, filters=filters, replaces="replace" in request.POST, **form.cleaned_data)
        except saved.CannotSave as why:
            form.add_error("name", str(why))
            form.is_taken = isinstance(why, saved.NameTaken)
        else:
            messages.success(request, f"Kept: {view}.")
            return redirect(_address(view))
    context = {"form": form, "filters": filters, "applied": filters.applied()}
    return render(request, "feedback/saved/new.html", context, status=422 if form.errors else 200)


@require_http_methods(READ_AND_POST)
def edit(request, pk):
    """Its name, and for whom it is."""
    view = get_saved_view(request.user, pk, to_change=True)
    form = SavedViewForm(posted(request), initial={"name": view.name, "is_shared": view.is_shared})
    if request.method == "POST" and form.is_valid():
        try:
            saved.change(request.user, view, **form.cleaned_data)
        except saved.NameTaken as taken:
            view.refresh_from_db()
            form.add_error("name", str(taken))
        else:
            messages.success(request, f"Kept: {view}.")
            return redirect("feedback:saved_views")
    context = {"form": form, "view": view, **_meant(request.user, view)}
    return render(request, "feedback/saved/form.html", context, status=422 if form.errors else 200)


@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks on GET."""
    view = get_saved_view(request.user, pk, to_change=True)
    if request.method != "POST":
        return render(request, "feedback/saved/remove.html", {"view": view, **_meant(request.user, view)})
    saved.remove(request.user, view)
    messages.success(request, f"Removed: {view}.")
    return redirect("feedback:saved_views")


def _address(view):
    return f"{reverse('feedback:calls')}{view.query and '?' + view.query}"


def _meant(user, view):
    """What its filters say to this person: a name they may not see stays unsaid."""
    filters = CallFilters(saved.query_of(view), user=user)
    return {"applied": filters.applied(), "ignored": filters.ignored}
