"""The explorer's list as a file: asked for, watched, had, cancelled."""

from django.http import FileResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from feedback.access import get_call_export
from feedback.explorer.exports import files, rows, work
from feedback.explorer.exports.choices import ExportState, FileFormat
from feedback.explorer.filters import CallFilters
from feedback.models import CallExport

LONGEST_QUERY = 4000  # characters; every filter at once is far less


SHOWN = 20  # of a person's files; those of the last day are had, older ones are asked for again


@require_http_methods(["GET", "POST"])
def exports(request):
    """GET: the person's own latest. POST: another one, of the list's filters as they stand in `query`.

    What makes no sense there is left out, as on the list.
    """
    if request.method == "GET":
        latest = CallExport.objects.filter(owner=request.user)[:SHOWN]
        return render(request, "feedback/exports/exports.html", {"exports": latest})
    given = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY])
    format = request.POST.get("format")
    chosen = FileFormat(format) if format in FileFormat.values else FileFormat.CSV
    export = work.start(request.user, CallFilters(given, user=request.user), chosen)
    answer = redirect("feedback:call_export", pk=export.pk)
    answer.status_code = 303
    return answer


@require_GET
def one(request, pk):
    """Its page with how far it is; the fragment says 286 when it has ended."""
    export = get_call_export(request.user, pk)
    status = HTMX_STOP_POLLING if request.htmx and not export.is_live else 200
    return _show(request, export, status, part=request.htmx)


@require_GET
def file(request, pk):
    """The file, to its owner, while they may see what it holds."""
    export = get_call_export(request.user, pk)
    path = files.path_of(export)
    if export.is_ready and not work.still_theirs(export):
        export.refresh_from_db()
    if not export.is_ready or not path.exists():
        return _show(request, export, 404 if export.is_live else 410)
    name = f"calls-{export.asked_at:%Y-%m-%d}.{export.format}"
    kind = FileFormat(export.format).content_type
    return FileResponse(open(path, "rb"), as_attachment=True, filename=name, content_type=kind)


@require_POST
def cancel(request, pk):
    """Stop it."""
    export = get_call_export(request.user, pk)
    work.cancel(export)
    return redirect("feedback:call_export", pk=export.pk)


def _show(request, export, status, part=False):
    is_counted = export.total is not None and export.total <= rows.COUNTED_TO
    total = export.total if is_counted else f"more than {rows.COUNTED_TO:,}"
    context = {"export": export, "is_counted": is_counted, "total": total}
    context["may_try_again"] = export.state in (ExportState.FAILED, ExportState.CANCELLED, ExportState.GONE)
    return render(request, f"feedback/exports/{'_export' if part else 'export'}.html", context, status=status)
