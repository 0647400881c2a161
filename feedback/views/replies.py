"""Reply templates: what replies to reviews begin with."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import for_supervisors
from accounts.rule_pages import READ_AND_POST, posted
from feedback.access import get_reply_template
from feedback.inbox import replies
from feedback.inbox.reply_forms import ReplyTemplateForm
from feedback.models import ReplyTemplate


@for_supervisors
@require_GET
def index(request):
    """All of them, the many stars first."""
    names = dict(replies.platforms(request.user))
    rows = list(ReplyTemplate.objects.all())
    for row in rows:
        row.platform_name = names.get(row.platform, row.platform)
    return render(request, "feedback/replies/list.html", {"templates": rows})


@for_supervisors
@require_http_methods(READ_AND_POST)
def new(request):
    return _form(request, ReplyTemplate())


@for_supervisors
@require_http_methods(READ_AND_POST)
def edit(request, pk):
    return _form(request, get_reply_template(request.user, pk))


def _form(request, template):
    """The form; `preview` in what was posted shows what it would say and keeps nothing."""
    form = ReplyTemplateForm(posted(request), instance=template, user=request.user)
    wants_preview = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not wants_preview and _saved(request, form):
        return redirect("feedback:replies")
    status = 422 if form.errors and not wants_preview else 200
    context = {"form": form, "template": template}
    name = "_preview" if _is_typing(request) else "form"
    return render(request, f"feedback/replies/{name}.html", context, status=status)


def _is_typing(request):
    return request.htmx and "preview" in request.POST


def _saved(request, form):
    try:
        saved = replies.save(request.user, form.save(commit=False), form.changes)
    except replies.NameTaken as taken:
        form.add_error("name", str(taken))
        return False
    messages.success(request, f"Kept: {saved}.")
    return True


@for_supervisors
@require_http_methods(READ_AND_POST)
def remove(request, pk):
    """Asks on GET."""
    template = get_reply_template(request.user, pk)
    if request.method != "POST":
        return render(request, "feedback/replies/remove.html", {"template": template})
    replies.remove(request.user, template)
    messages.success(request, f"Removed: {template}.")
    return redirect("feedback:replies")
