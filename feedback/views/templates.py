"""Message templates: FeedbackAPI's API cannot list them, so admins keep their ids and names here."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import for_admins
from customers import paging
from feedback import survey_settings
from feedback.access import get_template
from feedback.models import MessageTemplate
from feedback.survey_forms import TemplateFilters, TemplateForm


@for_admins
@require_GET
def index(request):
    """The list by name, of every account and channel unless one is chosen."""
    filters = TemplateFilters(request.GET)
    chosen = filters.chosen()
    found = MessageTemplate.objects.filter(**chosen).select_related("account")
    page = paging.by_name(found, request.GET.get("after", ""))
    kept = {name: getattr(value, "pk", value) for name, value in chosen.items()}
    context = {
        "page": page,
        "filters": filters,
        "is_filtered": bool(chosen),
        "next": f"?{urlencode({**kept, 'after': page.next})}" if page.next else "",
        "first": "" if page.is_first else f"?{urlencode(kept)}",
    }
    return render(request, "feedback/_templates.html" if request.htmx else "feedback/templates.html", context)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    return _edited(request, MessageTemplate())


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    return _edited(request, get_template(request.user, pk))


def _edited(request, template):
    """The form; sent well, back to the list."""
    form = TemplateForm(request.POST if request.method == "POST" else None, instance=template)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect("feedback:templates")
    context = {"form": form, "template": template}
    return render(request, "feedback/template.html", context, status=422 if form.errors else 200)


def _saved(request, form):
    try:
        template = survey_settings.save_template(request.user, form.save(commit=False), form.changed_data)
    except survey_settings.TemplateKnown as known:  # the form was sent twice at once
        form.add_error("vendor_id", str(known))
        return False
    messages.success(request, f"{template} was saved.")
    return True


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    """Asks on GET; on POST it is gone, or out of use when requests were made with it."""
    template = get_template(request.user, pk)
    if request.method != "POST":
        context = {"template": template, "is_used": survey_settings.is_used(template)}
        return render(request, "feedback/template_remove.html", context)
    name = str(template)
    if survey_settings.remove_template(request.user, template):
        messages.success(request, f"{name} is off the list. FeedbackAPI keeps its template.")
    else:
        messages.success(request, f"{name} is out of use. Requests made with it keep its name.")
    return redirect("feedback:templates")
