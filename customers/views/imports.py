"""Files on their way in: the list, a new one, what its columns mean, trying it out, taking it in."""

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import uploads
from accounts.access import for_admins
from accounts.rule_pages import READ_AND_POST
from customers.access import get_import
from customers.imports import choosing, files, kinds, receiving, rejected, remembering, work
from customers.imports.choices import ImportState
from customers.imports.errors import CannotRead
from customers.imports.forms import MeaningForm, ReadingForm, UploadForm
from customers.imports.models import Import

SHOWN = 50  # imports on the list
REJECTS_SHOWN = 20


@for_admins
@require_GET
def index(request):
    """All imports, the latest first. htmx asks for the rows while one is being worked on."""
    runs = list(Import.objects.select_related("made_by").defer("facts", "mapping", "shape")[:SHOWN])
    context = {"runs": runs, "is_busy": any(run.says.is_worked for run in runs), "most": SHOWN}
    return render(request, "customers/_imports.html" if request.htmx else "customers/imports.html", context)


@for_admins
@uploads.takes(files.LARGEST)
@require_http_methods(READ_AND_POST)
def new(request):
    """A file and what it is. A small one is read at once, a large one by a worker."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "calls")})
    if uploads.is_too_large(request):
        form.errors.pop("file", None)
        form.add_error("file", files.TOO_LARGE)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            run = receiving.receive(given["kind"], given["file"], given["file"].name, request.user)
        except CannotRead as why:
            form.add_error("file", str(why))
        else:
            return redirect("customers:import", pk=run.pk)
    return render(request, "customers/import_new.html", {"form": form}, status=422 if form.is_bound else 200)


@for_admins
@require_GET
def show(request, pk):
    """One import, as it stands: its columns to be told, its progress, or what became of it."""
    return _shown(request, get_import(request.user, pk))


def _shown(request, run, form=None, reading=None, status=200):
    template = "customers/_import.html" if request.htmx else "customers/import.html"
    return render(request, template, _context(run, form, reading), status=status)


def _context(run, form=None, reading=None):
    context = {"run": run, "kind": kinds.of(run.kind), "rejects": (), "in_part": ()}
    if run.state == ImportState.MAPPING:
        reading = reading or ReadingForm(run=run)
        same = remembering.same_file(run)
        return context | {"form": form or MeaningForm(run=run), "reading": reading, "same": same, "said": _said(run)}
    if run.state in (ImportState.CHECKED, ImportState.RUNNING, ImportState.DONE, ImportState.CANCELLED):
        context["rejects"] = list(run.rejects.filter(is_taken=False)[:REJECTS_SHOWN])
        context["in_part"] = list(run.rejects.filter(is_taken=True)[:REJECTS_SHOWN]) if run.in_part else ()
        context["meant"] = choosing.in_words(run)
        context["said"] = _said(run) if run.state == ImportState.CHECKED else ()
    return context


def _said(run):
    return [line for line in choosing.said_of(run, run.columns, run.options) if line]


@for_admins
@require_POST
def check(request, pk):
    """Try it out with these columns."""
    run = get_import(request.user, pk)
    if run.state not in work.OPEN:
        return redirect("customers:import", pk=run.pk)
    form = MeaningForm(request.POST, run=run)
    if not form.is_valid():
        return _shown(request, run, form, status=422)
    work.try_out(run, form.columns, form.options, form.profile, here=receiving.is_small(run))
    receiving.go_on_at_once(run)
    return redirect("customers:import", pk=run.pk)


@for_admins
@require_POST
def read_again(request, pk):
    """Another sheet, or other letters."""
    run = get_import(request.user, pk)
    if run.state != ImportState.MAPPING:
        return redirect("customers:import", pk=run.pk)
    form = ReadingForm(request.POST, run=run)
    if not form.is_valid():
        return _shown(request, run, reading=form, status=422)
    receiving.read_again(run, form.cleaned_data)
    return redirect("customers:import", pk=run.pk)


@for_admins
@require_POST
def start(request, pk):
    """Take it in as it was tried out."""
    run = get_import(request.user, pk)
    work.start(run, here=receiving.is_small(run))
    receiving.go_on_at_once(run)
    return redirect("customers:import", pk=run.pk)


@for_admins
@require_POST
def remap(request, pk):
    """Back to its columns."""
    run = get_import(request.user, pk)
    work.remap(run)
    return redirect("customers:import", pk=run.pk)


@for_admins
@require_http_methods(READ_AND_POST)
def cancel(request, pk):
    """Asks on GET; on POST nothing more of it comes in."""
    run = get_import(request.user, pk)
    if request.method == "POST":
        if work.cancel(run, request.user):
            messages.success(request, f"Nothing more of {run.file_name} comes in.")
        return redirect("customers:import", pk=run.pk)
    return render(request, "customers/import_cancel.html", {"run": run, "kind": kinds.of(run.kind)})


@for_admins
@require_GET
def rejects(request, pk):
    """The rows that were not taken, as CSV: put right, the file can be imported as it is. Or those taken in part:
    these are another file, since without an id a row that was put right would come in beside itself."""
    run, in_part = get_import(request.user, pk), "in_part" in request.GET
    response = StreamingHttpResponse(rejected.lines(run, in_part), content_type="text/csv; charset=utf-8")
    name = "rows-in-part" if in_part else "rejected-rows"
    response["Content-Disposition"] = f'attachment; filename="{name}-{run.pk}.csv"'
    return response
